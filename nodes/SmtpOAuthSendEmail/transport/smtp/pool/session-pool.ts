import type { ConnectionOptions } from 'node:tls';
import type { AccessTokens } from '../../../auth/access-tokens';
import type { MailAccount } from '../../../auth/mail-account';
import { closeSurplus, type MailboxState } from '../../../registry/mailbox-state';
import { succeed } from '../../../result/result';
import type { DeliveryReport } from '../../../status/delivery-report';
import type { Transcript } from '../../../status/transcript';
import { countDown } from '../../../timing/count-down';
import { withinTime, type Interruption } from '../../../timing/with-timeout';
import type { TransportDependencies } from '../../mail-transport';
import type { SignInMemory } from '../../token-wait';
import type { SessionLimits } from '../connection/connection-set-up';
import type { SessionFailure, StepResult } from '../connection/session-failure';
import type { SmtpSession } from '../connection/smtp-session';
import { sharedTlsOptions } from '../connection/tls-options';
import { hasIdle, IDLE_MS, PooledSession, takeIdle, type SessionOwner } from './connection-pool';
import { SignInGate } from './sign-in-gate';
import { openSignedInSession } from './signed-in-session';

/** What a pool shares with others, and what it may do. */
export interface SessionPoolDependencies extends Pick<
	TransportDependencies,
	'mailboxState' | 'credentialId' | 'egress' | 'memory'
> {
	/** How long a connection waits for a next message, default 30,000. */
	readonly idleMs?: number;
}

/** A server that takes longer over RSET is slower than a new connection. */
const RESET_TIMEOUT_MS = 5_000;

/** Ends the transaction that a refused message has left open; resolves with whether the server has. */
async function reset(session: SmtpSession): Promise<boolean> {
	return await new Promise<boolean>((resolve) => {
		const stopWatching = session.end.onEnd(() => {
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

/** The sessions of one account and credential: idle ones of the mailbox's, and new ones. */
export class SessionPool {
	readonly #owner: SessionOwner;
	readonly #mailboxState: MailboxState;
	readonly #gate: SignInGate;
	readonly #idleMs: number;
	/** The tokens that the credential is known to hold or have held while this pool lives. */
	readonly #ownTokens = new Set<string>();
	/** Sessions in use by messages. */
	#inUse = 0;
	#tls: ConnectionOptions | undefined;

	constructor(
		private readonly account: MailAccount,
		private readonly tokens: AccessTokens,
		dependencies: SessionPoolDependencies,
	) {
		const { mailboxState, credentialId, egress, memory, idleMs = IDLE_MS } = dependencies;
		this.#owner = { credentialId, settings: JSON.stringify(account) };
		this.#mailboxState = mailboxState;
		this.#idleMs = idleMs;
		this.#gate = new SignInGate(
			async (limits) => await this.#openSession({ ...limits, egress }, memory),
			account.provider,
		);
	}

	/** An idle session that the server still listens to; `undefined` where there is none. Never throws. */
	async takeIdle(limits: SessionLimits): Promise<PooledSession | undefined> {
		const remaining = countDown(limits);
		for (;;) {
			const idle = takeIdle(this.#mailboxState, this.#owner);
			if (idle === undefined) return undefined;
			const isUsable = await this.#isOwn(idle.session, remaining());
			if (isUsable === 'cancelled' || isUsable === 'timedOut') {
				// Nothing speaks against it: others may have a use for it.
				idle.rest(this.#idleMs);
				return undefined;
			}
			if (!isUsable) idle.close();
			else {
				listen(idle.session, limits.transcript);
				if (!idle.needsReset) return idle;
				const resetMs = Math.min(RESET_TIMEOUT_MS, remaining().timeoutMs / 2);
				if ((await withinTime(reset(idle.session), resetMs, limits.signal)) === true) return idle;
				idle.drop();
			}
			await idle.ended;
		}
	}

	/** Opens a session. Never throws. */
	async open(limits: SessionLimits): Promise<StepResult<PooledSession>> {
		const opened = await this.#gate.pass(limits);
		if (!opened.ok) return { ...opened, exceedsConnections: this.#isOneTooMany(opened) };
		this.#ownTokens.add(opened.value.accessToken);
		return succeed(new PooledSession(this.#mailboxState, this.#owner, opened.value));
	}

	/**
	 * Sends a message over a session, and takes that back for the next one. Resolves with the report, and
	 * whether the session is kept; if not, when it is closed. What throws drops the session.
	 */
	async use(
		pooled: PooledSession,
		send: (session: SmtpSession) => Promise<DeliveryReport>,
	): Promise<{ readonly report: DeliveryReport; readonly isKept: boolean }> {
		this.#inUse += 1;
		let report: DeliveryReport | undefined;
		try {
			report = await send(pooled.session);
		} finally {
			this.#inUse -= 1;
			pooled.session.tap.attach(undefined);
			if (report === undefined) pooled.drop();
		}
		pooled.needsReset = report.kind !== 'accepted';
		const isOneTooMany = report.kind === 'refused' && report.exceedsConnections === true;
		// Kept, it would be one too many for the next message as well.
		const isKept = !isOneTooMany && pooled.isUsable();
		if (isKept) pooled.rest(this.#idleMs);
		else {
			if (isOneTooMany) pooled.close();
			await pooled.ended;
		}
		return { report, isKept };
	}

	/** Makes room for one more connection. */
	async makeRoom({ timeoutMs, signal }: SessionLimits): Promise<void> {
		// A stopped execution ends no connection any more.
		if (signal?.aborted === true) return;
		const { maxConnections } = this.account;
		const evicted = closeSurplus(this.#mailboxState, maxConnections, performance.now());
		await withinTime(evicted, timeoutMs, signal);
	}

	async #openSession(
		limits: SessionLimits,
		memory: SignInMemory,
	): Promise<StepResult<SmtpSession>> {
		const remaining = countDown(limits);
		await this.makeRoom(limits);
		this.#tls ??= sharedTlsOptions(this.account);
		const opening = { ...remaining(), tls: this.#tls };
		return await openSignedInSession(this.account, this.tokens, opening, memory);
	}

	/**
	 * Whether a failure to open a session is one of a further connection only: those that serve go on
	 * serving, and what cannot be cured for a new one is no reason to fail a message they can take.
	 */
	#isOneTooMany({ failure, exceedsConnections }: SessionFailure): boolean {
		if (exceedsConnections === true) return true;
		const isOthers = this.#inUse > 0 || hasIdle(this.#mailboxState, this.#owner);
		return !failure.retryable && failure.code !== 'CANCELLED' && isOthers;
	}

	/** A session outlives neither its token's place in the credential nor the right to use that. */
	async #isOwn(
		{ accessToken }: SmtpSession,
		{ timeoutMs, signal }: SessionLimits,
	): Promise<boolean | Interruption> {
		if (this.#ownTokens.has(accessToken)) return true;
		const current = await withinTime(this.tokens.current(timeoutMs), timeoutMs, signal);
		if (current === 'cancelled' || current === 'timedOut') return current;
		if (current.ok) this.#ownTokens.add(current.value.accessToken);
		return this.#ownTokens.has(accessToken);
	}
}
