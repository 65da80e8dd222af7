import { describeFailure } from './describe-failure';
import { classifyApiFault } from './classify-api-fault';
import type { GmailAnswer } from './evidence/gmail-answer';
import type { Failure, FailureContext, FailureDraft } from './model/failure';
import { GMAIL_RULES, type GmailRule } from './rules/gmail/gmail-rules';

/** A longer text is searched for phrases only so far. */
const MAX_SEARCHED_LENGTH = 2_000;

/** A wait of so long is no rate but a quota: the sending limit of a day. */
const QUOTA_WAIT_MS = 3_600_000;

const UNKNOWN: GmailRule = { code: 'UNCLASSIFIED', cause: 'configuration-invalid' };

/** Google names every refusal; a proxy or a firewall in its place does not. */
const IN_BETWEEN: GmailRule = {
	code: 'EGRESS_BLOCKED',
	stage: 'connect',
	message: 'A proxy or a firewall between this n8n and {host} refuses the connection.',
	remedy: 'Ask the administrator of this n8n to allow {host} there.',
};

function applies(rule: GmailRule, answer: GmailAnswer): boolean {
	const known = answer.reasons.map((reason) => reason.toLowerCase());
	return (
		(rule.reasons?.some((reason) => known.includes(reason.toLowerCase())) ?? true) &&
		(rule.statuses?.includes(answer.status) ?? true) &&
		(rule.phrase?.test(answer.text.slice(0, MAX_SEARCHED_LENGTH)) ?? true)
	);
}

function findRule(answer: GmailAnswer): GmailRule {
	if (answer.status === 403 && !answer.isOfGoogle) return IN_BETWEEN;
	const rule = GMAIL_RULES.find((candidate) => applies(candidate, answer)) ?? UNKNOWN;
	const isQuota = rule.code === 'RATE_LIMITED' && (answer.retryAfterMs ?? 0) >= QUOTA_WAIT_MS;
	return isQuota ? { code: 'QUOTA_EXHAUSTED', yieldsToProvider: true } : rule;
}

/**
 * Says why the Gmail API did not carry out a request, as an entry of the catalogue: by its reasons
 * and its words, then by the HTTP status. Pure; never throws; free of the context's secrets.
 *
 * @param context `stage`: that of the request, which the answer may know better
 */
export function classifyGmailAnswer(answer: GmailAnswer, context: FailureContext): Failure {
	const { serviceAccountRemedy, ...rule } = findRule(answer);
	const { retryAfterMs } = answer;
	const verdict: FailureDraft = {
		...rule,
		...(context.signIn === 'serviceAccount' && serviceAccountRemedy !== undefined
			? { remedy: serviceAccountRemedy }
			: {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
	const said = [answer.reasons[0], answer.text].filter((part) => part !== undefined && part !== '');
	return describeFailure(
		verdict,
		{ ...context, stage: rule.stage ?? context.stage },
		{ speaker: 'server', text: `${String(answer.status)} ${said.join(': ')}`.trim() },
		{ httpStatus: answer.status },
	);
}

/** Whether one request less should be under way from now on. */
export function exceedsGmailConcurrency({ status, text }: GmailAnswer): boolean {
	return status === 429 && /too many concurrent requests/i.test(text);
}

/** Why no answer of the Gmail API came. Pure; never throws; free of the context's secrets. */
export function classifyGmailFault(error: unknown, context: FailureContext): Failure {
	return classifyApiFault(error, context, {
		name: 'Gmail',
		hosts: context.host ?? 'gmail.googleapis.com',
	});
}
