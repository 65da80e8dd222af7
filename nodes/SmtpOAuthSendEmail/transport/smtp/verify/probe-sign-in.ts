import type { MailAccount } from '../../../auth/mail-account';
import type { StoredToken } from '../../../auth/stored-token';
import { describeFailure } from '../../../failure/describe-failure';
import { quoteSafely } from '../../../untrusted/redact';
import {
	skipped,
	UNREACHED,
	type ServerStages,
	type StageResult,
} from '../../../status/verify-report';
import type { ConnectionSetUp } from '../connection/connection-set-up';
import { readEhlo, smtpUtf8Missing, type ServerCapabilities } from '../connection/ehlo';
import type { SessionFailure } from '../connection/session-failure';
import type { SetUpWatch } from './handshake-observer';
import { converse, findMechanism, signIn } from '../connection/sign-in';
import { SmtpRefusal } from '../connection/smtp-refusal';

/** Who wants to sign in and send, as far as that is known. */
export interface ProbeIdentity {
	readonly token: StoredToken | undefined;
	/** A checked address. */
	readonly from: string | undefined;
}

/** The longest reply shown. */
const MAX_REPLY_LENGTH = 200;

/** The last two stages, and the failure that ended the sign-in. */
interface SignInStages extends Pick<ServerStages, 'auth' | 'mailFrom'> {
	readonly failed?: SessionFailure | undefined;
}

/**
 * Signs in, and offers the sender. Over a connection whose certificate is not trusted it does not
 * sign in, unless the credential allows that. Never throws.
 */
export async function trySignIn(
	setUp: ConnectionSetUp,
	account: MailAccount,
	{ token, from }: ProbeIdentity,
	{ peer }: SetUpWatch,
): Promise<SignInStages> {
	const { connection, context } = setUp;
	const capabilities = readEhlo(String(connection.lastServerResponse));
	const found = findMechanism(account, capabilities.mechanisms, context);
	const endAt = (auth: ServerStages['auth'], failed?: SessionFailure): SignInStages => ({
		auth,
		mailFrom: UNREACHED,
		failed,
	});
	if (!found.ok) return endAt({ kind: 'failed', durationMs: 0, failure: found.failure }, found);
	if (peer === undefined) return endAt(skipped('TLS is missing.'));
	if (peer.problem !== undefined && !account.allowUnauthorizedCerts) {
		return endAt(skipped('no credential goes to a server whose certificate is not trusted.'));
	}
	if (token === undefined) return endAt(skipped('there is no access token.'));
	const mechanism = found.value;
	const auth = await timed(setUp, async () => {
		await signIn(connection, account, token.accessToken, mechanism);
	});
	const { durationMs } = auth;
	if (!auth.ok) return endAt({ kind: 'failed', durationMs, failure: auth.failure }, auth);
	setUp.isSignedIn = true;
	return {
		auth: { kind: 'ok', durationMs, facts: { mechanism, isReplaced: false } },
		mailFrom:
			from === undefined
				? skipped('there is no sender to offer.')
				: await trySender(setUp, account, from, capabilities),
	};
}

/**
 * Begins a message as a sender, to see whether the server lets it (RFC 5321 §4.1.1.2), and takes it
 * back.
 *
 * @param from a checked address: nothing in it ends the line or the path
 */
async function trySender(
	setUp: ConnectionSetUp,
	account: MailAccount,
	from: string,
	capabilities: ServerCapabilities,
): Promise<StageResult<'mailFrom'>> {
	const { connection, context } = setUp;
	const needsSmtpUtf8 = /[^\u0020-\u007e]/.test(from);
	if (needsSmtpUtf8 && !capabilities.hasSmtpUtf8) {
		const failure = describeFailure(smtpUtf8Missing(from), { ...context, stage: 'mailFrom' });
		return { kind: 'failed', durationMs: 0, failure };
	}
	const offer = await timed(
		setUp,
		async () =>
			await converse(connection, account.user, async (exchange) => {
				const reply = await exchange(`MAIL FROM:<${from}>${needsSmtpUtf8 ? ' SMTPUTF8' : ''}`);
				if (!/^2\d\d(?:[ -]|$)/.test(reply)) throw new SmtpRefusal('MAIL FROM', reply);
				return reply;
			}),
	);
	const { durationMs } = offer;
	if (!offer.ok) return { kind: 'failed', durationMs, failure: offer.failure };
	await setUp.step(async () => {
		await new Promise((resolve) => {
			connection.reset(resolve);
		});
	});
	const response = quoteSafely(offer.value, context.secrets ?? [], MAX_REPLY_LENGTH);
	return { kind: 'ok', durationMs, facts: { response } };
}

/** Takes a step of the setting-up, and measures how long it takes. */
async function timed<T>(setUp: ConnectionSetUp, task: () => Promise<T>) {
	const startedAtMs = performance.now();
	const result = await setUp.step(task);
	return { ...result, durationMs: Math.round(performance.now() - startedAtMs) };
}
