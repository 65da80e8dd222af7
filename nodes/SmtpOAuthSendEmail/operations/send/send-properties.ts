import type { INodeProperties } from 'n8n-workflow';
import { optionsProperty, SEND_OPTIONS } from '../shared/mail-options';
import { MAIL_PROPERTIES } from '../shared/mail-properties';

/** The parameters of the operation `send`. */
export const sendProperties: INodeProperties[] = [
	MAIL_PROPERTIES.fromEmail,
	MAIL_PROPERTIES.toEmail,
	MAIL_PROPERTIES.subject,
	MAIL_PROPERTIES.emailFormat,
	MAIL_PROPERTIES.text,
	MAIL_PROPERTIES.html,
	optionsProperty(SEND_OPTIONS),
];
