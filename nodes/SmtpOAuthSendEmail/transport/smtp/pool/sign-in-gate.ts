import { describeFailure } from '../../../failure/describe-failure';
import { STOPPED } from '../../../failure/model/failure';
import { countDown } from '../../../timing/count-down';
import { withinTime, type Interruption } from '../../../timing/with-timeout';
import type { SessionLimits } from '../connection/connection-set-up';
import type { SessionFailure, StepResult } from '../connection/session-failure';
import type { SmtpSession } from '../connection/smtp-session';

type SessionResult = StepResult<SmtpSession>;

const LATE =
	'The first connection of this execution did not come about within the time allowed, so no further one was tried.';

/** After so many refusals in a row no further message of the batch signs in: servers punish guessing. */
const MAX_REFUSED_SIGN_INS = 3;

/**
 * Whether asking again for the next message is pointless: nothing will change until a person acts.
 * Each further refused sign-in could lock the account.
 */
function isDeadEnd({ failure }: SessionFailure): boolean {
	return !failure.retryable && failure.code !== 'CANCELLED';
}

/** Whether another message that signs in with the same token would fail as well. */
function isShared({ failure: { stage, code }, exceedsConnections }: SessionFailure): boolean {
	if (exceedsConnections === true) return false;
	return stage === 'token' || stage === 'auth' || code === 'CANCELLED';
}

/**
 * Lets the messages of one batch open their sessions. The first one goes alone, and the others wait
 * until it has signed in: a wrong token is then shown to the server once, not three times over. They
 * share its failure where it is one of the sign-in. A failure that a person has to cure first is the
 * answer to every later message, too.
 */
export class SignInGate {
	#deadEnd: SessionFailure | undefined;
	#refusedInARow = 0;
	#isOpen = false;
	#first: Promise<SessionResult> | undefined;

	/**
	 * @param open opens one session; never throws
	 * @param provider a key of credentials/providers/providers.ts, for the wording of failures
	 */
	constructor(
		private readonly open: (limits: SessionLimits) => Promise<SessionResult>,
		private readonly provider: string,
	) {}

	/** Opens a session as soon as this message may. Never throws. */
	async pass(limits: SessionLimits): Promise<SessionResult> {
		const remaining = countDown(limits);
		for (;;) {
			if (this.#deadEnd !== undefined) {
				limits.transcript?.remark('not tried: it has failed for an earlier message');
				return this.#deadEnd;
			}
			if (this.#isOpen) return this.#note(await this.open(remaining()));
			if (this.#first === undefined) return await this.#goFirst(remaining());
			limits.transcript?.remark('waiting for the connection that another message opens first');
			const { timeoutMs, signal } = remaining();
			const first = await withinTime(this.#first, timeoutMs, signal);
			if (first === 'cancelled' || first === 'timedOut') return this.#notTried(first);
			if (!first.ok && isShared(first)) return { ...first, isTokenRefused: false };
		}
	}

	async #goFirst(limits: SessionLimits): Promise<SessionResult> {
		this.#first = this.open(limits).then((opened) => this.#note(opened));
		try {
			return await this.#first;
		} finally {
			this.#first = undefined;
		}
	}

	#note(opened: SessionResult): SessionResult {
		if (opened.ok) {
			this.#isOpen = true;
			this.#deadEnd = undefined;
			this.#refusedInARow = 0;
			return opened;
		}
		this.#refusedInARow = opened.isTokenRefused ? this.#refusedInARow + 1 : 0;
		if (isDeadEnd(opened)) this.#deadEnd = opened;
		if (this.#refusedInARow >= MAX_REFUSED_SIGN_INS) {
			this.#deadEnd = { ...opened, failure: { ...opened.failure, retryable: false } };
		}
		return opened;
	}

	#notTried(by: Interruption): SessionFailure {
		const fault =
			by === 'cancelled' ? STOPPED : ({ code: 'CONNECTION_TIMEOUT', detail: LATE } as const);
		const failure = describeFailure(fault, { stage: 'connect', provider: this.provider });
		return { ok: false, failure, isTokenRefused: false };
	}
}
