import { cloudAt } from '../../../credentials/providers/microsoft-clouds';
import { classifyApiFault, describeAnswer, refusedInBetween } from './classify-api';
import type { ApiAnswer } from './evidence/api-answer';
import type { Failure, FailureContext, FailureDraft } from './model/failure';
import { findApiRule, type ApiRule } from './rules/api/api-rule';
import { matchGraphClaims, permissionRefused, type GraphRight } from './rules/api/graph-claims';
import { GRAPH_RULES } from './rules/api/graph-rules';

/** What the catalogue's texts say of SMTP, said of Graph. */
const GRAPH_TEXTS: Readonly<Partial<Record<ApiRule['code'], Partial<FailureDraft>>>> = {
	RATE_LIMITED: {
		message: 'Microsoft Graph takes no more requests of this application for {user} at present.',
		remedy:
			'Wait, then send again: Max Attempts does it by itself. Graph serves 4 requests at a time for one mailbox, and 30 messages a minute go out: look for other programs that use the same app, or lower Max Connections and Messages per Minute in the credential.',
	},
	QUOTA_EXHAUSTED: { message: 'The sending quota of {user} is used up.' },
	ACCOUNT_BLOCKED: { message: 'Microsoft has blocked sending for {user}.' },
	SERVER_BUSY: { message: 'Microsoft Graph could not take the message now.' },
};

function narrow(rule: ApiRule, context: FailureContext, right: GraphRight): ApiRule {
	const { code, remedy, unattendedRemedy } = rule;
	const isGeneral = rule.message === undefined && code === 'PERMISSION_MISSING';
	const { stage = context.stage } = rule;
	if (code === 'TOKEN_REJECTED' || code === 'WRONG_AUDIENCE' || isGeneral) {
		const claimed = matchGraphClaims(context, right);
		if (claimed !== undefined) return { ...claimed, stage };
		if (isGeneral) return { ...permissionRefused(right), stage };
	}
	const own = right.isApplication ? (unattendedRemedy ?? remedy) : remedy;
	return { ...GRAPH_TEXTS[code], ...rule, ...(own === undefined ? {} : { remedy: own }) };
}

/**
 * Says why Graph did not carry out a request, as an entry of the catalogue: by its error codes, then
 * by the HTTP status; a refused token or permission by what the token's claims show. Pure; never
 * throws; free of the context's secrets.
 *
 * @param context `stage`: that of the request, which the answer may know better
 */
export function classifyGraphAnswer(
	answer: ApiAnswer,
	context: FailureContext,
	right: GraphRight,
): Failure {
	// Graph names every request, too.
	if (answer.status === 403 && !answer.isOfApi && answer.requestId === undefined) {
		const hosts = `{host} and ${cloudAt(context.host).outlookHost}`;
		return describeAnswer(answer, refusedInBetween(hosts), context);
	}
	return describeAnswer(answer, narrow(findApiRule(GRAPH_RULES, answer), context, right), context);
}

/** Why no answer of Graph came. Pure; never throws; free of the context's secrets. */
export function classifyGraphFault(error: unknown, context: FailureContext): Failure {
	const { graphHost, outlookHost } = cloudAt(context.host);
	const hosts = `${context.host ?? graphHost} and ${outlookHost}`;
	return classifyApiFault(error, context, { name: 'Graph', hosts });
}

/** Whether the mailbox should have one request less under way from now on. */
export function exceedsConcurrency({ status, codes, text }: ApiAnswer): boolean {
	return status === 429 && /MailboxConcurrency/i.test(`${codes.join(' ')} ${text}`);
}
