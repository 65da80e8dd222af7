import type { ConnectionOptions } from 'node:tls';
import type { AccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { MailboxState } from '../../registry/mailbox-state';
import type { DeliveryReport } from '../../status/delivery-report';
import type { Transcript } from '../../status/transcript';
import type { AttemptLimits, MailTransport } from '../mail-transport';
import type { EgressFilter } from '../egress-filter';
import type { SignInMemory } from '../token-wait';
import { createSessionOpener } from './pool/sign-in-gate';
import { openSignedInSession } from './pool/signed-in-session';
import { sendMessage } from './send-message';
import type { SessionFailure } from './connection/session-failure';
import type { SessionResult, SmtpSession } from './connection/smtp-session';
import { withinTime, type Interruption } from '../../timing/with-timeout';
import { sharedTlsOptions } from './connection/tls-options';
import {
	hasIdle,
	PooledSession,
	evictIdle,
	takeIdle,
	IDLE_MS,
	type SessionOwner,
} from './pool/connection-pool';

/** What a transport shares with others, and what it may do. */
export interface SmtpDependencies {
	/** The mailbox's lane; its turns are the caller's business. */
	readonly mailboxState: MailboxState;
	/** Identity of the credential that signs in: connections are not shared with another one. */
	readonly credentialId: string;
	readonly egress?: EgressFilter | undefined;
	/** Shared by the transports of one execution; default: this one's own. */
	readonly memory?: SignInMemory;
	/** How long a connection waits for a next message, default 30,000. */
	readonly idleMs?: number;
}

/** A server that takes longer over RSET is slower than a new connection. */
const RESET_TIMEOUT_MS = 5_000;

/**
 * Whether a session that has served before was over by the time of this message, so that nothing
 * of it can have been accepted and another session may take it.
 */
function isStale(report: DeliveryReport): boolean {
	if (report.kind !== 'refused') return false;
	const { code, stage, replyCode } = report.failure;
	if (replyCode === 421) return stage !== 'reply';
	return replyCode === undefined && stage === 'mailFrom' && code !== 'CONNECTION_TIMEOUT';
}

/** Ends the transaction a refused message has left open; resolves with whether the server has. */
async function reset(session: SmtpSession): Promise<boolean> {
	return await new Promise<boolean>((resolve) => {
		const stopWatching = session.onEnd(() => {
			resolve(false);
		});
		session.connection.reset((error) => {
			stopWatching();
			resolve(error === null);
		});
	});
}

/** Lets a transcript begin in the middle of what is said over a session. */
function listen({ tap, openedAtMs }: SmtpSession, transcript: Transcript | undefined): void {
	if (transcript === undefined) return;
	const ageMs = Math.round(performance.now() - openedAtMs);
	transcript.remark(`connection opened ${String(ageMs)} ms ago for an earlier message`);
	tap.attach(transcript);
}

/**
 * A transport whose connections stay in the mailbox's lane between messages, also for later
 * executions with the same credential. A refused access token is replaced once per message, then the
 * message is tried again; a connection that turns out to be dead before anything of the message went
 * out is replaced as well.
 */
export function createSmtpTransport(
	account: MailAccount,
	tokens: AccessTokens,
	{
		mailboxState,
		credentialId,
		egress,
		memory = { refusedReplacements: new Set() },
		idleMs = IDLE_MS,
	}: SmtpDependencies,
): Pick<MailTransport, 'deliver'> {
	const owner: SessionOwner = { credentialId, settings: JSON.stringify(account) };
	let tls: ConnectionOptions | undefined;
	const openSession = createSessionOpener(async (limits): Promise<SessionResult> => {
		// A stopped execution ends nobody's connection any more.
		if (limits.signal?.aborted !== true) {
			await evictIdle(mailboxState, account.maxConnections, performance.now());
		}
		tls ??= sharedTlsOptions(account);
		return await openSignedInSession(account, tokens, { ...limits, tls }, memory);
	}, account.provider);
	/** Sessions in use by this transport's messages. */
	let inUse = 0;
	/**
	 * Whether a failure to open a session is one of a further connection only: those that serve go on
	 * serving, and what nobody can cure for a new one is no reason to fail a message they can take.
	 */
	const isOneTooMany = ({ failure, exceedsConnections }: SessionFailure): boolean =>
		exceedsConnections === true ||
		(!failure.retryable &&
			failure.code !== 'CANCELLED' &&
			(inUse > 0 || hasIdle(mailboxState, owner)));
	/** The tokens that the credential is known to hold or have held while this transport lives. */
	const ownTokens = new Set<string>();

	/** A session outlives neither its token's place in the credential nor the right to use that. */
	const isOwn = async (
		{ accessToken }: SmtpSession,
		timeoutMs: number,
		signal: AbortSignal | undefined,
	): Promise<boolean | Interruption> => {
		if (ownTokens.has(accessToken)) return true;
		const current = await withinTime(tokens.current(), timeoutMs, signal);
		if (current === 'cancelled' || current === 'timedOut') return current;
		if (current.ok) ownTokens.add(current.value.accessToken);
		return ownTokens.has(accessToken);
	};

	const takeUsable = async (
		remainingMs: () => number,
		{ signal, transcript }: AttemptLimits,
	): Promise<PooledSession | undefined> => {
		for (
			let idle = takeIdle(mailboxState, owner);
			idle !== undefined;
			idle = takeIdle(mailboxState, owner)
		) {
			const { session } = idle;
			const isUsable = await isOwn(session, remainingMs(), signal);
			if (isUsable === 'cancelled' || isUsable === 'timedOut') {
				// Nothing speaks against it: others may have a use for it.
				idle.rest(idleMs);
				return undefined;
			}
			if (!isUsable) {
				idle.close();
				await idle.ended;
				continue;
			}
			listen(session, transcript);
			if (idle.needsReset) {
				const resetMs = Math.min(RESET_TIMEOUT_MS, remainingMs() / 2);
				if ((await withinTime(reset(session), resetMs, signal)) === true) return idle;
				idle.drop();
			} else {
				return idle;
			}
			await idle.ended;
		}
		return undefined;
	};

	return {
		async deliver(message, recipients, limits) {
			const { signal, transcript } = limits;
			const endsAtMs = performance.now() + limits.timeoutMs;
			const remainingMs = (): number => Math.max(1, endsAtMs - performance.now());
			for (;;) {
				const idle = await takeUsable(remainingMs, limits);
				let current = idle;
				if (current === undefined) {
					const opened = await openSession({
						timeoutMs: remainingMs(),
						signal,
						egress,
						transcript,
					});
					if (!opened.ok) {
						const { failure, response } = opened;
						return {
							kind: 'refused',
							envelope: { from: message.envelope.from, to: recipients },
							failure,
							rejected: [],
							exceedsConnections: isOneTooMany(opened),
							...(response === undefined ? {} : { response }),
						};
					}
					current = new PooledSession(mailboxState, owner, opened.session);
					ownTokens.add(opened.session.accessToken);
				}
				const used = current;
				inUse += 1;
				const report = await sendMessage(used.session, message, recipients, {
					timeoutMs: remainingMs(),
					replyTimeoutMs: limits.replyTimeoutMs,
					signal,
				})
					.catch((error: unknown) => {
						// Nobody else knows of it any more.
						used.drop();
						throw error;
					})
					.finally(() => {
						inUse -= 1;
						used.session.tap.attach(undefined);
					});
				current.needsReset = report.kind !== 'accepted';
				// Kept, it would be one too many for the next message as well.
				if (report.kind === 'refused' && report.exceedsConnections === true) current.close();
				else if (current.session.isOpen()) {
					current.rest(idleMs);
					return report;
				}
				await current.ended;
				if (idle === undefined || !isStale(report) || signal?.aborted === true) return report;
			}
		},
	};
}
