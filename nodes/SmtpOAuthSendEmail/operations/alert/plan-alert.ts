import type { IExecuteFunctions } from 'n8n-workflow';
import { showLine } from '../../alerting/mail/show-text';
import { titleOf } from '../../alerting/mail/alert-letter';
import { wordsOf } from '../../alerting/reading/words-of';
import { decide, type Decision } from '../../alerting/problems/decide';
import { nodeKey, problemKey } from '../../alerting/problems/alert-state';
import { recordCapped, recordOccurrence, type Recorded } from '../../alerting/problems/record';
import { pendingOf } from '../../alerting/problems/tally';
import type { Failure } from '../../failure/model/failure';
import type { AlertFate, AlertMemory } from '../../registry/alert-memory';
import { describeError } from '../shared/parameters/parameter-failure';
import type { AlertTries } from './alert-tries';
import type { ItemGroup } from './group-items';
import { readAlertRule, type AlertRule } from './read-alert-parameters';

/** Tells all who wait for an alert's mail what became of it; only the first call counts. */
export type EndAlert = (fate: AlertFate) => void;

/** What is to become of the items of one problem. */
export interface AlertPlan {
	readonly group: ItemGroup;
	readonly rule: AlertRule;
	/** The problem as it was recorded, these items included. */
	readonly recorded: Recorded;
	/** Since the last mail, these items included. */
	readonly occurrences: number;
	/** Unix ms. */
	readonly plannedAtMs: number;
	readonly action:
		| { readonly kind: 'mail'; readonly end: EndAlert }
		| { readonly kind: 'held'; readonly decision: Extract<Decision, { isMailed: false }> }
		/** Another execution mails it just now. */
		| { readonly kind: 'join'; readonly fate: Promise<AlertFate> }
		| { readonly kind: 'failed'; readonly failure: Failure };
}

/** What planning needs besides the items. */
export interface PlanContext {
	readonly functions: IExecuteFunctions;
	readonly memory: AlertMemory;
	readonly tries: AlertTries;
}

/** How a problem is counted whose parameters cannot be read. */
const DEFAULT_RULE: AlertRule = { repeatAfterMs: 3_600_000, maxPerHour: 20, severity: 'error' };

function readRule(
	functions: IExecuteFunctions,
	group: ItemGroup,
): { readonly rule: AlertRule; readonly failure?: Failure } {
	const describe = (error: unknown): Failure =>
		describeError(error, { stage: 'parameters', provider: 'custom' });
	if (group.error !== undefined) return { rule: DEFAULT_RULE, failure: describe(group.error) };
	try {
		return { rule: readAlertRule(functions, group.itemIndexes[0] ?? 0) };
	} catch (error: unknown) {
		return { rule: DEFAULT_RULE, failure: describe(error) };
	}
}

function record(context: PlanContext, group: ItemGroup, rule: AlertRule, nowMs: number): Recorded {
	const { functions, memory, tries } = context;
	const { fingerprint, first, last, itemIndexes } = group;
	const known = tries.read(fingerprint);
	const { id, name } = functions.getNode();
	// To remove secrets from a text costs time: of a problem that is known these stay.
	const before = memory.state.problems[problemKey(nodeKey(id), fingerprint)];
	const occurrence = {
		fingerprint,
		title: before?.title ?? titleOf(first),
		workflow: before?.workflow ?? showLine(last.workflow.name, 120),
		node: before?.node ?? showLine(last.node, 120),
		severity: rule.severity,
		lastMessage: showLine(wordsOf(last.message), 300),
		lastUrl: last.execution?.url ?? '',
		count: Math.max(0, itemIndexes.length - known.counted),
	};
	return recordOccurrence(memory.state, { id, name }, occurrence, nowMs);
}

/** Claims a problem, so that other executions wait for this mail instead of sending one as well. */
function claimAlert(
	{ onTheirWay, reserved }: AlertMemory,
	key: string,
	alertNode: string,
): EndAlert {
	let resolve: EndAlert = () => undefined;
	const fate = new Promise<AlertFate>((settle) => {
		resolve = settle;
	});
	onTheirWay.set(key, fate);
	reserved.set(alertNode, (reserved.get(alertNode) ?? 0) + 1);
	let isOpen = true;
	return (outcome) => {
		if (!isOpen) return;
		isOpen = false;
		if (onTheirWay.get(key) === fate) onTheirWay.delete(key);
		reserved.set(alertNode, Math.max(0, (reserved.get(alertNode) ?? 0) - 1));
		resolve(outcome);
	};
}

function actionOf(
	{ memory, tries }: PlanContext,
	{ key, problem, node }: Recorded,
	rule: AlertRule,
	nowMs: number,
): AlertPlan['action'] {
	const { alertNode, fingerprint } = problem;
	const mail = (): AlertPlan['action'] => ({
		kind: 'mail',
		end: claimAlert(memory, key, alertNode),
	});
	// An earlier try has mailed it: the ledger knows, and nothing goes out.
	if (tries.read(fingerprint).isMailed) return mail();
	const fate = rule.repeatAfterMs === 0 ? undefined : memory.onTheirWay.get(key);
	if (fate !== undefined) return { kind: 'join', fate };
	const decision = decide(problem, node, rule, memory.reserved.get(alertNode) ?? 0, nowMs);
	return decision.isMailed ? mail() : { kind: 'held', decision };
}

/** Counts the items of a problem, and decides what is to become of them. */
export function planAlert(context: PlanContext, group: ItemGroup, nowMs: number): AlertPlan {
	const { functions, memory } = context;
	const { rule, failure } = readRule(functions, group);
	const recorded = record(context, group, rule, nowMs);
	const action: AlertPlan['action'] =
		failure === undefined ? actionOf(context, recorded, rule, nowMs) : { kind: 'failed', failure };
	if (action.kind === 'held' && action.decision.because === 'capped') {
		recordCapped(memory.state, recorded.problem.alertNode, group.itemIndexes.length, nowMs);
	}
	const occurrences = Math.max(group.itemIndexes.length, pendingOf(recorded.problem.tally));
	return { group, rule, recorded, occurrences, plannedAtMs: nowMs, action };
}
