import type { AccessTokens } from '../auth/access-tokens';
import type { SmtpAccount } from '../auth/smtp-account';
import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import type { EgressFilter } from './open-socket';
import { sendMessage } from './smtp-send';
import { openSignedInSession, type SignInMemory } from './signed-in-session';
import type { SessionFailure } from './session-failure';
import type { SmtpSession } from './smtp-session';
import { withinTime } from './time-box';

/** One attempt's limits. */
export interface AttemptLimits {
	/** From the start of the attempt to the end of the data. */
	readonly timeoutMs: number;
	/** For the reply to the final dot; default 600,000 (RFC 5321 §4.5.3.2.6). */
	readonly replyTimeoutMs?: number;
	readonly signal?: AbortSignal | undefined;
}

/** After so many refusals in a row no further message of the batch signs in: servers punish guessing. */
const MAX_REFUSED_SIGN_INS = 3;

/** A server that takes longer over RSET is slower than a new connection. */
const RESET_TIMEOUT_MS = 5_000;

/**
 * Whether a session that has served before was over by the time of this message, so that nothing
 * of it can have been accepted and a new session may take it.
 */
function isStale(report: DeliveryReport): boolean {
	if (report.kind !== 'refused') return false;
	const { code, stage, replyCode } = report.failure;
	if (replyCode === 421) return stage !== 'reply';
	return replyCode === undefined && stage === 'mailFrom' && code !== 'CONNECTION_TIMEOUT';
}

/**
 * Whether asking again for the next message is pointless: nothing will change until somebody acts.
 * Each further refused sign-in could lock the account.
 */
function isDeadEnd({ failure }: SessionFailure): boolean {
	return !failure.retryable && failure.code !== 'CANCELLED';
}

/** One mailbox's way out: a message in, a report out. */
export interface SmtpTransport {
	/** Hands a message over to the recipients named, connecting and signing in where needed. Never throws. */
	deliver(
		message: PreparedMessage,
		recipients: readonly string[],
		limits: AttemptLimits,
	): Promise<DeliveryReport>;
	/** Closes the connection, politely; resolves when it is over. Never fails. */
	close(): Promise<void>;
}

/**
 * A transport that keeps one connection for all messages handed to it. A refused access token is
 * replaced once per message, then the message is tried again; a connection that turns out to be
 * dead before anything of the message went out is replaced as well. A failure to connect or sign in
 * that somebody has to cure first is the answer to every later message, too.
 */
export function createSmtpTransport(
	account: SmtpAccount,
	tokens: AccessTokens,
	egress: EgressFilter | undefined,
): SmtpTransport {
	let session: SmtpSession | undefined;
	let needsReset = false;
	let deadEnd: SessionFailure | undefined;
	let refusedSignIns = 0;
	const memory: SignInMemory = { isReplacementRefused: false };

	/** Ends the transaction a refused message has left open. */
	const reset = async (warm: SmtpSession): Promise<boolean> => {
		const isReset = new Promise<boolean>((resolve) => {
			warm.connection.reset((error) => {
				resolve(error === null);
			});
		});
		return await Promise.race([isReset, warm.ended.then(() => false)]);
	};

	const warmSession = async (
		limits: AttemptLimits,
		remainingMs: () => number,
	): Promise<SmtpSession | undefined> => {
		if (session?.isOpen() !== true) return undefined;
		if (!needsReset) return session;
		const isReset = await withinTime(
			reset(session),
			Math.min(RESET_TIMEOUT_MS, remainingMs() / 2),
			limits.signal,
		);
		if (isReset === true) {
			needsReset = false;
			return session;
		}
		session.close();
		return undefined;
	};

	return {
		async deliver(message, recipients, limits) {
			const startedAtMs = performance.now();
			const remainingMs = (): number =>
				Math.max(1, limits.timeoutMs - (performance.now() - startedAtMs));
			for (;;) {
				const warm = await warmSession(limits, remainingMs);
				if (warm === undefined) {
					const opened =
						deadEnd ??
						(await openSignedInSession(
							account,
							tokens,
							{ timeoutMs: remainingMs(), signal: limits.signal, egress },
							memory,
						));
					needsReset = false;
					if (!opened.ok) {
						session = undefined;
						refusedSignIns = opened.isTokenRefused ? refusedSignIns + 1 : 0;
						if (isDeadEnd(opened)) deadEnd = opened;
						if (refusedSignIns >= MAX_REFUSED_SIGN_INS) {
							deadEnd = { ...opened, failure: { ...opened.failure, retryable: false } };
						}
						return {
							kind: 'refused',
							envelope: { from: message.envelope.from, to: recipients },
							failure: opened.failure,
							rejected: [],
							...(opened.response === undefined ? {} : { response: opened.response }),
						};
					}
					refusedSignIns = 0;
					session = opened.session;
				}
				const current = warm ?? session;
				if (current === undefined) continue;
				const report = await sendMessage(current, message, recipients, {
					timeoutMs: remainingMs(),
					replyTimeoutMs: limits.replyTimeoutMs,
					signal: limits.signal,
				});
				needsReset = report.kind !== 'accepted';
				const isReplaced =
					warm !== undefined &&
					!current.isOpen() &&
					isStale(report) &&
					limits.signal?.aborted !== true;
				if (!isReplaced) return report;
			}
		},
		async close() {
			const closing = session;
			session = undefined;
			closing?.close();
			await closing?.ended;
		},
	};
}
