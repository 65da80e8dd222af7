import type { AlertState, Problem } from './alert-state';
import { isForgotten } from './join-states';
import { pendingOf, pendingSinceMs, tell, type Tally } from './tally';

/** A problem as a digest lists it. */
export interface DigestEntry {
	readonly key: string;
	readonly problem: Problem;
	/** Occurrences that no mail has told of. */
	readonly held: number;
	/** Unix ms of the first of them. */
	readonly heldSinceMs: number;
	/** Whether it has not been seen for the time that counts as quiet. */
	readonly isQuiet: boolean;
}

/** What a digest has to tell. */
export interface Digest {
	/** Unix ms: when it was collected. */
	readonly atMs: number;
	/** The problem that was held most often comes first. */
	readonly held: readonly DigestEntry[];
	/** The problem that has been quiet longest comes first. It may be in `held` as well. */
	readonly quiet: readonly DigestEntry[];
	/** Occurrences of problems that could not be remembered. */
	readonly forgotten: number;
	readonly forgottenTally: Tally;
}

/**
 * Collects what no mail has told of.
 *
 * @param resolvedAfterMs how long a problem is silent until it is quiet again; 0 = never
 */
export function collectDigest(state: AlertState, resolvedAfterMs: number, nowMs: number): Digest {
	const entries = Object.entries(state.problems)
		.filter(([, problem]) => !isForgotten(problem))
		.map(([key, problem]): DigestEntry => ({
			key,
			problem,
			held: pendingOf(problem.tally),
			heldSinceMs: pendingSinceMs(problem.tally) ?? problem.lastSeenAtMs,
			isQuiet: resolvedAfterMs > 0 && nowMs - problem.lastSeenAtMs >= resolvedAfterMs,
		}));
	return {
		atMs: nowMs,
		held: entries.filter(({ held }) => held > 0).sort((a, b) => b.held - a.held),
		quiet: entries
			.filter(({ isQuiet }) => isQuiet)
			.sort((a, b) => a.problem.lastSeenAtMs - b.problem.lastSeenAtMs),
		forgotten: pendingOf(state.forgotten),
		forgottenTally: state.forgotten,
	};
}

/** Whether a digest has nothing to tell, so that no mail goes out. */
export function isNothing({ held, quiet, forgotten }: Digest): boolean {
	return held.length === 0 && quiet.length === 0 && forgotten === 0;
}

/** Notes that a digest was mailed: counts start again at 0, and problems that are quiet are forgotten. */
export function recordDigest(state: AlertState, digest: Digest): void {
	const listed = new Map([...digest.held, ...digest.quiet].map((entry) => [entry.key, entry]));
	for (const [key, entry] of listed) {
		const problem = state.problems[key];
		if (problem === undefined) continue;
		state.problems[key] = {
			...problem,
			tally: tell(problem.tally, entry.problem.tally, digest.atMs),
			...(entry.isQuiet ? { quietAtMs: digest.atMs } : {}),
		};
	}
	for (const [key, node] of Object.entries(state.nodes)) {
		// Each of these occurrences stands in the digest under its problem.
		state.nodes[key] = { ...node, capped: tell(node.capped, node.capped, digest.atMs) };
	}
	state.forgotten = tell(state.forgotten, digest.forgottenTally, digest.atMs);
	state.revision += 1;
}
