import type { INodeProperties } from 'n8n-workflow';
import { MAIL_OPTIONS } from './mail-option-properties';

/** The name of an option that operations share. */
export type MailOption = keyof typeof MAIL_OPTIONS;

function isMailOption(name: string): name is MailOption {
	return Object.hasOwn(MAIL_OPTIONS, name);
}

/** All shared options: those of `send`, and of operations that send on a person's terms as it does. */
export const SEND_OPTIONS: readonly MailOption[] = Object.keys(MAIL_OPTIONS).filter(isMailOption);

/** Those of alerts and digests, which write their messages by themselves. */
export const ALERT_OPTIONS: readonly MailOption[] = [
	'bccEmail',
	'ccEmail',
	'debug',
	'headers',
	'maxAttempts',
	'replyTo',
	'timeoutSeconds',
];

/** The collection "Options" of an operation, with the shared options named and those of its own. */
export function optionsProperty(
	names: readonly MailOption[],
	own: readonly INodeProperties[] = [],
): INodeProperties {
	const options = [...names.map((name): INodeProperties => MAIL_OPTIONS[name]), ...own];
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		// As n8n sorts them: by what the user reads.
		options: options.sort((one, other) => one.displayName.localeCompare(other.displayName, 'en')),
	};
}
