import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { converse } from '../connection/custom-auth-exchange';

/** The server's refusal of a sender, in the form nodemailer's own errors have. */
export class SenderRefusal extends Error {
	readonly code = 'EENVELOPE';
	readonly command = 'MAIL FROM';
	/** The SMTP reply code; missing where the reply began with none. */
	readonly responseCode?: number;

	/** @param response the server's reply */
	constructor(readonly response: string) {
		super('The server refused the sender');
		const replyCode = Number(/^\d{3}/.exec(response)?.[0]);
		if (Number.isFinite(replyCode)) this.responseCode = replyCode;
	}
}

/**
 * Begins a message as a sender, to see whether the server lets it (RFC 5321 §4.1.1.2). Resolves with
 * the server's reply; the caller takes the message back (RSET).
 *
 * @param from a checked address: nothing in it ends the line or the path
 * @throws SenderRefusal
 */
export async function offerSender(
	connection: SMTPConnection,
	user: string,
	from: string,
	needsSmtpUtf8: boolean,
): Promise<string> {
	return await converse(connection, user, async (exchange) => {
		const reply = await exchange(`MAIL FROM:<${from}>${needsSmtpUtf8 ? ' SMTPUTF8' : ''}`);
		if (!/^2\d\d(?:[ -]|$)/.test(reply)) throw new SenderRefusal(reply);
		return reply;
	});
}
