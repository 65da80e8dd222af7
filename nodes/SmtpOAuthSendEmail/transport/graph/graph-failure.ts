import { failureWithoutAnswer, type ApiFailure } from '../api/api-reports';
import { summarizeAnswer } from '../../failure/classify-api';
import {
	classifyGraphAnswer,
	classifyGraphFault,
	exceedsConcurrency,
} from '../../failure/classify-graph';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import type { GraphRight } from '../../failure/rules/api/graph-claims';
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
	const answer = readApiAnswer(result.reply, Date.now());
	const line = summarizeAnswer(
		answer.status === 202 ? { ...answer, codes: ['Accepted'], text: '' } : answer,
	);
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
	const answer = readApiAnswer(result.reply, Date.now());
	return {
		failure: classifyGraphAnswer(answer, { ...context, stage }, right),
		response: describeAnswer(conversation, result),
		exceedsConnections: exceedsConcurrency(answer),
		askedWaitMs: answer.retryAfterMs,
	};
}
