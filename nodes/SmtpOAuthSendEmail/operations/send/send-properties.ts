import type { INodeProperties } from 'n8n-workflow';
import { optionsProperty, SEND_OPTIONS } from '../shared/parameters/mail-options';
import { MAIL_PROPERTIES } from '../shared/parameters/mail-properties';
import { OLDER_PROPERTIES } from './older-exports';

/** The parameters of the operation `send`. */
export const sendProperties: INodeProperties[] = [
	MAIL_PROPERTIES.fromEmail,
	MAIL_PROPERTIES.toEmail,
	OLDER_PROPERTIES.ccEmail,
	OLDER_PROPERTIES.bccEmail,
	MAIL_PROPERTIES.subject,
	MAIL_PROPERTIES.emailFormat,
	MAIL_PROPERTIES.text,
	OLDER_PROPERTIES.keptText,
	OLDER_PROPERTIES.textBesideHtml,
	MAIL_PROPERTIES.html,
	OLDER_PROPERTIES.attachments,
	optionsProperty(SEND_OPTIONS),
];
