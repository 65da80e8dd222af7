import {
	nodeKey,
	problemKey,
	type AlertNode,
	type AlertState,
	type AlertThread,
	type Problem,
	type Severity,
} from './alert-state';
import { HOUR_MS } from './decide';
import { forgetProblems } from './forget-problems';
import { isForgotten } from './join-states';
import { addTo, tell, type Tally } from './tally';

/** Something that happened once or several times, as it is remembered. Texts are free of secrets. */
export interface Occurrence {
	readonly fingerprint: string;
	readonly title: string;
	readonly workflow: string;
	readonly node: string;
	readonly severity: Severity;
	readonly message: string;
	readonly url: string;
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
	// One that was quiet again begins anew; what was counted of it stays.
	const before = known !== undefined && !isForgotten(known) ? known : undefined;
	const quietAtMs = known?.quietAtMs;
	const { fingerprint, severity, workflow, node: failedNode, message, url } = occurrence;
	const problem: Problem = {
		fingerprint,
		alertNode: nodeId,
		title: before?.title ?? occurrence.title,
		workflow,
		node: failedNode,
		severity,
		firstSeenAtMs: before?.firstSeenAtMs ?? nowMs,
		lastSeenAtMs: nowMs,
		lastMessage: message,
		lastUrl: url,
		// What came before the problem was quiet holds back nothing.
		mail: before?.mail,
		quietAtMs: quietAtMs === undefined ? undefined : Math.min(quietAtMs, nowMs - 1),
		tally: addTo(known?.tally ?? {}, state.writer, occurrence.count, nowMs),
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

/** A mail of a problem that a server has accepted. */
export interface MailedAlert {
	readonly key: string;
	/** The alert node, as `Problem.alertNode` names it. */
	readonly alertNode: string;
	/** Unix ms: when it was written. */
	readonly writtenAtMs: number;
	/** Unix ms: when it was accepted. */
	readonly mailedAtMs: number;
	/** What it told of. */
	readonly tally: Tally;
	readonly capped: Tally;
	readonly thread: AlertThread;
	readonly provider: string;
	readonly transport: string;
}

/** Notes that a problem was mailed: what the mail told of is no longer held. */
export function recordMail(state: AlertState, mail: MailedAlert): void {
	const { mailedAtMs, writtenAtMs, thread, provider, transport } = mail;
	const problem = state.problems[mail.key];
	if (problem !== undefined) {
		state.problems[mail.key] = {
			...problem,
			mail: { atMs: Math.max(problem.mail?.atMs ?? 0, mailedAtMs), thread, provider, transport },
			tally: tell(problem.tally, mail.tally, writtenAtMs),
		};
	}
	const node = state.nodes[mail.alertNode];
	if (node !== undefined) {
		const recent = node.mailedAtMs.filter((atMs) => Math.abs(mailedAtMs - atMs) < HOUR_MS);
		state.nodes[mail.alertNode] = {
			...node,
			mailedAtMs: [...recent, mailedAtMs],
			capped: tell(node.capped, mail.capped, writtenAtMs),
		};
	}
	state.revision += 1;
}
