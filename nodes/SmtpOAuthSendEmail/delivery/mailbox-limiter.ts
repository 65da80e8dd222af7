import { closeSurplus, connectionLimit, type MailboxState } from '../registry/mailbox-state';
import { fail, succeed, type Result } from '../result/result';
import { withinTime } from '../timing/with-timeout';

const MINUTE_MS = 60_000;

const NEVER = new Promise<never>(() => undefined);

/** Waits, unless or until `signal` aborts. Resolves with whether the time has passed. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<boolean>;

/** What a mailbox allows, as the credential says. */
export interface MailboxLimits {
	/** At least 1. */
	readonly maxConnections: number;
	/** 0 = no limit. */
	readonly messagesPerMinute: number;
}

/** What came of an attempt, as far as the limits are concerned. */
interface PermitUse {
	/** Whether a message was offered to the server, so that it counts as one of the minute's. */
	readonly isMessage: boolean;
	/** Whether the server refused the connection as one too many. */
	readonly exceedsConnections?: boolean;
}

/** Permission for one attempt: for one connection, and one message of the minute's. */
export interface Permit {
	/**
	 * Gives it back; of several calls only the first counts. Tells whether the mailbox has fewer
	 * connections from now on, so that another permit alone is likely to help.
	 */
	end(use: PermitUse): boolean;
}

/** Why there is no permit. */
export type PermitDenied =
	| { readonly kind: 'aborted' }
	/** It would take longer than was allowed; so much longer at least, where that is known. */
	| { readonly kind: 'tooLong'; readonly retryAfterMs: number | undefined };

/** Ms of `performance.now()`, and the waiting that goes with it. */
export interface LimiterClock {
	readonly now: () => number;
	readonly wait: Wait;
}

/** How long, and how, a permit is waited for. */
interface PermitWait {
	/** Ends the wait when it aborts. */
	readonly signal?: AbortSignal | undefined;
	/** `undefined` = as long as it takes. */
	readonly maxWaitMs?: number | undefined;
	/** Whether to go before all who wait. */
	readonly goesFirst?: boolean;
}

/** How long until one more may go: 0 = now, `undefined` = until one of those under way ends. */
function timeToWait(
	mailboxState: MailboxState,
	limits: MailboxLimits,
	nowMs: number,
): number | undefined {
	const { busy, lowered, endedAtMs, otherWay } = mailboxState;
	if (busy >= limits.maxConnections) return undefined;
	if (busy >= connectionLimit(mailboxState, limits.maxConnections, nowMs)) {
		// Those under way may take long: the limit may rise before one of them ends.
		return lowered === undefined ? undefined : lowered.untilMs - nowMs + 1;
	}
	if (limits.messagesPerMinute <= 0) return 0;
	while ((endedAtMs[0] ?? Number.POSITIVE_INFINITY) <= nowMs - MINUTE_MS) endedAtMs.shift();
	const underWay = busy + (otherWay?.busy ?? 0);
	const free = limits.messagesPerMinute - endedAtMs.length - underWay;
	if (free > 0) return 0;
	const oldest = endedAtMs[-free];
	return oldest === undefined ? undefined : oldest + MINUTE_MS - nowMs + 1;
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
			// Idle connections of others are open, too, and give way to the next attempt; after a
			// message the attempt's own connection is among them.
			const idle = Math.max(0, mailboxState.idle.length - (isMessage ? 1 : 0));
			const borne = Math.min(limit, mailboxState.busy + idle) - 1;
			if (exceedsConnections === true) {
				mailboxState.lowered = { limit: Math.max(1, borne), untilMs: nowMs + MINUTE_MS };
			}
			mailboxState.busy -= 1;
			if (exceedsConnections === true) {
				void closeSurplus(mailboxState, limits.maxConnections, nowMs);
			}
			if (isMessage && limits.messagesPerMinute > 0) mailboxState.endedAtMs.push(nowMs);
			mailboxState.waiting[0]?.();
			mailboxState.otherWay?.waiting[0]?.();
			return exceedsConnections === true && borne > 0;
		},
	};
}

/**
 * Waits for a permit of the mailbox, first come, first served. A message counts from its start until
 * a minute after its end: so the server, too, sees no more than allowed in any 60 seconds, however
 * long a message was on its way.
 */
export async function acquirePermit(
	mailboxState: MailboxState,
	limits: MailboxLimits,
	{ now, wait }: LimiterClock,
	{ signal, maxWaitMs = Number.POSITIVE_INFINITY, goesFirst = false }: PermitWait = {},
): Promise<Result<Permit, PermitDenied>> {
	const { waiting } = mailboxState;
	const deadlineMs = now() + maxWaitMs;
	let nap = new AbortController();
	const wake = (): void => {
		nap.abort();
	};
	/** What is the case now: a permit, none for good, or how long to nap (`undefined` = until woken). */
	const look = (): Result<Permit, PermitDenied> | { readonly napMs: number | undefined } => {
		if (signal?.aborted === true) return fail({ kind: 'aborted' });
		const isFirst = waiting.length === 0 || waiting[0] === wake;
		const waitMs = isFirst ? timeToWait(mailboxState, limits, now()) : undefined;
		if (waitMs === 0) return succeed(begin(mailboxState, limits, now));
		const leftMs = deadlineMs - now();
		if (leftMs <= (waitMs ?? 0)) return fail({ kind: 'tooLong', retryAfterMs: waitMs });
		const napMs = Math.min(waitMs ?? Number.POSITIVE_INFINITY, leftMs);
		return { napMs: Number.isFinite(napMs) ? napMs : undefined };
	};
	let seen = goesFirst ? { napMs: 0 } : look();
	if (!('napMs' in seen)) return seen;
	signal?.addEventListener('abort', wake, { once: true });
	if (goesFirst) waiting.unshift(wake);
	else waiting.push(wake);
	try {
		for (;;) {
			nap = new AbortController();
			seen = look();
			if (!('napMs' in seen)) return seen;
			if (seen.napMs === undefined) await withinTime(NEVER, undefined, nap.signal);
			else await wait(seen.napMs, nap.signal);
		}
	} finally {
		signal?.removeEventListener('abort', wake);
		waiting.splice(waiting.indexOf(wake), 1);
		// The next one may go as well, or was behind one that has left.
		waiting[0]?.();
	}
}

/** Removes the mailboxes that are not in use and of whose last minute nothing is left to remember. */
export function forgetIdle(mailboxStates: Map<string, MailboxState>, nowMs: number): void {
	for (const [mailbox, { users, busy, waiting, idle, endedAtMs, lowered }] of mailboxStates) {
		const isUsed = users + busy + waiting.length + idle.length > 0;
		const lastMs = endedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY;
		const isOver = lastMs <= nowMs - MINUTE_MS && (lowered?.untilMs ?? nowMs) <= nowMs;
		if (!isUsed && isOver) mailboxStates.delete(mailbox);
	}
}
