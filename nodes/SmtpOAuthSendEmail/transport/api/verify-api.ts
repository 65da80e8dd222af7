import { TRANSPORTS } from '../../../../credentials/providers/transports';
import { describeToken } from '../../auth/token-facts';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import type { Failure } from '../../failure/model/failure';
import {
	SERVER_UNREACHED,
	skipped,
	UNREACHED,
	type StageFacts,
	type StageResult,
	type VerifyStages,
} from '../../status/verify-report';
import type { MailboxReport } from '../mail-transport';
import type { ApiExchange, ApiResult } from './api-call';
import type { ApiConversation } from './api-conversation';
import { ApiReports } from './api-reports';

const UNSEEN = skipped("n8n's HTTP helper makes the connection and shows nothing of it.");

/** The stages of the connection, of which n8n's helper shows nothing where it comes about. */
function unreached(failure: Failure, durationMs: number): Partial<VerifyStages> {
	const failed = { kind: 'failed', durationMs, failure } as const;
	return failure.stage === 'tls'
		? { dns: UNSEEN, connect: UNSEEN, tls: failed }
		: { dns: UNSEEN, connect: failed };
}

/** Whether the API refused the content only, which it reads for an account that may send. */
function isLetIn(result: ApiResult, { code }: Failure): boolean {
	if (result.kind !== 'answered' || result.reply.status !== 400) return false;
	return code === 'MESSAGE_REFUSED' && readApiAnswer(result.reply, Date.now()).isOfApi;
}

/**
 * Asks for a token and then the API whether mail may be sent from the mailbox, without sending
 * anything. What of the connection n8n's helper does not show is not tried. Never throws.
 *
 * @param call a request to send whose content is none
 * @param readFacts what more is known of an account that is let in
 */
export async function verifyApi<Call extends ApiExchange>(
	conversation: ApiConversation<Call>,
	call: Call,
	readFacts?: () => Partial<StageFacts['auth']>,
): Promise<MailboxReport> {
	const { host, port, user, deliverVia } = conversation.link.account;
	const { displayName } = TRANSPORTS[deliverVia];
	const startedAtMs = performance.now();
	const result = await conversation.ask(call);
	const { tokenMs, usedToken } = conversation;
	const durationMs = Math.round(performance.now() - startedAtMs) - tokenMs;
	const token: StageResult<'token'> =
		result.kind === 'noToken'
			? { kind: 'failed', durationMs: tokenMs, failure: result.failure }
			: usedToken === undefined
				? UNREACHED
				: { kind: 'ok', durationMs: tokenMs, facts: describeToken(usedToken.token) };
	const report = (rest: Partial<VerifyStages>, exceedsConnections = false): MailboxReport => ({
		stages: {
			token,
			...SERVER_UNREACHED,
			ehlo: skipped(`${displayName} has no such greeting.`),
			...rest,
		},
		exceedsConnections,
	});
	if (result.kind === 'noToken') return report({});
	const nothing = { envelope: { from: user, to: [] }, sizeBytes: 0 };
	const refusal = new ApiReports(conversation, nothing).refused(result, 'auth');
	const { failure } = refusal;
	if (result.kind === 'unanswered') return report(unreached(failure, durationMs));
	const reached: Partial<VerifyStages> = {
		dns: UNSEEN,
		connect: { kind: 'ok', durationMs: 0, facts: { address: `${host}:${String(port)}` } },
		tls: UNSEEN,
	};
	if (!isLetIn(result, failure)) {
		const auth = { kind: 'failed', durationMs, failure } as const;
		return report({ ...reached, auth }, refusal.exceedsConnections);
	}
	const isReplaced = usedToken?.isReplaced === true;
	const facts = { mechanism: displayName, isReplaced, ...readFacts?.() };
	return report({
		...reached,
		auth: { kind: 'ok', durationMs, facts },
		mailFrom: skipped(`${displayName} looks at the sender of a message only.`),
	});
}
