import { cloudAt } from '../../../credentials/providers/microsoft-clouds';
import { describeFailure } from './describe-failure';
import { classifyApiFault } from './classify-api-fault';
import type { FailureStage } from './catalogue/failure-stage';
import type { Failure, FailureContext, FailureDraft } from './model/failure';
import type { GraphAnswer } from './evidence/graph-answer';
import { GRAPH_RULES, type GraphRule } from './rules/graph/graph-rules';
import {
	matchGraphClaims,
	permissionRefused,
	type GraphRight,
} from './rules/graph/match-graph-claims';

/** A longer text is searched for phrases only so far. */
const MAX_SEARCHED_LENGTH = 2_000;

const UNKNOWN: GraphRule = { code: 'UNCLASSIFIED', cause: 'configuration-invalid' };

/** What the catalogue's texts say of SMTP, said of Graph. */
const GRAPH_TEXTS: Readonly<Partial<Record<GraphRule['code'], Partial<FailureDraft>>>> = {
	RATE_LIMITED: {
		message: 'Microsoft Graph takes no more requests of this application for {user} at present.',
		remedy:
			'Wait, then send again: Max Attempts does it by itself. Graph serves 4 requests at a time for one mailbox, and 30 messages a minute go out: look for other programs that use the same app, or lower Max Connections and Messages per Minute in the credential.',
	},
	QUOTA_EXHAUSTED: {
		message: 'The sending quota of {user} is used up.',
	},
	ACCOUNT_BLOCKED: { message: 'Microsoft has blocked sending for {user}.' },
	SERVER_BUSY: {
		message: 'Microsoft Graph could not take the message now.',
	},
};

function applies(rule: GraphRule, answer: GraphAnswer): boolean {
	const known = answer.codes.map((code) => code.toLowerCase());
	return (
		(rule.errorCodes?.some((code) => known.includes(code.toLowerCase())) ?? true) &&
		(rule.statuses?.includes(answer.status) ?? true) &&
		(rule.phrase?.test(answer.text.slice(0, MAX_SEARCHED_LENGTH)) ?? true)
	);
}

/** Graph names every refusal and every request; a proxy or a firewall in its place does neither. */
function inBetween({ host }: FailureContext): GraphRule {
	return {
		code: 'EGRESS_BLOCKED',
		stage: 'connect',
		message: 'A proxy or a firewall between this n8n and {host} refuses the connection.',
		remedy: `Ask the administrator of this n8n to allow {host} and ${cloudAt(host).outlookHost} there.`,
	};
}

function findRule(answer: GraphAnswer, context: FailureContext): GraphRule {
	if (answer.status === 403 && !answer.isOfGraph && answer.requestId === undefined) {
		return inBetween(context);
	}
	return GRAPH_RULES.find((rule) => applies(rule, answer)) ?? UNKNOWN;
}

function narrow(rule: GraphRule, context: FailureContext, right: GraphRight): FailureDraft {
	const { code, remedy, applicationRemedy } = rule;
	const isGeneral = rule.message === undefined && code === 'PERMISSION_MISSING';
	if (code === 'TOKEN_REJECTED' || isGeneral) {
		const claimed = matchGraphClaims(context, right);
		if (claimed !== undefined) return claimed;
		if (isGeneral) return permissionRefused(right);
	}
	const own = right.isApplication ? (applicationRemedy ?? remedy) : remedy;
	return { ...GRAPH_TEXTS[code], ...rule, ...(own === undefined ? {} : { remedy: own }) };
}

/** What Graph said, with what its support asks for. */
function wordsOf({ status, codes, text, requestId }: GraphAnswer): string {
	const error = [codes[0], text].filter((part) => part !== undefined && part !== '').join(': ');
	const id = requestId === undefined ? '' : ` (request-id ${requestId})`;
	return `${String(status)}${error === '' ? '' : ` ${error}`}${id}`;
}

/**
 * Says why Graph did not carry out a request, as an entry of the catalogue: by its error codes, then
 * by the HTTP status; a refused token or permission by what the token's claims show. Pure; never
 * throws; free of the context's secrets.
 *
 * @param context `stage`: that of the request, which the answer may know better
 */
export function classifyGraphAnswer(
	answer: GraphAnswer,
	context: FailureContext,
	right: GraphRight,
): Failure {
	const rule = findRule(answer, context);
	const verdict = narrow(rule, context, right);
	const stage: FailureStage = rule.stage ?? context.stage;
	return describeFailure(
		answer.retryAfterMs === undefined ? verdict : { ...verdict, retryAfterMs: answer.retryAfterMs },
		{ ...context, stage },
		{ speaker: 'server', text: wordsOf(answer) },
		{ httpStatus: answer.status },
	);
}

/** Why no answer of Graph came. Pure; never throws; free of the context's secrets. */
export function classifyGraphFault(error: unknown, context: FailureContext): Failure {
	const { graphHost, outlookHost } = cloudAt(context.host);
	const hosts = `${context.host ?? graphHost} and ${outlookHost}`;
	return classifyApiFault(error, context, { name: 'Graph', hosts });
}

/** Whether the mailbox should have one request less under way from now on. */
export function exceedsConcurrency({ status, codes, text }: GraphAnswer): boolean {
	return status === 429 && /MailboxConcurrency/i.test(`${codes.join(' ')} ${text}`);
}
