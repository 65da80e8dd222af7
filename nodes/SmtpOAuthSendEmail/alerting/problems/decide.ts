import type { AlertNode, Problem } from './alert-state';

/** How often a node may mail. */
export interface AlertLimits {
	/** 0 = every time. */
	readonly repeatAfterMs: number;
	/** Mails of the node in any 60 minutes; 0 = no cap. */
	readonly maxPerHour: number;
}

/** Whether an occurrence is mailed now. */
export type Decision =
	| { readonly isMailed: true }
	| {
			readonly isMailed: false;
			/** Why not: a mail of this problem went out lately, or too many mails of this node did. */
			readonly because: 'repeated' | 'capped';
			/** Unix ms: when the next occurrence may be mailed. */
			readonly nextMailAtMs: number;
	  };

/** The stretch of time that `maxPerHour` counts over. */
export const HOUR_MS = 60 * 60 * 1_000;

/** When a repetition may be mailed; `undefined`: at once. */
function repeatAtMs(problem: Problem, repeatAfterMs: number, nowMs: number): number | undefined {
	const lastMailAtMs = problem.mail?.atMs;
	if (lastMailAtMs === undefined || repeatAfterMs === 0) return undefined;
	// A mail from the far future tells of a clock that was set back: in doubt it mails.
	if (Math.abs(nowMs - lastMailAtMs) >= repeatAfterMs) return undefined;
	return lastMailAtMs + repeatAfterMs;
}

/** When the node may mail again; `undefined`: at once. */
function uncappedAtMs(
	node: AlertNode,
	reserved: number,
	maxPerHour: number,
	nowMs: number,
): number | undefined {
	if (maxPerHour === 0) return undefined;
	const recent = node.mailedAtMs.filter((atMs) => Math.abs(nowMs - atMs) < HOUR_MS);
	if (recent.length + reserved < maxPerHour) return undefined;
	// The mail whose end makes room; those under way are the newest.
	const blocking = recent[Math.max(0, recent.length + reserved - maxPerHour)];
	return (blocking ?? nowMs) + HOUR_MS;
}

/**
 * Decides whether an occurrence of a problem is mailed now.
 *
 * @param problem as it is known so far
 * @param reserved mails of the node that are under way
 */
export function decide(
	problem: Problem,
	node: AlertNode,
	{ repeatAfterMs, maxPerHour }: AlertLimits,
	reserved: number,
	nowMs: number,
): Decision {
	const repeatAt = repeatAtMs(problem, repeatAfterMs, nowMs);
	const uncappedAt = uncappedAtMs(node, reserved, maxPerHour, nowMs);
	if (repeatAt === undefined && uncappedAt === undefined) return { isMailed: true };
	return {
		isMailed: false,
		because: repeatAt === undefined ? 'capped' : 'repeated',
		nextMailAtMs: Math.max(repeatAt ?? 0, uncappedAt ?? 0),
	};
}
