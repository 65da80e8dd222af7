import type { INodeProperties } from 'n8n-workflow';
import { MAIL_OPTIONS } from '../shared/parameters/mail-option-properties';
import { optionsProperty } from '../shared/parameters/mail-options';
import { MAIL_PROPERTIES } from '../shared/parameters/mail-properties';

/** The parameters of the operation `verify`. */
export const verifyProperties: INodeProperties[] = [
	{
		...MAIL_PROPERTIES.fromEmail,
		description: "Sender to check. Leave empty to use the credential's user.",
	},
	optionsProperty(
		[],
		[
			{
				...MAIL_OPTIONS.timeoutSeconds,
				default: 60,
				description: 'How long the whole check of one mailbox may take',
			},
		],
	),
];
