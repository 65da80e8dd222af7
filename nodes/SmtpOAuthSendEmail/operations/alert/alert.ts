import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { localTime } from '../../alerting/mail/show-time';
import { describeFailure } from '../../failure/describe-failure';
import type { Failure } from '../../failure/model/failure';
import { failureOf, unprepared } from '../../status/outcome';
import { keepAlerts, openAlerts } from '../alerts/workflow-alerts';
import { readingPlace } from '../alerts/reading-place';
import { failureMode, type FailureMode } from '../host/failure-mode';
import { createEventLoopYield } from '../host/yield-to-event-loop';
import { finishItems, type ItemResult } from '../shared/sending/finish-items';
import { AlertTries } from './alert-tries';
import { groupItems, type GroupedItems, type ItemGroup } from './group-items';
import { planAlert, type PlanContext } from './plan-alert';
import { sendAlerts, type AlertResult } from './send-alerts';

/** How often a problem is planned again because another execution was stopped before it had mailed it. */
const MAX_PASSES = 3;

const iso = (atMs: number | undefined): string | undefined =>
	atMs === undefined ? undefined : new Date(atMs).toISOString();

/** Puts what became of a problem into the results of its items, with the field `alert`. */
function spread(
	{ memory }: PlanContext,
	{ plan, outcome, transportInfo, nextMailAtMs }: AlertResult,
	mode: FailureMode,
	results: (ItemResult | undefined)[],
): void {
	const { group, recorded, occurrences } = plan;
	const { fingerprint, title, workflow, node, firstSeenAtMs } = recorded.problem;
	const times = {
		firstSeenAt: iso(firstSeenAtMs),
		lastMailAt: iso(memory.state.problems[recorded.key]?.mail?.atMs),
		nextMailAt: iso(nextMailAtMs),
	};
	// An alert about an alert that failed must not start an error workflow again: two that watch each
	// other would never end.
	const countsAsFailed = !(group.first.isAboutAlert && mode === 'stop');
	const before = occurrences - group.itemIndexes.length;
	for (const [index, itemIndex] of group.itemIndexes.entries()) {
		const known = outcome?.status === 'held' ? before + index + 1 : occurrences;
		const alert = { fingerprint, title, workflow, node, occurrences: known, ...times };
		results[itemIndex] = { outcome, transportInfo, extra: { alert }, countsAsFailed };
	}
}

/** Items that came back from the node's own error output: trying them again would never end. */
function endReturned(
	returned: GroupedItems['returned'],
	results: (ItemResult | undefined)[],
): void {
	if (returned.size === 0) return;
	const failure = describeFailure(
		{
			code: 'INVALID_PARAMETER',
			detail: 'The error output of this alert leads back to it, so the alert is not tried again.',
			remedy:
				'Connect the error output to another node, e.g. to an alert with a credential of another mailbox.',
		},
		{ stage: 'parameters', provider: 'custom' },
	);
	const outcome = unprepared(failure);
	for (const [itemIndex, alert] of returned) {
		results[itemIndex] = { outcome, extra: { alert }, countsAsFailed: false };
	}
}

/** Remembers for a next try what this one has counted and mailed; without a failure there is none. */
function noteTries({ tries }: PlanContext, results: readonly AlertResult[]): void {
	const hasFailed = results.some(
		({ outcome }) => outcome === undefined || failureOf(outcome) !== undefined,
	);
	if (!hasFailed) return;
	for (const { plan, outcome } of results) {
		const { fingerprint, itemIndexes } = plan.group;
		const isMailed = outcome !== undefined && 'accepted' in outcome && outcome.accepted.length > 0;
		tries.write(fingerprint, { counted: itemIndexes.length, isMailed });
	}
}

async function alertGroups(
	context: PlanContext,
	groups: readonly ItemGroup[],
	results: (ItemResult | undefined)[],
): Promise<Failure | undefined> {
	const mode = failureMode(context.functions);
	const time = localTime(context.functions.getTimezone());
	const yieldToEventLoop = createEventLoopYield();
	let open = groups;
	for (let pass = 1; open.length > 0; pass += 1) {
		const plans = [];
		for (const group of open) {
			plans.push(planAlert(context, group, Date.now()));
			await yieldToEventLoop();
		}
		keepAlerts(context.functions, context.memory);
		const sent = await sendAlerts(context, plans, time);
		noteTries(context, sent.results);
		for (const result of sent.results) {
			spread(context, result, mode, results);
			await yieldToEventLoop();
		}
		if (sent.reason !== undefined || pass === MAX_PASSES) return sent.reason;
		open = sent.results.filter(({ isOpen }) => isOpen).map(({ plan }) => plan.group);
	}
	return undefined;
}

/**
 * The operation `alert`: mails the problems that its items tell of, or counts them, and outputs one
 * status item for each item.
 */
export async function alert(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const memory = openAlerts(functions);
	const { groups, returned } = await groupItems(functions, readingPlace(functions));
	const context = { functions, memory, tries: new AlertTries(functions) };
	const results: (ItemResult | undefined)[] = [];
	endReturned(returned, results);
	const reason = await alertGroups(context, groups, results);
	return await finishItems(functions, results, reason);
}
