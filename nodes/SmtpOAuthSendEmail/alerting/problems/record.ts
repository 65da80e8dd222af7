import {
	nodeKey,
	problemKey,
	type AlertNode,
	type AlertState,
	type LastMail,
	type Problem,
} from './alert-state';
import { HOUR_MS } from './decide';
import { forgetProblems } from './forget-problems';
import { isForgotten } from './join-states';
import { addTo, tell } from './tally';

/** Something that happened once or several times, as it is remembered. Texts are free of secrets. */
export interface Occurrence extends Pick<
	Problem,
	'fingerprint' | 'title' | 'workflow' | 'node' | 'severity' | 'lastMessage' | 'lastUrl'
> {
	/** How often. */
	readonly count: number;
}

/** A problem and the alert node that sees it, as they stand in the state. */
export interface Recorded {
	readonly key: string;
	readonly problem: Problem;
	readonly node: AlertNode;
}

/** Counts an occurrence, of which no mail has told so far. */
export function recordOccurrence(
	state: AlertState,
	alertNode: { readonly id: string; readonly name: string },
	occurrence: Occurrence,
	nowMs: number,
): Recorded {
	const nodeId = nodeKey(alertNode.id);
	const key = problemKey(nodeId, occurrence.fingerprint);
	const known = state.problems[key];
	// A problem that was quiet begins again; what was counted of it stays.
	const before = known !== undefined && !isForgotten(known) ? known : undefined;
	const quietAtMs = known?.quietAtMs;
	const { count, ...seen } = occurrence;
	const problem: Problem = {
		...seen,
		alertNode: nodeId,
		title: before?.title ?? seen.title,
		firstSeenAtMs: before?.firstSeenAtMs ?? nowMs,
		lastSeenAtMs: nowMs,
		// What came before the problem was quiet holds back nothing.
		mail: before?.mail,
		quietAtMs: quietAtMs === undefined ? undefined : Math.min(quietAtMs, nowMs - 1),
		tally: addTo(known?.tally ?? {}, state.writer, count, nowMs),
	};
	const node: AlertNode = {
		mailedAtMs: state.nodes[nodeId]?.mailedAtMs ?? [],
		capped: state.nodes[nodeId]?.capped ?? {},
		name: alertNode.name,
	};
	state.problems[key] = problem;
	state.nodes[nodeId] = node;
	state.revision += 1;
	forgetProblems(state, nowMs);
	return { key, problem, node };
}

/** Counts what `maxPerHour` has held back of a node's mails. */
export function recordCapped(state: AlertState, node: string, count: number, nowMs: number): void {
	const known = state.nodes[node];
	if (known === undefined) return;
	state.nodes[node] = { ...known, capped: addTo(known.capped, state.writer, count, nowMs) };
	state.revision += 1;
}

/**
 * Notes that a problem was mailed: what the mail told of is no longer held.
 *
 * @param told the problem and the node as they were when the mail was written
 * @param writtenAtMs Unix ms: when that was
 */
export function recordMail(
	state: AlertState,
	{ key, problem: { alertNode, tally }, node: { capped } }: Recorded,
	writtenAtMs: number,
	mail: LastMail,
): void {
	const problem = state.problems[key];
	if (problem !== undefined) {
		state.problems[key] = {
			...problem,
			mail: { ...mail, atMs: Math.max(problem.mail?.atMs ?? 0, mail.atMs) },
			tally: tell(problem.tally, tally, writtenAtMs),
		};
	}
	const node = state.nodes[alertNode];
	if (node !== undefined) {
		const recent = node.mailedAtMs.filter((atMs) => Math.abs(mail.atMs - atMs) < HOUR_MS);
		state.nodes[alertNode] = {
			...node,
			mailedAtMs: [...recent, mail.atMs],
			capped: tell(node.capped, capped, writtenAtMs),
		};
	}
	state.revision += 1;
}
