import { describeToken } from '../../auth/token-facts';
import type { Failure } from '../../failure/model/failure';
import { readGraphAnswer } from '../../failure/evidence/graph-answer';
import {
	SERVER_UNREACHED,
	skipped,
	UNREACHED,
	type StageResult,
	type VerifyStages,
} from '../../status/verify-report';
import { readTokenClaims } from '../../untrusted/token-claims';
import type { MailboxReport, VerifyLimits } from '../mail-transport';
import type { GraphResult } from './graph-call';
import { GraphConversation, type GraphLink } from './graph-client';
import { graphFailure, type GraphFailure } from './graph-failure';

/** No base64, so that Graph can only refuse it for its content. */
const PROBE = 'This is not base64: it only asks whether mail may be sent.';

const UNSEEN = skipped("n8n's HTTP helper makes the connection and shows nothing of it.");

/** The permission by which drafts are made, where the token can be read. */
function allowsLargeMessages({ usedToken }: GraphConversation): boolean | undefined {
	const claims = readTokenClaims(usedToken?.token.accessToken ?? '');
	if (claims === undefined) return undefined;
	return [...claims.roles, ...(claims.scopes ?? [])].some((name) =>
		/^Mail\.ReadWrite(?:\.Shared)?$/i.test(name),
	);
}

/**
 * Whether Graph has read the content, which it does only for an account that may send: "Invalid
 * base64 string for MIME content" (https://learn.microsoft.com/en-us/graph/api/user-sendmail,
 * November 2026).
 */
function isLetIn(result: GraphResult, { code }: Failure): boolean {
	if (result.kind !== 'answered' || result.reply.status !== 400) return false;
	return code === 'MESSAGE_REFUSED' && readGraphAnswer(result.reply, Date.now()).isOfGraph;
}

function tokenStage({ usedToken, tokenMs }: GraphConversation, result: GraphResult) {
	if (result.kind === 'noToken') {
		return { kind: 'failed', durationMs: tokenMs, failure: result.failure } as const;
	}
	return usedToken === undefined
		? UNREACHED
		: ({ kind: 'ok', durationMs: tokenMs, facts: describeToken(usedToken.token) } as const);
}

/** The stages of the connection, of which n8n's helper shows nothing where it comes about. */
function unreached(failure: Failure, durationMs: number): Partial<VerifyStages> {
	const failed = { kind: 'failed', durationMs, failure } as const;
	return failure.stage === 'tls'
		? { dns: UNSEEN, connect: UNSEEN, tls: failed }
		: { dns: UNSEEN, connect: failed };
}

function authStage(
	conversation: GraphConversation,
	result: GraphResult,
	failure: Failure,
	durationMs: number,
): StageResult<'auth'> {
	if (!isLetIn(result, failure)) return { kind: 'failed', durationMs, failure };
	const allowsLarge = allowsLargeMessages(conversation);
	return {
		kind: 'ok',
		durationMs,
		facts: {
			mechanism: 'Microsoft Graph',
			isReplaced: conversation.usedToken?.isReplaced === true,
			...(allowsLarge === undefined ? {} : { allowsLargeMessages: allowsLarge }),
		},
	};
}

/**
 * Asks for a token and then Graph whether it may send from the mailbox, without sending anything: the
 * content of the request is none. What of the connection n8n's helper does not show is not tried.
 * Never throws.
 */
export async function verifyGraph(link: GraphLink, limits: VerifyLimits): Promise<MailboxReport> {
	const { account } = link;
	const startedAtMs = performance.now();
	const conversation = new GraphConversation(link, limits);
	const result = await conversation.ask({
		method: 'POST',
		path: '/sendMail',
		permission: 'Mail.Send',
		headers: { 'Content-Type': 'text/plain' },
		body: PROBE,
	});
	const durationMs = Math.round(performance.now() - startedAtMs) - conversation.tokenMs;
	const report = (
		rest: Partial<VerifyStages>,
		{ exceedsConnections = false }: Partial<GraphFailure> = {},
	): MailboxReport => ({
		stages: {
			token: tokenStage(conversation, result),
			...SERVER_UNREACHED,
			ehlo: skipped('Microsoft Graph has no such greeting.'),
			...rest,
		},
		exceedsConnections,
	});
	if (result.kind === 'noToken') return report({});
	const refusal = graphFailure(conversation, result, {
		right: { isApplication: account.signIn === 'application', permission: 'Mail.Send' },
		stage: 'auth',
		from: account.user,
		sizeBytes: 0,
	});
	if (result.kind === 'unanswered') return report(unreached(refusal.failure, durationMs));
	const address = `${account.host}:${String(account.port)}`;
	const auth = authStage(conversation, result, refusal.failure, durationMs);
	const reached: Partial<VerifyStages> = {
		dns: UNSEEN,
		connect: { kind: 'ok', durationMs: 0, facts: { address } },
		tls: UNSEEN,
		auth,
	};
	if (auth.kind !== 'ok') return report(reached, refusal);
	const mailFrom = skipped('Microsoft Graph looks at the sender of a message only.');
	return report({ ...reached, mailFrom });
}
