import { failureWithoutAnswer, type ApiFailure } from '../api/api-reports';
import {
	classifyGraphAnswer,
	classifyGraphFault,
	exceedsConcurrency,
} from '../../failure/classify-graph';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import { readGraphAnswer } from '../../failure/evidence/graph-answer';
import type { GraphRight } from '../../failure/rules/graph/match-graph-claims';
import type { ApiResult } from '../api/api-call';
import type { GraphConversation } from './graph-client';

/** What is known of the message and of who asks, for the words of a failure. */
export interface GraphFailureFacts {
	readonly right: GraphRight;
	/** The stage of the request. */
	readonly stage: FailureStage;
	/** The envelope's sender. */
	readonly from: string;
	readonly sizeBytes: number;
}

/** The longest answer that is kept, in characters. */
const MAX_RESPONSE_LENGTH = 1_000;

/** Graph's answer as the status item shows it: `202 Accepted (request-id …)`. */
export function describeAnswer(conversation: GraphConversation, result: ApiResult): string {
	if (result.kind !== 'answered') return '';
	const { status } = result.reply;
	const { codes, text, requestId } = readGraphAnswer(result.reply, Date.now());
	const error = [codes[0], text].filter((part) => part !== undefined && part !== '').join(': ');
	const words = status === 202 ? 'Accepted' : error;
	const id = requestId === undefined ? '' : ` (request-id ${requestId})`;
	const line = `${String(status)}${words === '' ? '' : ` ${words}`}${id}`;
	return conversation.redaction.quote(line, MAX_RESPONSE_LENGTH);
}

/** What a result comes to that is not what was asked for. */
export function graphFailure(
	conversation: GraphConversation,
	result: ApiResult,
	{ right, stage, from, sizeBytes }: GraphFailureFacts,
): ApiFailure {
	const context = { ...conversation.context, from, sizeBytes };
	if (result.kind !== 'answered') {
		return { failure: failureWithoutAnswer(result, { ...context, stage }, classifyGraphFault) };
	}
	const answer = readGraphAnswer(result.reply, Date.now());
	return {
		failure: classifyGraphAnswer(answer, { ...context, stage }, right),
		response: describeAnswer(conversation, result),
		exceedsConnections: exceedsConcurrency(answer),
		askedWaitMs: answer.retryAfterMs,
	};
}
