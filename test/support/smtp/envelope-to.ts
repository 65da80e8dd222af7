import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';

/** The line of EHLO that offers the two mechanisms. */
export const AUTH = 'AUTH XOAUTH2 OAUTHBEARER';

/** Changes to a message: these recipients, from the usual sender. */
export const to = (...recipients: string[]): Partial<PreparedMessage> => ({
	envelope: { from: 'user@example.com', to: recipients },
});
