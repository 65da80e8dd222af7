import { namesMessageId } from '../../../../credentials/providers/transports';
import type { LocalTime } from '../../alerting/mail/show-time';
import { recordMail } from '../../alerting/problems/record';
import type { Failure } from '../../failure/model/failure';
import { failureOf, HELD, unprepared, type Handover, type SendOutcome } from '../../status/outcome';
import { withinTime } from '../../timing/with-timeout';
import { deliverMails, stopped, type MailResult } from '../shared/sending/deliver-mails';
import { UNKNOWN_TRANSPORT } from '../shared/sending/read-credential';
import { draftAlert, threadOf } from './alert-draft';
import type { AlertPlan, EndAlert, PlanContext } from './plan-alert';

/** What became of the items of one problem. */
export interface AlertResult extends MailResult {
	readonly plan: AlertPlan;
	/** Unix ms: when the next occurrence may be mailed; missing = at once. */
	readonly nextMailAtMs?: number | undefined;
	/** Another execution was stopped before it could mail the problem: this one has to mail it. */
	readonly isOpen?: boolean;
}

interface AlertResults {
	readonly results: readonly AlertResult[];
	readonly reason?: Failure | undefined;
}

/** The mail that a server has, now or since an earlier try. */
function acceptedMail(outcome: SendOutcome | undefined): Handover | undefined {
	if (outcome === undefined || !('messageId' in outcome)) return undefined;
	return ['sent', 'partial', 'skipped'].includes(outcome.status) ? outcome : undefined;
}

/** Notes what became of a mail, and tells those who wait for it. */
function conclude(
	{ memory }: PlanContext,
	plan: AlertPlan,
	end: EndAlert,
	{ outcome, transportInfo }: MailResult,
	subject: string,
	time: LocalTime,
): number | undefined {
	const mail = acceptedMail(outcome);
	if (mail === undefined) {
		end({ isMailed: false, failure: outcome && failureOf(outcome) });
		return undefined;
	}
	const { recorded, rule, plannedAtMs } = plan;
	const atMs = mail.sentAtMs ?? Date.now();
	// By the Gmail API the server's ID is Gmail's own, which no mail program knows.
	const isReplaced = namesMessageId(transportInfo.transport);
	const messageId = (isReplaced ? mail.serverMessageId : undefined) ?? mail.messageId ?? '';
	const thread = threadOf(plan, time) ?? { day: time.day(plannedAtMs), messageId, subject };
	recordMail(memory.state, recorded, plannedAtMs, { ...transportInfo, atMs, thread });
	end({ isMailed: true });
	return rule.repeatAfterMs === 0 ? undefined : atMs + rule.repeatAfterMs;
}

/** Sends the mails of all plans that have one. */
async function sendMails(
	context: PlanContext,
	plans: readonly AlertPlan[],
	time: LocalTime,
): Promise<AlertResults> {
	const mails = plans.flatMap((plan) =>
		plan.action.kind === 'mail' ? [{ plan, end: plan.action.end, subject: '' }] : [],
	);
	if (mails.length === 0) return { results: [] };
	try {
		const requests = mails.map((mail) => ({
			itemIndex: mail.plan.group.itemIndexes[0] ?? 0,
			draft: () => {
				const draft = draftAlert(context.functions, mail.plan, time);
				mail.subject = draft.fields.subject;
				return draft;
			},
		}));
		const options = { checkFirst: false, stopOnFailure: false };
		const { results, reason } = await deliverMails(context.functions, requests, options);
		return {
			reason,
			results: mails.map(({ plan, end, subject }, index): AlertResult => {
				const known = results[index];
				const result = known ?? { outcome: undefined, transportInfo: UNKNOWN_TRANSPORT };
				const nextMailAtMs = conclude(context, plan, end, result, subject, time);
				return { ...result, plan, nextMailAtMs };
			}),
		};
	} finally {
		for (const { end } of mails) end({ isMailed: false });
	}
}

/** What became of a problem that another execution mails. */
async function join(
	{ functions, memory }: PlanContext,
	plan: AlertPlan,
	action: Extract<AlertPlan['action'], { kind: 'join' }>,
): Promise<AlertResult> {
	const fate = await withinTime(action.fate, undefined, functions.getExecutionCancelSignal());
	const { problem, key } = plan.recorded;
	const mail = memory.state.problems[key]?.mail ?? problem.mail;
	const transportInfo = mail ?? UNKNOWN_TRANSPORT;
	if (typeof fate === 'string') return { plan, outcome: unprepared(stopped()), transportInfo };
	if (!fate.isMailed) {
		const { failure } = fate;
		const outcome = failure === undefined ? undefined : unprepared(failure);
		return { plan, outcome, transportInfo, isOpen: failure === undefined };
	}
	const nextMailAtMs = mail === undefined ? undefined : mail.atMs + plan.rule.repeatAfterMs;
	return { plan, outcome: HELD, transportInfo, nextMailAtMs };
}

/** The result of a problem that this execution does not mail. */
async function withoutMail(
	context: PlanContext,
	plan: AlertPlan,
	action: Exclude<AlertPlan['action'], { kind: 'mail' }>,
): Promise<AlertResult> {
	if (action.kind === 'join') return await join(context, plan, action);
	if (action.kind === 'failed') {
		return { plan, outcome: unprepared(action.failure), transportInfo: UNKNOWN_TRANSPORT };
	}
	const transportInfo = plan.recorded.problem.mail ?? UNKNOWN_TRANSPORT;
	return { plan, outcome: HELD, transportInfo, nextMailAtMs: action.decision.nextMailAtMs };
}

/**
 * Does what was planned: sends the mails of this execution, then waits for those of others. Never
 * throws.
 *
 * @returns one result for each plan, in any order
 */
export async function sendAlerts(
	context: PlanContext,
	plans: readonly AlertPlan[],
	time: LocalTime,
): Promise<AlertResults> {
	// Its own mails come first: two executions that wait for each other would wait for ever.
	const { results: mailed, reason } = await sendMails(context, plans, time);
	const results = [...mailed];
	for (const plan of plans) {
		const { action } = plan;
		if (action.kind !== 'mail') results.push(await withoutMail(context, plan, action));
	}
	return { results, reason };
}
