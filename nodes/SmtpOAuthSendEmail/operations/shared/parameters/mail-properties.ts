import type { INodeProperties } from 'n8n-workflow';

/**
 * The parameters that operations share, named as in n8n's own Send Email 2.1, so that a workflow
 * changes over by swapping the node type. `readMailFields` reads them.
 */
export const MAIL_PROPERTIES = {
	fromEmail: {
		displayName: 'From Email',
		name: 'fromEmail',
		type: 'string',
		default: '',
		placeholder: 'Alerts <alerts@example.com>',
		description:
			"Email address of the sender, with a name if you like. Leave empty to use the credential's user. Other addresses need the provider's permission to send as them.",
	},
	toEmail: {
		displayName: 'To Email',
		name: 'toEmail',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'ada@example.com, Grace <grace@example.com>',
		description:
			'Email address of the recipient. Several are separated by commas, semicolons or line breaks; an expression may also give a list.',
	},
	subject: {
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		placeholder: 'Nightly import finished',
		description: 'Subject line of the email',
	},
	emailFormat: {
		displayName: 'Email Format',
		name: 'emailFormat',
		type: 'options',
		options: [
			{ name: 'Text', value: 'text', description: 'Send email as plain text' },
			{ name: 'HTML', value: 'html', description: 'Send email as HTML' },
			{
				name: 'Both',
				value: 'both',
				description: "Send both: the recipient's mail client chooses which one to show",
			},
		],
		default: 'html',
	},
	text: {
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		description: 'Plain text message of the email',
		displayOptions: { show: { emailFormat: ['text', 'both'] } },
	},
	html: {
		displayName: 'HTML',
		name: 'html',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		description: 'HTML message of the email',
		displayOptions: { show: { emailFormat: ['html', 'both'] } },
	},
} satisfies Readonly<Record<string, INodeProperties>>;
