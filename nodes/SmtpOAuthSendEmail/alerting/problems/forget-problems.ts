import type { AlertState, Problem } from './alert-state';
import { isForgotten } from './join-states';
import { addTo, pendingOf } from './tally';

/** The most problems that are remembered of one workflow. */
export const MAX_PROBLEMS = 1_000;

/** How many stay when there are too many, so that not every new one has to look for the oldest. */
const KEPT_PROBLEMS = 900;

/** How long a problem that is quiet again is kept, so that an older copy does not bring it back. */
const KEPT_QUIET_MS = 24 * 60 * 60 * 1_000;

const isLessWorth = (a: Problem, b: Problem): number => {
	const byPending = Number(pendingOf(a.tally) > 0) - Number(pendingOf(b.tally) > 0);
	return byPending === 0 ? a.lastSeenAtMs - b.lastSeenAtMs : byPending;
};

/**
 * Keeps the state within its bounds: problems that have long been quiet go, then those that were seen
 * longest ago. Occurrences of theirs that no mail has told of are counted in `forgotten`.
 */
export function forgetProblems(state: AlertState, nowMs: number): void {
	const entries = Object.entries(state.problems);
	if (entries.length <= MAX_PROBLEMS) return;
	const kept = entries.filter(([, problem]) => {
		const quietMs = nowMs - (problem.quietAtMs ?? nowMs);
		return !(isForgotten(problem) && quietMs > KEPT_QUIET_MS);
	});
	const surplus = Math.max(0, kept.length - KEPT_PROBLEMS);
	const goes = kept.sort(([, a], [, b]) => isLessWorth(a, b)).splice(0, surplus);
	for (const [, { tally }] of goes) {
		const pending = pendingOf(tally);
		if (pending > 0) state.forgotten = addTo(state.forgotten, state.writer, pending, nowMs);
	}
	state.problems = Object.fromEntries(kept);
}
