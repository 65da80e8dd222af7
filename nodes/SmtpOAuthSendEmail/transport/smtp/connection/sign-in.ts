import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from '../../../auth/mail-account';
import { succeed } from '../../../result/result';
import type { SessionContext } from '../../fault-context';
import { authenticate, chooseMechanism, type Exchange, type SaslMechanism } from './sasl';
import { knownFailure, type StepResult } from './session-failure';
import { SmtpRefusal } from './smtp-refusal';

/**
 * The mechanism to sign in by, from those the server's EHLO offers. Fails with
 * `MECHANISM_NOT_OFFERED`, saying what there is.
 */
export function findMechanism(
	{ host, port, saslMechanism }: MailAccount,
	offeredMechanisms: readonly string[],
	context: SessionContext,
): StepResult<SaslMechanism> {
	const mechanism = chooseMechanism(saslMechanism, offeredMechanisms);
	if (mechanism !== undefined) return succeed(mechanism);
	const place = `${host}:${String(port)}`;
	const offered = offeredMechanisms.join(', ');
	const wanted = saslMechanism === 'auto' ? 'XOAUTH2 or OAUTHBEARER' : saslMechanism;
	const detail =
		offered === ''
			? `${place} offers no sign-in at all.`
			: `${place} offers the sign-in methods ${offered}, but not ${wanted}.`;
	return knownFailure(
		{ code: 'MECHANISM_NOT_OFFERED', detail },
		{ ...context, stage: 'auth', offeredMechanisms },
	);
}

/** The name under which nodemailer runs our exchanges. With a mechanism's own name it would prefer PLAIN. */
const HANDLER = 'OAUTH';

/**
 * Speaks with the server in lines of our own, by nodemailer's way for sign-ins of one's own: one
 * exchange at a time, on a connection that has had its EHLO reply. Does not resolve when the
 * connection breaks meanwhile: that is the connection's to tell.
 *
 * @throws what `speak` throws
 */
export async function converse<T>(
	connection: SMTPConnection,
	user: string,
	speak: (exchange: Exchange) => Promise<T>,
): Promise<T> {
	return await new Promise<T>((resolve, reject) => {
		connection.customAuth.set(HANDLER, async (context) => {
			const exchange: Exchange = async (line) => (await context.sendCommand(line)).response;
			try {
				const result = await speak(exchange);
				context.resolve();
				resolve(result);
			} catch (error: unknown) {
				reject(error instanceof Error ? error : new Error(String(error)));
			}
		});
		connection.login({ method: HANDLER, user }, (error) => {
			if (error !== null) reject(error);
		});
	});
}

/**
 * Signs in on a connection that has had its EHLO reply. Resolves after the server's 235 and not
 * before. Does not resolve when the connection breaks meanwhile: that is the connection's to tell.
 *
 * @throws SmtpRefusal
 */
export async function signIn(
	connection: SMTPConnection,
	account: MailAccount,
	accessToken: string,
	mechanism: SaslMechanism,
): Promise<void> {
	await converse(connection, account.user, async (exchange) => {
		const answer = await authenticate(exchange, mechanism, account, accessToken);
		if (!answer.isAccepted) throw new SmtpRefusal('AUTH', answer.reply, answer.refusal);
	});
}
