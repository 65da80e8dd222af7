import { connectionLimit, type MailboxState } from '../registry/mailbox-state';

const MINUTE_MS = 60_000;

/** Waits, unless or until `signal` aborts. Resolves with whether the time has passed. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<boolean>;

/** What a mailbox allows, as the credential says. */
export interface MailboxLimits {
	/** At least 1. */
	readonly maxConnections: number;
	/** 0 = no limit. */
	readonly messagesPerMinute: number;
}

/** What came of a turn, as far as the limits are concerned. */
export interface PermitUse {
	/** Whether a message was offered to the server, so that it counts as one of the minute's. */
	readonly isMessage: boolean;
	/** Whether the server refused the connection as one too many. */
	readonly exceedsConnections?: boolean;
}

/** Permission for one attempt: for one connection, and one message of the minute's. */
export interface Permit {
	/**
	 * Gives it back; of several calls only the first counts. Tells whether the lane has fewer
	 * connections from now on, so that another turn alone is likely to help.
	 */
	end(use: PermitUse): boolean;
}

/** Ms of `performance.now()`, and the waiting that goes with it. */
export interface LimiterClock {
	readonly now: () => number;
	readonly wait: Wait;
}

/** How long until one more may go: 0 = now, `undefined` = until one of those under way ends. */
function timeToWait(
	mailboxState: MailboxState,
	limits: MailboxLimits,
	nowMs: number,
): number | undefined {
	if (mailboxState.busy >= limits.maxConnections) return undefined;
	if (mailboxState.busy >= connectionLimit(mailboxState, limits.maxConnections, nowMs)) {
		// Those under way may take long: the limit may rise before one of them ends.
		return mailboxState.lowered === undefined
			? undefined
			: mailboxState.lowered.untilMs - nowMs + 1;
	}
	if (limits.messagesPerMinute <= 0) return 0;
	while ((mailboxState.endedAtMs[0] ?? Number.POSITIVE_INFINITY) <= nowMs - MINUTE_MS) {
		mailboxState.endedAtMs.shift();
	}
	const free = limits.messagesPerMinute - mailboxState.endedAtMs.length - mailboxState.busy;
	if (free > 0) return 0;
	const oldest = mailboxState.endedAtMs[-free];
	return oldest === undefined ? undefined : oldest + MINUTE_MS - nowMs + 1;
}

/** Connections that nobody uses count with the server as well. */
function closeSurplus(
	mailboxState: MailboxState,
	{ maxConnections }: MailboxLimits,
	nowMs: number,
): void {
	const limit = connectionLimit(mailboxState, maxConnections, nowMs);
	const surplus = Math.max(0, mailboxState.busy + mailboxState.idle.length - limit);
	for (const idle of mailboxState.idle.slice(0, surplus)) idle.close();
}

function begin(mailboxState: MailboxState, limits: MailboxLimits, now: () => number): Permit {
	mailboxState.busy += 1;
	let isOver = false;
	return {
		end({ isMessage, exceedsConnections }) {
			if (isOver) return false;
			isOver = true;
			const nowMs = now();
			const limit = connectionLimit(mailboxState, limits.maxConnections, nowMs);
			// What others have left warm is open, too, and makes room for the next attempt; after a
			// message the attempt's own connection is among it.
			const idle = Math.max(0, mailboxState.idle.length - (isMessage ? 1 : 0));
			const borne = Math.min(limit, mailboxState.busy + idle) - 1;
			if (exceedsConnections === true) {
				mailboxState.lowered = { limit: Math.max(1, borne), untilMs: nowMs + MINUTE_MS };
			}
			mailboxState.busy -= 1;
			if (exceedsConnections === true) closeSurplus(mailboxState, limits, nowMs);
			if (isMessage && limits.messagesPerMinute > 0) mailboxState.endedAtMs.push(nowMs);
			mailboxState.waiting[0]?.();
			return exceedsConnections === true && borne > 0;
		},
	};
}

/**
 * Waits for a turn in the lane, first come, first served. A message counts from its start until a
 * minute after its end: so the server, too, sees no more than allowed in any 60 seconds, however
 * long a message was on its way.
 *
 * @returns `undefined` if `signal` aborted first
 */
export async function acquirePermit(
	mailboxState: MailboxState,
	limits: MailboxLimits,
	{ now, wait }: LimiterClock,
	signal: AbortSignal | undefined,
): Promise<Permit | undefined> {
	const isTooLate = (): boolean => signal?.aborted === true;
	if (isTooLate()) return undefined;
	if (mailboxState.waiting.length === 0 && timeToWait(mailboxState, limits, now()) === 0) {
		return begin(mailboxState, limits, now);
	}
	let nap = new AbortController();
	const wake = (): void => {
		nap.abort();
	};
	signal?.addEventListener('abort', wake, { once: true });
	mailboxState.waiting.push(wake);
	try {
		for (;;) {
			nap = new AbortController();
			if (isTooLate()) return undefined;
			const waitMs =
				mailboxState.waiting[0] === wake ? timeToWait(mailboxState, limits, now()) : undefined;
			if (waitMs === 0) return begin(mailboxState, limits, now);
			if (waitMs === undefined) await aborted(nap.signal);
			else await wait(waitMs, nap.signal);
		}
	} finally {
		signal?.removeEventListener('abort', wake);
		mailboxState.waiting.splice(mailboxState.waiting.indexOf(wake), 1);
		// The next one may have room besides, or was behind one who has left.
		mailboxState.waiting[0]?.();
	}
}

async function aborted(signal: AbortSignal): Promise<void> {
	await new Promise<void>((resolve) => {
		signal.addEventListener(
			'abort',
			() => {
				resolve();
			},
			{ once: true },
		);
	});
}

/** Removes the lanes that no batch uses and of whose last minute nothing is left to remember. */
export function forgetIdle(mailboxStates: Map<string, MailboxState>, nowMs: number): void {
	for (const [mailbox, { users, busy, waiting, idle, endedAtMs, lowered }] of mailboxStates) {
		const isUsed = users + busy + waiting.length + idle.length > 0;
		const lastMs = endedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY;
		const isOver = lastMs <= nowMs - MINUTE_MS && (lowered?.untilMs ?? nowMs) <= nowMs;
		if (!isUsed && isOver) mailboxStates.delete(mailbox);
	}
}
