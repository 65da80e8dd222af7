import { connectionLimit, type Lane } from '../registry/mailbox-state';

const MINUTE_MS = 60_000;

/** Waits, unless or until `signal` aborts. Resolves with whether the time has passed. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<boolean>;

/** What a mailbox allows, as the credential says. */
export interface LaneLimits {
	/** At least 1. */
	readonly maxConnections: number;
	/** 0 = no limit. */
	readonly messagesPerMinute: number;
}

/** What came of a turn, as far as the limits are concerned. */
export interface TurnUse {
	/** Whether a message was offered to the server, so that it counts as one of the minute's. */
	readonly isMessage: boolean;
	/** Whether the server refused the connection as one too many. */
	readonly exceedsConnections?: boolean;
}

/** Permission for one attempt: for one connection, and one message of the minute's. */
export interface Turn {
	/**
	 * Gives it back; of several calls only the first counts. Tells whether the lane has fewer
	 * connections from now on, so that another turn alone is likely to help.
	 */
	end(use: TurnUse): boolean;
}

/** Ms of `performance.now()`, and the waiting that goes with it. */
export interface LaneClock {
	readonly now: () => number;
	readonly wait: Wait;
}

/** How long until one more may go: 0 = now, `undefined` = until one of those under way ends. */
function timeToWait(lane: Lane, limits: LaneLimits, nowMs: number): number | undefined {
	if (lane.busy >= limits.maxConnections) return undefined;
	if (lane.busy >= connectionLimit(lane, limits.maxConnections, nowMs)) {
		// Those under way may take long: the limit may rise before one of them ends.
		return lane.lowered === undefined ? undefined : lane.lowered.untilMs - nowMs + 1;
	}
	if (limits.messagesPerMinute <= 0) return 0;
	while ((lane.endedAtMs[0] ?? Number.POSITIVE_INFINITY) <= nowMs - MINUTE_MS) {
		lane.endedAtMs.shift();
	}
	const free = limits.messagesPerMinute - lane.endedAtMs.length - lane.busy;
	if (free > 0) return 0;
	const oldest = lane.endedAtMs[-free];
	return oldest === undefined ? undefined : oldest + MINUTE_MS - nowMs + 1;
}

/** Connections that nobody uses count with the server as well. */
function closeSurplus(lane: Lane, { maxConnections }: LaneLimits, nowMs: number): void {
	const limit = connectionLimit(lane, maxConnections, nowMs);
	const surplus = Math.max(0, lane.busy + lane.warm.length - limit);
	for (const warm of lane.warm.slice(0, surplus)) warm.close();
}

function begin(lane: Lane, limits: LaneLimits, now: () => number): Turn {
	lane.busy += 1;
	let isOver = false;
	return {
		end({ isMessage, exceedsConnections }) {
			if (isOver) return false;
			isOver = true;
			const nowMs = now();
			const limit = connectionLimit(lane, limits.maxConnections, nowMs);
			// What others have left warm is open, too, and makes room for the next attempt; after a
			// message the attempt's own connection is among it.
			const idle = Math.max(0, lane.warm.length - (isMessage ? 1 : 0));
			const borne = Math.min(limit, lane.busy + idle) - 1;
			if (exceedsConnections === true) {
				lane.lowered = { limit: Math.max(1, borne), untilMs: nowMs + MINUTE_MS };
			}
			lane.busy -= 1;
			if (exceedsConnections === true) closeSurplus(lane, limits, nowMs);
			if (isMessage && limits.messagesPerMinute > 0) lane.endedAtMs.push(nowMs);
			lane.waiting[0]?.();
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
export async function takeTurn(
	lane: Lane,
	limits: LaneLimits,
	{ now, wait }: LaneClock,
	signal: AbortSignal | undefined,
): Promise<Turn | undefined> {
	const isTooLate = (): boolean => signal?.aborted === true;
	if (isTooLate()) return undefined;
	if (lane.waiting.length === 0 && timeToWait(lane, limits, now()) === 0) {
		return begin(lane, limits, now);
	}
	let nap = new AbortController();
	const wake = (): void => {
		nap.abort();
	};
	signal?.addEventListener('abort', wake, { once: true });
	lane.waiting.push(wake);
	try {
		for (;;) {
			nap = new AbortController();
			if (isTooLate()) return undefined;
			const waitMs = lane.waiting[0] === wake ? timeToWait(lane, limits, now()) : undefined;
			if (waitMs === 0) return begin(lane, limits, now);
			if (waitMs === undefined) await aborted(nap.signal);
			else await wait(waitMs, nap.signal);
		}
	} finally {
		signal?.removeEventListener('abort', wake);
		lane.waiting.splice(lane.waiting.indexOf(wake), 1);
		// The next one may have room besides, or was behind one who has left.
		lane.waiting[0]?.();
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
export function forgetIdle(lanes: Map<string, Lane>, nowMs: number): void {
	for (const [mailbox, { users, busy, waiting, warm, endedAtMs, lowered }] of lanes) {
		const isUsed = users + busy + waiting.length + warm.length > 0;
		const lastMs = endedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY;
		const isOver = lastMs <= nowMs - MINUTE_MS && (lowered?.untilMs ?? nowMs) <= nowMs;
		if (!isUsed && isOver) lanes.delete(mailbox);
	}
}
