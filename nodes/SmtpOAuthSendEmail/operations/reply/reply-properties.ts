import type { INodeProperties } from 'n8n-workflow';
import { optionsProperty, SEND_OPTIONS } from '../shared/parameters/mail-options';
import { MAIL_PROPERTIES } from '../shared/parameters/mail-properties';

/** The parameters of the operation `reply`. */
export const replyProperties: INodeProperties[] = [
	MAIL_PROPERTIES.fromEmail,
	{
		displayName: 'To Email',
		name: 'toEmail',
		type: 'string',
		default: '',
		placeholder: 'ada@example.com',
		description:
			'Email address of the recipient. Leave empty to answer the sender of the message that the item holds: its Reply-To, else its From.',
	},
	{
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		placeholder: 'Re: Invoice 4711 is missing',
		description:
			'Subject line of the email. Leave empty to use "Re:" and the subject of the message that the item holds.',
	},
	MAIL_PROPERTIES.emailFormat,
	MAIL_PROPERTIES.text,
	MAIL_PROPERTIES.html,
	optionsProperty(SEND_OPTIONS, [
		{
			displayName: 'Quote Original',
			name: 'quoteOriginal',
			type: 'boolean',
			default: true,
			description: 'Whether to quote the text of the original message below the reply',
		},
		{
			displayName: 'Reply All',
			name: 'replyAll',
			type: 'boolean',
			default: false,
			description:
				'Whether the recipients of the original message get the reply as well, except your own addresses',
		},
		{
			displayName: 'Reply to Automatic Messages',
			name: 'replyToAutomatic',
			type: 'boolean',
			default: false,
			description:
				'Whether to answer messages that a program sent or that went to a mailing list. Two programs that answer each other never stop.',
		},
	]),
];
