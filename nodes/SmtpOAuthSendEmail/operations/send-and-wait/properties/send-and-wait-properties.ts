import type { INodeProperties } from 'n8n-workflow';
import { optionsProperty, type MailOption } from '../../shared/parameters/mail-options';
import { MAIL_PROPERTIES } from '../../shared/parameters/mail-properties';
import { approvalOptions } from './approval-properties';
import { formFieldProperties } from './form-field-properties';
import { limitWaitTime } from './wait-limit-property';

/** Options of the mails, as the operation `send` has them. */
const MAIL_OPTION_NAMES: readonly MailOption[] = [
	'appendAttribution',
	'debug',
	'headers',
	'inReplyTo',
	'maxAttempts',
	'messageId',
	'priority',
	'references',
	'replyTo',
	'timeoutSeconds',
];

/** Options of the page with the form. */
const FORM_OPTIONS: INodeProperties[] = [
	{
		displayName: 'Message Button Label',
		name: 'messageButtonLabel',
		type: 'string',
		default: 'Respond',
		description: 'Label of the button in the email',
	},
	{
		displayName: 'Response Form Title',
		name: 'responseFormTitle',
		type: 'string',
		default: '',
		description: 'Title of the form. Leave empty to use the subject.',
	},
	{
		displayName: 'Response Form Description',
		name: 'responseFormDescription',
		type: 'string',
		default: '',
		description: 'Text above the form. Leave empty to use the message.',
	},
	{
		displayName: 'Response Form Button Label',
		name: 'responseFormButtonLabel',
		type: 'string',
		default: 'Submit',
		description: 'Label of the button that sends the form',
	},
	{
		displayName: 'Response Form Custom Styling',
		name: 'responseFormCustomCss',
		type: 'string',
		typeOptions: { rows: 10, editor: 'cssEditor' },
		default: '',
		placeholder: ':root { --color-background: #f0f4f8; }',
		description:
			"CSS for the form. The variables of n8n's own forms work here. It cannot load anything from elsewhere.",
	},
];

function optionsFor(responseTypes: string[], own: readonly INodeProperties[]): INodeProperties {
	return {
		...optionsProperty(MAIL_OPTION_NAMES, [limitWaitTime, ...own]),
		displayOptions: { show: { responseType: responseTypes } },
	};
}

/**
 * The parameters of the operation `sendAndWait`, named as in n8n's own Send Email 2.1, so that a
 * workflow changes over by swapping the node type, and n8n makes its human review tool of the node.
 */
export const sendAndWaitProperties: INodeProperties[] = [
	MAIL_PROPERTIES.fromEmail,
	{
		...MAIL_PROPERTIES.toEmail,
		description:
			'Email address of the person to ask. Several are separated by commas: each gets an email with a link of their own, and the first answer counts.',
	},
	{ ...MAIL_PROPERTIES.subject, required: true, placeholder: 'Approval required' },
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		description: 'What to ask, as plain text. The page behind the link shows it as well.',
	},
	{
		displayName: 'Response Type',
		name: 'responseType',
		type: 'options',
		options: [
			{
				name: 'Approval',
				value: 'approval',
				description: 'The person approves, or declines if you allow it',
			},
			{
				name: 'Free Text',
				value: 'freeText',
				description: 'The person writes an answer',
			},
			{
				name: 'Custom Form',
				value: 'customForm',
				description: 'The person fills in a form that you define',
			},
		],
		default: 'approval',
	},
	...formFieldProperties,
	approvalOptions,
	optionsFor(['approval'], []),
	optionsFor(['freeText', 'customForm'], FORM_OPTIONS),
];
