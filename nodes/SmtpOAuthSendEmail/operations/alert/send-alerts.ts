import { namesMessageId } from '../../../../credentials/providers/transports';
import type { LocalTime } from '../../alerting/mail/show-time';
import { recordMail } from '../../alerting/problems/record';
import { describeFailure } from '../../failure/describe-failure';
import { type Failure, STOPPED } from '../../failure/model/failure';
import { failureOf, HELD, unprepared, type SendOutcome } from '../../status/outcome';
import { deliverMails, UNKNOWN_TRANSPORT, type MailResult } from '../shared/sending/deliver-mails';
import { draftAlert, threadOf } from './alert-draft';
import { waitForAlert, type AlertClaim } from './alert-on-its-way';
import type { AlertPlan, PlanContext } from './plan-alert';

/** What became of the items of one problem. */
export interface AlertResult extends MailResult {
	readonly plan: AlertPlan;
	/** Unix ms: when the next occurrence may be mailed; `undefined` = at once. */
	readonly nextMailAtMs: number | undefined;
	/** Another execution was stopped before it could mail the problem: it is this one's turn. */
	readonly isOpen?: boolean;
}

/** Whether a server has the mail, now or since an earlier try. */
function isAccepted(outcome: SendOutcome | undefined): boolean {
	return (
		outcome?.status === 'sent' || outcome?.status === 'partial' || outcome?.status === 'skipped'
	);
}

/** Notes what became of a mail, and tells those who wait for it. */
function conclude(
	{ memory }: PlanContext,
	plan: AlertPlan,
	claim: AlertClaim,
	{ outcome, transportInfo }: MailResult,
	subject: string,
	time: LocalTime,
): number | undefined {
	if (!isAccepted(outcome) || outcome === undefined || !('messageId' in outcome)) {
		const failure = outcome === undefined ? undefined : failureOf(outcome);
		claim.end({ isMailed: false, ...(failure === undefined ? {} : { failure }) });
		return undefined;
	}
	const { recorded, rule, plannedAtMs } = plan;
	const mailedAtMs = outcome.sentAtMs ?? Date.now();
	// By the Gmail API the server's ID is Gmail's own, which no mail program knows.
	const isReplaced = namesMessageId(transportInfo.transport);
	const first = (isReplaced ? outcome.serverMessageId : undefined) ?? outcome.messageId ?? '';
	recordMail(memory.state, {
		key: recorded.key,
		alertNode: recorded.problem.alertNode,
		writtenAtMs: plannedAtMs,
		mailedAtMs,
		tally: recorded.problem.tally,
		capped: recorded.node.capped,
		thread: threadOf(plan, time) ?? { day: time.day(plannedAtMs), messageId: first, subject },
		...transportInfo,
	});
	claim.end({ isMailed: true });
	return rule.repeatAfterMs === 0 ? undefined : mailedAtMs + rule.repeatAfterMs;
}

/** Sends the mails of all plans that have one. */
async function sendMails(
	context: PlanContext,
	plans: readonly AlertPlan[],
	time: LocalTime,
): Promise<{ readonly results: readonly AlertResult[]; readonly reason: Failure | undefined }> {
	const mails = plans.flatMap((plan) =>
		plan.action.kind === 'mail' ? [{ plan, claim: plan.action.claim, subject: '' }] : [],
	);
	try {
		const requests = mails.map((mail) => ({
			itemIndex: mail.plan.group.itemIndexes[0] ?? 0,
			draft: () =>
				draftAlert(context.functions, mail.plan, time, (subject) => {
					mail.subject = subject;
				}),
		}));
		const { results, reason } =
			requests.length === 0
				? { results: [] }
				: await deliverMails(context.functions, requests, {
						checkFirst: false,
						stopOnFailure: false,
					});
		return {
			reason,
			results: mails.map(({ plan, claim, subject }, index): AlertResult => {
				const known = results[index];
				const result = known ?? { outcome: undefined, transportInfo: UNKNOWN_TRANSPORT };
				const nextMailAtMs = conclude(context, plan, claim, result, subject, time);
				return { ...result, plan, nextMailAtMs };
			}),
		};
	} finally {
		for (const { claim } of mails) claim.end({ isMailed: false });
	}
}

/** What became of a problem that another execution mails. */
async function join(
	{ functions, memory }: PlanContext,
	plan: AlertPlan,
	action: Extract<AlertPlan['action'], { kind: 'join' }>,
): Promise<AlertResult> {
	const fate = await waitForAlert(action.fate, functions.getExecutionCancelSignal());
	const { problem, key } = plan.recorded;
	const mail = memory.state.problems[key]?.mail ?? problem.mail;
	const transportInfo =
		mail === undefined ? UNKNOWN_TRANSPORT : { provider: mail.provider, transport: mail.transport };
	if (fate === undefined) {
		const failure = describeFailure(STOPPED, { stage: 'parameters', provider: 'custom' });
		return { plan, outcome: unprepared(failure), transportInfo, nextMailAtMs: undefined };
	}
	if (!fate.isMailed) {
		const { failure } = fate;
		const outcome = failure === undefined ? undefined : unprepared(failure);
		const isOpen = failure === undefined;
		return { plan, outcome, transportInfo, nextMailAtMs: undefined, isOpen };
	}
	const nextMailAtMs = mail === undefined ? undefined : mail.atMs + plan.rule.repeatAfterMs;
	return { plan, outcome: HELD, transportInfo, nextMailAtMs };
}

function held(plan: AlertPlan, nextMailAtMs: number): AlertResult {
	const { mail } = plan.recorded.problem;
	const transportInfo =
		mail === undefined ? UNKNOWN_TRANSPORT : { provider: mail.provider, transport: mail.transport };
	return { plan, outcome: HELD, transportInfo, nextMailAtMs };
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
): Promise<{ readonly results: readonly AlertResult[]; readonly reason: Failure | undefined }> {
	// Its own mails come first: two executions that wait for each other would wait for ever.
	const { results: mailed, reason } = await sendMails(context, plans, time);
	const results = [...mailed];
	for (const plan of plans) {
		const { action } = plan;
		switch (action.kind) {
			case 'mail':
				break;
			case 'held':
				results.push(held(plan, action.decision.nextMailAtMs));
				break;
			case 'join':
				results.push(await join(context, plan, action));
				break;
			case 'failed':
				results.push({
					plan,
					outcome: unprepared(action.failure),
					transportInfo: UNKNOWN_TRANSPORT,
					nextMailAtMs: undefined,
				});
				break;
			default: {
				const unknownAction: never = action;
				return unknownAction;
			}
		}
	}
	return { results, reason };
}
