import type { IExecuteFunctions } from 'n8n-workflow';
import { alertLetter, alertSubject, type AlertContent } from '../../alerting/mail/alert-letter';
import { showLine } from '../../alerting/mail/show-text';
import type { LocalTime } from '../../alerting/mail/show-time';
import type { AlertThread, Severity } from '../../alerting/problems/alert-state';
import { wordsOf } from '../../alerting/reading/words-of';
import { pendingOf, pendingSinceMs } from '../../alerting/problems/tally';
import { draftLetter } from '../alerts/letter-mail';
import type { MailDraft } from '../shared/sending/mail-draft';
import type { AlertPlan } from './plan-alert';
import { readAlertParameters, type AlertParameters } from './read-alert-parameters';

/** Priority of the mail by how serious the problem is. */
const PRIORITIES = {
	critical: 'high',
	error: 'high',
	warning: 'normal',
	info: 'low',
} as const satisfies Readonly<Record<Severity, 'high' | 'normal' | 'low'>>;

/** The thread that a mail of the plan joins; `undefined` where it is the first of the day. */
export function threadOf(plan: AlertPlan, time: LocalTime): AlertThread | undefined {
	const thread = plan.recorded.problem.mail?.thread;
	return thread?.day === time.day(plan.plannedAtMs) ? thread : undefined;
}

function contentOf(plan: AlertPlan, parameters: AlertParameters, item: unknown): AlertContent {
	const { group, rule, recorded, occurrences, plannedAtMs } = plan;
	const { problem, node } = recorded;
	const { first } = group;
	return {
		report: group.last,
		severity: rule.severity,
		introduction: parameters.introduction,
		includeStack: parameters.includeStack,
		// Of an item of no known form nothing else tells what it was.
		item: parameters.includeInput || first.shape === 'plain' ? item : undefined,
		atMs: group.last.occurredAtMs ?? plannedAtMs,
		occurrences,
		held: Math.max(0, occurrences - group.itemIndexes.length),
		heldSinceMs: pendingSinceMs(problem.tally) ?? plannedAtMs,
		firstSeenAtMs: problem.firstSeenAtMs,
		heldUntilMs: rule.repeatAfterMs === 0 ? undefined : plannedAtMs + rule.repeatAfterMs,
		capped: {
			count: pendingOf(node.capped),
			sinceMs: pendingSinceMs(node.capped) ?? plannedAtMs,
			maxPerHour: rule.maxPerHour,
		},
		fingerprint: problem.fingerprint,
	};
}

/** The subject of a mail of the plan. */
function subjectOf(plan: AlertPlan, own: string, time: LocalTime): string {
	// An expression often puts the error's message here, which may hold anything.
	if (own !== '') return showLine(wordsOf(own), 300);
	const { severity, workflow, title } = plan.recorded.problem;
	return threadOf(plan, time)?.subject ?? alertSubject(severity, workflow, title);
}

/**
 * Writes the mail of a problem.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function draftAlert(
	functions: IExecuteFunctions,
	plan: AlertPlan,
	time: LocalTime,
): MailDraft {
	const itemIndex = plan.group.itemIndexes[0] ?? 0;
	const parameters = readAlertParameters(functions, itemIndex);
	const json = functions.getInputData()[plan.group.itemIndexes.at(-1) ?? itemIndex]?.json;
	const letter = alertLetter(contentOf(plan, parameters, json), time);
	const subject = subjectOf(plan, parameters.mail.ownSubject, time);
	const draft = draftLetter(letter, subject, parameters.mail);
	const messageId = threadOf(plan, time)?.messageId ?? '';
	const thread = { inReplyTo: messageId, references: messageId };
	const priority = PRIORITIES[plan.rule.severity];
	return { ...draft, fields: { ...draft.fields, ...thread, priority } };
}
