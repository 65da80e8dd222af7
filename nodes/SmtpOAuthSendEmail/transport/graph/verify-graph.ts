import type { AccessTokens } from '../../auth/access-tokens';
import type { HttpRequest } from '../../auth/http-client';
import type { MailAccount } from '../../auth/mail-account';
import { describeToken } from '../../auth/token-facts';
import type { Failure } from '../../failure/model/failure';
import { readGraphAnswer } from '../../failure/evidence/graph-answer';
import { readTokenClaims } from '../../untrusted/token-claims';
import {
	SERVER_UNREACHED,
	skipped,
	UNREACHED,
	type StageResult,
	type VerifyStages,
} from '../../status/verify-report';
import type { MailboxReport, VerifyLimits } from '../mail-transport';
import { converse, type GraphConversation, type GraphResult } from './graph-client';
import { graphFailure } from './graph-failure';

/** No base64, so that nothing can come of it but a refusal of the content. */
const PROBE = 'This is not base64: it only asks whether mail may be sent.';

const UNSEEN = skipped("n8n's HTTP helper makes the connection and shows nothing of it.");

/** The permission by which drafts are made, where the token can be read. */
function allowsLargeMessages(conversation: GraphConversation): boolean | undefined {
	const { token } = conversation.usedToken() ?? {};
	const claims = token === undefined ? undefined : readTokenClaims(token.accessToken);
	if (claims === undefined) return undefined;
	return [...claims.roles, ...(claims.scopes ?? [])].some((name) =>
		/^Mail\.ReadWrite(?:\.Shared)?$/i.test(name),
	);
}

/**
 * Whether Graph has read the content, which it does only for whoever may send: "Invalid base64 string
 * for MIME content" (https://learn.microsoft.com/en-us/graph/api/user-sendmail, November 2026).
 */
function isLetIn(result: GraphResult, { code }: Failure): boolean {
	if (result.kind !== 'answered' || result.reply.status !== 400) return false;
	return code === 'MESSAGE_REFUSED' && readGraphAnswer(result.reply, Date.now()).isOfGraph;
}

/**
 * Asks for a token and then Graph whether it may send from the mailbox, without sending anything: the
 * content of the request is none. What of the connection n8n's helper does not show is not tried.
 * Never throws.
 */
export async function verifyGraph(
	account: MailAccount,
	tokens: AccessTokens,
	request: HttpRequest,
	limits: VerifyLimits,
): Promise<MailboxReport> {
	const startedAtMs = performance.now();
	const sinceStart = (): number => Math.round(performance.now() - startedAtMs);
	const memory = { refusedReplacements: new Set<string>() };
	const conversation = converse(account, tokens, request, limits, memory);
	const result = await conversation.ask({
		method: 'POST',
		path: '/sendMail',
		headers: { 'Content-Type': 'text/plain' },
		body: PROBE,
	});
	const durationMs = sinceStart();
	const used = conversation.usedToken();
	const token: StageResult<'token'> =
		result.kind === 'noToken'
			? { kind: 'failed', durationMs, failure: result.failure }
			: used === undefined
				? UNREACHED
				: { kind: 'ok', durationMs: 0, facts: describeToken(used.token) };
	const report = (rest: Partial<VerifyStages>): MailboxReport => ({
		stages: {
			token,
			...SERVER_UNREACHED,
			ehlo: skipped('Microsoft Graph has no such greeting.'),
			...rest,
		},
		exceedsConnections: false,
	});
	if (result.kind === 'noToken') return report({});
	if (result.kind === 'unanswered') {
		const failure = failureOf(conversation, account, result);
		const failed = { kind: 'failed', durationMs, failure } as const;
		return failure.stage === 'tls'
			? report({ dns: UNSEEN, connect: UNSEEN, tls: failed })
			: report({ dns: UNSEEN, connect: failed });
	}
	const reached = {
		dns: UNSEEN,
		connect: {
			kind: 'ok',
			durationMs: 0,
			facts: { address: `${account.host}:${String(account.port)}` },
		},
		tls: UNSEEN,
	} as const;
	const failure = failureOf(conversation, account, result);
	if (!isLetIn(result, failure)) {
		return report({ ...reached, auth: { kind: 'failed', durationMs, failure } });
	}
	const allowsLarge = allowsLargeMessages(conversation);
	return report({
		...reached,
		auth: {
			kind: 'ok',
			durationMs,
			facts: {
				mechanism: 'Microsoft Graph',
				isReplaced: used?.isReplaced === true,
				...(allowsLarge === undefined ? {} : { allowsLargeMessages: allowsLarge }),
			},
		},
		mailFrom: skipped('Microsoft Graph looks at the sender of a message only.'),
	});
}

function failureOf(
	conversation: GraphConversation,
	account: MailAccount,
	result: GraphResult,
): Failure {
	return graphFailure(conversation, result, {
		right: { isApplication: account.signIn === 'application', permission: 'Mail.Send' },
		stage: 'auth',
		from: account.user,
		sizeBytes: 0,
	}).failure;
}
