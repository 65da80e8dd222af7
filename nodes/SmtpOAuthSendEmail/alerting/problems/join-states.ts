import type { AlertNode, AlertState, LastMail, Problem } from './alert-state';
import { joinTallies } from './tally';

/** Whether a digest has listed it as quiet again, and it has not been seen since. */
export function isForgotten({ quietAtMs, lastSeenAtMs }: Problem): boolean {
	return quietAtMs !== undefined && quietAtMs >= lastSeenAtMs;
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return Math.max(a, b);
}

/** The newer of the last mails, unless the problem has been quiet since. */
function joinMails(a: Problem, b: Problem, quietAtMs: number | undefined): LastMail | undefined {
	const mails = [a.mail, b.mail].filter((mail) => mail !== undefined);
	const ofNow = mails.filter(({ atMs }) => quietAtMs === undefined || atMs > quietAtMs);
	return ofNow.sort((one, other) => other.atMs - one.atMs)[0];
}

function joinProblems(ours: Problem, theirs: Problem, writer: string): Problem {
	const newer = theirs.lastSeenAtMs > ours.lastSeenAtMs ? theirs : ours;
	const quietAtMs = latest(ours.quietAtMs, theirs.quietAtMs);
	// What began before the problem was quiet is another story.
	const begun = [ours.firstSeenAtMs, theirs.firstSeenAtMs].filter(
		(atMs) => quietAtMs === undefined || atMs > quietAtMs,
	);
	return {
		...newer,
		firstSeenAtMs: begun.length === 0 ? newer.firstSeenAtMs : Math.min(...begun),
		tally: joinTallies(ours.tally, theirs.tally, writer),
		mail: joinMails(ours, theirs, quietAtMs),
		quietAtMs,
	};
}

function joinNodes(ours: AlertNode, theirs: AlertNode, writer: string): AlertNode {
	const times = new Set([...ours.mailedAtMs, ...theirs.mailedAtMs]);
	return {
		name: ours.name,
		mailedAtMs: [...times].sort((a, b) => a - b),
		capped: joinTallies(ours.capped, theirs.capped, writer),
	};
}

function joinRecords<T>(
	ours: Record<string, T>,
	theirs: Readonly<Record<string, T>>,
	join: (ours: T, theirs: T) => T,
): void {
	for (const [key, their] of Object.entries(theirs)) {
		// One that is new here is joined with itself, which keeps it within its bounds.
		ours[key] = join(ours[key] ?? their, their);
	}
}

/**
 * Takes over what another copy of the state knows. Joining the same copy again changes nothing, and
 * the order of joining does not matter.
 *
 * @param state changed in place, since others hold on to it
 */
export function joinState(state: AlertState, other: AlertState): void {
	const { writer } = state;
	joinRecords(state.problems, other.problems, (a, b) => joinProblems(a, b, writer));
	joinRecords(state.nodes, other.nodes, (a, b) => joinNodes(a, b, writer));
	state.forgotten = joinTallies(state.forgotten, other.forgotten, writer);
}
