import type { INodeProperties } from 'n8n-workflow';
import { optionsProperty } from '../shared/mail-options';
import { MAIL_PROPERTIES } from '../shared/mail-properties';

/** The parameters of the operation `send`. */
export const sendProperties: INodeProperties[] = [
	MAIL_PROPERTIES.fromEmail,
	MAIL_PROPERTIES.toEmail,
	MAIL_PROPERTIES.subject,
	MAIL_PROPERTIES.emailFormat,
	MAIL_PROPERTIES.text,
	MAIL_PROPERTIES.html,
	optionsProperty([
		'appendAttribution',
		'attachments',
		'fileAttachments',
		'bccEmail',
		'icalEvent',
		'ccEmail',
		'debug',
		'dsn',
		'headers',
		'idempotencyKey',
		'allowUnauthorizedCerts',
		'inReplyTo',
		'listUnsubscribe',
		'maxAttempts',
		'messageId',
		'partialRejection',
		'priority',
		'references',
		'replyTo',
		'resendUnknown',
		'sender',
		'timeoutSeconds',
	]),
];
