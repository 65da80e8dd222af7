import { classifyApiFault, describeAnswer, refusedInBetween } from './classify-api';
import type { ApiAnswer } from './evidence/api-answer';
import type { Failure, FailureContext } from './model/failure';
import { findApiRule } from './rules/api/api-rule';
import { GMAIL_RULES } from './rules/api/gmail-rules';

/** A wait of so long is no rate but a quota: the sending limit of a day. */
const QUOTA_WAIT_MS = 3_600_000;

/**
 * Says why the Gmail API did not carry out a request, as an entry of the catalogue: by its reasons
 * and its words, then by the HTTP status. Pure; never throws; free of the context's secrets.
 *
 * @param context `stage`: that of the request, which the answer may know better
 */
export function classifyGmailAnswer(answer: ApiAnswer, context: FailureContext): Failure {
	if (answer.status === 403 && !answer.isOfApi) {
		return describeAnswer(answer, refusedInBetween('{host}'), context);
	}
	const rule = findApiRule(GMAIL_RULES, answer);
	if (rule.code === 'RATE_LIMITED' && (answer.retryAfterMs ?? 0) >= QUOTA_WAIT_MS) {
		return describeAnswer(answer, { code: 'QUOTA_EXHAUSTED' }, context);
	}
	const { unattendedRemedy: remedy } = rule;
	const isUnattended = context.signIn === 'serviceAccount' && remedy !== undefined;
	return describeAnswer(answer, isUnattended ? { ...rule, remedy } : rule, context);
}

/** Whether one request less should be under way from now on. */
export function exceedsGmailConcurrency({ status, text }: ApiAnswer): boolean {
	return status === 429 && /too many concurrent requests/i.test(text);
}

/** Why no answer of the Gmail API came. Pure; never throws; free of the context's secrets. */
export function classifyGmailFault(error: unknown, context: FailureContext): Failure {
	const hosts = context.host ?? 'gmail.googleapis.com';
	return classifyApiFault(error, context, { name: 'Gmail', hosts });
}
