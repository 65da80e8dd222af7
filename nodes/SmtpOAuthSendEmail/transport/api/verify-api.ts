import { describeToken } from '../../auth/token-facts';
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
import type { ApiFailure } from './api-reports';

/** How an API is asked whether it lets mail be sent. */
export interface ApiProbe<Call extends ApiExchange> {
	/** As users know the API. */
	readonly displayName: string;
	/** A request to send whose content is none. */
	readonly call: Call;
	/** Why the API did not take it. */
	failure(result: ApiResult): ApiFailure;
	/** Whether it refused the content only, which it reads for an account that may send. */
	isLetIn(result: ApiResult, failure: Failure): boolean;
	/** What more is known of an account that is let in. */
	facts?(): Partial<StageFacts['auth']>;
}

const UNSEEN = skipped("n8n's HTTP helper makes the connection and shows nothing of it.");

/** The stages of the connection, of which n8n's helper shows nothing where it comes about. */
function unreached(failure: Failure, durationMs: number): Partial<VerifyStages> {
	const failed = { kind: 'failed', durationMs, failure } as const;
	return failure.stage === 'tls'
		? { dns: UNSEEN, connect: UNSEEN, tls: failed }
		: { dns: UNSEEN, connect: failed };
}

/**
 * Asks for a token and then the API whether mail may be sent from the mailbox, without sending
 * anything. What of the connection n8n's helper does not show is not tried. Never throws.
 *
 * @param address host and port, as the item shows them
 */
export async function verifyApi<Call extends ApiExchange>(
	conversation: ApiConversation<Call>,
	probe: ApiProbe<Call>,
	address: string,
): Promise<MailboxReport> {
	const { displayName } = probe;
	const startedAtMs = performance.now();
	const result = await conversation.ask(probe.call);
	const { tokenMs, usedToken } = conversation;
	const durationMs = Math.round(performance.now() - startedAtMs) - tokenMs;
	const token: StageResult<'token'> =
		result.kind === 'noToken'
			? { kind: 'failed', durationMs: tokenMs, failure: result.failure }
			: usedToken === undefined
				? UNREACHED
				: { kind: 'ok', durationMs: tokenMs, facts: describeToken(usedToken.token) };
	const report = (
		rest: Partial<VerifyStages>,
		{ exceedsConnections = false }: Partial<ApiFailure> = {},
	): MailboxReport => ({
		stages: {
			token,
			...SERVER_UNREACHED,
			ehlo: skipped(`${displayName} has no such greeting.`),
			...rest,
		},
		exceedsConnections,
	});
	if (result.kind === 'noToken') return report({});
	const refusal = probe.failure(result);
	const { failure } = refusal;
	if (result.kind === 'unanswered') return report(unreached(failure, durationMs));
	const reached: Partial<VerifyStages> = {
		dns: UNSEEN,
		connect: { kind: 'ok', durationMs: 0, facts: { address } },
		tls: UNSEEN,
	};
	if (!probe.isLetIn(result, failure)) {
		return report({ ...reached, auth: { kind: 'failed', durationMs, failure } }, refusal);
	}
	const isReplaced = usedToken?.isReplaced === true;
	const facts = { mechanism: displayName, isReplaced, ...probe.facts?.() };
	return report({
		...reached,
		auth: { kind: 'ok', durationMs, facts },
		mailFrom: skipped(`${displayName} looks at the sender of a message only.`),
	});
}
