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
import { readEhlo, type ServerCapabilities } from '../connection/ehlo';
import { offerSender } from './mail-from';
import type { SaslMechanism } from '../connection/sasl';
import type { SessionFailure } from '../connection/session-failure';
import type { SetUpWatch } from './handshake-observer';
import { signIn } from '../connection/sign-in';
import { findMechanism } from '../connection/sign-in-mechanism';

/** Who wants to sign in and send, as far as that is known. */
export interface ProbeIdentity {
	readonly token: StoredToken | undefined;
	/** A checked address. */
	readonly from: string | undefined;
}

/** The longest reply shown. */
const MAX_REPLY_LENGTH = 200;

/** The last two stages, and the failure that ended the sign-in. */
export interface SignInStages extends Pick<ServerStages, 'auth' | 'mailFrom'> {
	readonly failed?: SessionFailure;
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
	const { connection, context, progress } = setUp;
	const capabilities = readEhlo(String(connection.lastServerResponse));
	const found = findMechanism(account, capabilities.mechanisms, context);
	if (!found.ok) {
		const auth = { kind: 'failed', durationMs: 0, failure: found.failure } as const;
		return { auth, mailFrom: UNREACHED, failed: found };
	}
	if (peer?.problem !== undefined && !account.allowUnauthorizedCerts) {
		const reason = 'no credential goes to a server whose certificate is not trusted.';
		return { auth: skipped(reason), mailFrom: UNREACHED };
	}
	if (peer === undefined) return { auth: skipped('TLS is missing.'), mailFrom: UNREACHED };
	if (token === undefined) {
		return { auth: skipped('there is no access token.'), mailFrom: UNREACHED };
	}
	const mechanism = found.value;
	const auth = await timed(async () => await signInBy(setUp, account, token, mechanism));
	if (!auth.ok) {
		const result = { kind: 'failed', durationMs: auth.durationMs, failure: auth.failure } as const;
		return { auth: result, mailFrom: UNREACHED, failed: auth };
	}
	progress.isSignedIn = true;
	const { durationMs } = auth;
	return {
		auth: { kind: 'ok', durationMs, facts: { mechanism, isReplaced: false } },
		mailFrom:
			from === undefined
				? skipped('there is no sender to offer.')
				: await trySender(setUp, account, from, capabilities),
	};
}

async function signInBy(
	setUp: ConnectionSetUp,
	account: MailAccount,
	token: StoredToken,
	mechanism: SaslMechanism,
) {
	return await setUp.step(async () => {
		await signIn(setUp.connection, account, token.accessToken, mechanism);
	});
}

async function trySender(
	setUp: ConnectionSetUp,
	account: MailAccount,
	from: string,
	capabilities: ServerCapabilities,
): Promise<StageResult<'mailFrom'>> {
	const { connection, context } = setUp;
	const needsSmtpUtf8 = /[^\u0020-\u007e]/.test(from);
	if (needsSmtpUtf8 && !capabilities.hasSmtpUtf8) {
		const detail = `${from} has letters outside a–z before the @, which this mail server does not support (SMTPUTF8).`;
		const fault = { code: 'SMTPUTF8_NOT_OFFERED', detail } as const;
		const failure = describeFailure(fault, { ...context, stage: 'mailFrom' });
		return { kind: 'failed', durationMs: 0, failure };
	}
	const offer = await timed(
		async () =>
			await setUp.step(
				async () => await offerSender(connection, account.user, from, needsSmtpUtf8),
			),
	);
	const { durationMs } = offer;
	if (!offer.ok) return { kind: 'failed', durationMs, failure: offer.failure };
	await setUp.step(async () => {
		await new Promise<void>((resolve) => {
			connection.reset(() => {
				resolve();
			});
		});
	});
	const response = quoteSafely(offer.value, context.secrets ?? [], MAX_REPLY_LENGTH);
	return { kind: 'ok', durationMs, facts: { response } };
}

async function timed<T extends object>(
	task: () => Promise<T>,
): Promise<T & { readonly durationMs: number }> {
	const startedAtMs = performance.now();
	const result = await task();
	return { ...result, durationMs: Math.round(performance.now() - startedAtMs) };
}
