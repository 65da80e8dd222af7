/**
 * The scopes of which a connection needs one to send by each transport. Sources, read in November 2026:
 * https://developers.google.com/workspace/gmail/imap/xoauth2-protocol and
 * https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send.
 */
export const GOOGLE_SENDING_SCOPES = {
	smtp: ['https://mail.google.com/'],
	gmailApi: [
		'https://www.googleapis.com/auth/gmail.send',
		'https://www.googleapis.com/auth/gmail.compose',
		'https://www.googleapis.com/auth/gmail.modify',
		'https://mail.google.com/',
	],
} as const;
