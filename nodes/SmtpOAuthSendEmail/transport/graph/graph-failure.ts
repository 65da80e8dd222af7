import {
	classifyGraphAnswer,
	classifyGraphFault,
	exceedsConcurrency,
} from '../../failure/classify-graph';
import { describeFault } from '../../failure/classify';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import type { Failure } from '../../failure/model/failure';
import { readGraphAnswer } from '../../failure/evidence/graph-answer';
import { STOPPED } from '../../failure/model/known-faults';
import type { GraphRight } from '../../failure/rules/graph/match-graph-claims';
import type { GraphResult } from './graph-call';
import type { GraphConversation } from './graph-client';

/** Why a step towards sending did not come about; nothing has been accepted. */
export interface GraphFailure {
	readonly failure: Failure;
	/** Graph's answer in one line, redacted. */
	readonly response?: string;
	readonly exceedsConnections?: boolean;
	/** How long Graph asks to wait (Retry-After), where it does. */
	readonly askedWaitMs?: number | undefined;
}

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
export function describeAnswer(conversation: GraphConversation, result: GraphResult): string {
	if (result.kind !== 'answered') return '';
	const { status } = result.reply;
	const { codes, text, requestId } = readGraphAnswer(result.reply, Date.now());
	const error = [codes[0], text].filter((part) => part !== undefined && part !== '').join(': ');
	const words = status === 202 ? 'Accepted' : error;
	const id = requestId === undefined ? '' : ` (request-id ${requestId})`;
	const line = `${String(status)}${words === '' ? '' : ` ${words}`}${id}`;
	return conversation.redaction.quote(line, MAX_RESPONSE_LENGTH);
}

/** Whether a fault ended in the TLS handshake. */
const HANDSHAKE_CODE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_SSL|ERR_TLS|EPROTO/;

/** What a result comes to that is not what was asked for. */
export function graphFailure(
	conversation: GraphConversation,
	result: GraphResult,
	{ right, stage, from, sizeBytes }: GraphFailureFacts,
): GraphFailure {
	const context = { ...conversation.context, from, sizeBytes };
	switch (result.kind) {
		case 'noToken':
			return { failure: result.failure };
		case 'unanswered': {
			const { fault } = result;
			const reached = HANDSHAKE_CODE.test(fault.code) ? 'tls' : 'connect';
			const where = { ...context, stage: fault.isUnsent ? reached : stage } as const;
			const failure =
				fault.reason === 'cancelled'
					? describeFault(STOPPED, where)
					: classifyGraphFault(fault, where);
			return { failure };
		}
		case 'answered': {
			const answer = readGraphAnswer(result.reply, Date.now());
			return {
				failure: classifyGraphAnswer(answer, { ...context, stage }, right),
				response: describeAnswer(conversation, result),
				exceedsConnections: exceedsConcurrency(answer),
				askedWaitMs: answer.retryAfterMs,
			};
		}
		default: {
			const unreachable: never = result;
			return unreachable;
		}
	}
}
