import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MAIL_PROPERTIES } from '../shared/parameters/mail-properties';
import { asFiles } from '../shared/parameters/file-parameter';
import { readValue, type NamedValue } from '../shared/parameters/parameter-reader';
import { asLines } from '../shared/parameters/text-list';

const IS_FILLED = [{ _cnd: { exists: true } } as const];

/** A parameter that older versions of Send Email have and this node does not: shown where it is filled in. */
function olderParameter(displayName: string, name: string, description: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'string',
		default: '',
		description,
		displayOptions: { show: { [name]: IS_FILLED } },
	};
}

/**
 * What exports of n8n's Send Email 1 and 2 have beside the parameters of version 2.1. Without a
 * declaration n8n would drop their values before the node runs, and recipients, files and texts would
 * be lost. Version 1 has CC, BCC and Attachments beside the options; the default format of version 2
 * is Text, and exports leave defaults out, so that its Text comes with the format HTML.
 */
export const OLDER_PROPERTIES = {
	ccEmail: olderParameter(
		'CC Email',
		'ccEmail',
		'Email addresses that get a copy. From Send Email version 1: the option CC Email takes its place.',
	),
	bccEmail: olderParameter(
		'BCC Email',
		'bccEmail',
		'Email addresses that get a hidden copy. From Send Email version 1: the option BCC Email takes its place.',
	),
	attachments: olderParameter(
		'Attachments',
		'attachments',
		'Names of the binary properties to attach. From Send Email version 1: the option Attachments (File) takes its place.',
	),
	/** Keeps the value: n8n only looks at a value of its own name where another property has set it. */
	keptText: {
		displayName: 'Text',
		name: 'text',
		type: 'hidden',
		default: '',
		displayOptions: { show: { emailFormat: ['html'] } },
	},
	textBesideHtml: {
		...MAIL_PROPERTIES.text,
		description:
			'Plain text version of the email. Empty it to have one made from the HTML; without HTML it is the whole email.',
		displayOptions: { show: { emailFormat: ['html'], text: IS_FILLED } },
	},
} satisfies Readonly<Record<string, INodeProperties>>;

/**
 * Reads the parameters of Send Email version 1 that stand beside the options, and whether any is filled
 * in. Its attachments are regular files only.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readOlderParameters(
	functions: Pick<IExecuteFunctions, 'getNodeParameter'>,
	itemIndex: number,
) {
	const read = (name: string, label: string): NamedValue =>
		readValue(functions, name, label, itemIndex, '');
	const ccEmail = asLines(read('ccEmail', 'CC Email'));
	const bccEmail = asLines(read('bccEmail', 'BCC Email'));
	const fileAttachments = asFiles(read('attachments', 'Attachments'));
	const isUsed = ccEmail !== '' || bccEmail !== '' || fileAttachments.length > 0;
	return { ccEmail, bccEmail, fileAttachments, isUsed };
}
