import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from '../../../auth/mail-account';
import { converse } from './custom-auth-exchange';
import { authenticate, type SaslMechanism } from './sasl';

/** The server's refusal of a sign-in, in the form nodemailer's own errors have. */
export class SignInRefusal extends Error {
	readonly code = 'EAUTH';
	readonly command = 'AUTH';
	/** The SMTP reply code; missing where the reply began with none. */
	readonly responseCode?: number;

	/**
	 * @param response the server's final reply
	 * @param saslRefusal the decoded text of its 334 refusal, if it sent one
	 */
	constructor(
		readonly response: string,
		readonly saslRefusal: string | undefined,
	) {
		super('The server refused the sign-in');
		const replyCode = Number(/^\d{3}/.exec(response)?.[0]);
		if (Number.isFinite(replyCode)) this.responseCode = replyCode;
	}
}

/**
 * Signs in on a connection that has had its EHLO reply. Resolves after the server's 235 and not
 * before. Does not settle when the connection breaks meanwhile: that is the connection's to tell.
 *
 * @throws SignInRefusal
 */
export async function signIn(
	connection: SMTPConnection,
	account: MailAccount,
	accessToken: string,
	mechanism: SaslMechanism,
): Promise<void> {
	await converse(connection, account.user, async (exchange) => {
		const answer = await authenticate(exchange, mechanism, account, accessToken);
		if (!answer.isAccepted) throw new SignInRefusal(answer.reply, answer.refusal);
	});
}
