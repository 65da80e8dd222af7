import type { FailureStage } from '../../failure/catalogue/failure-stage';
import { summarizeAnswer } from '../../failure/classify-api';
import {
	classifyGmailAnswer,
	classifyGmailFault,
	exceedsGmailConcurrency,
} from '../../failure/classify-gmail';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import type { FailureContext } from '../../failure/model/failure';
import type { ApiResult } from '../api/api-call';
import {
	ApiReports,
	failureWithoutAnswer,
	type ApiFailure,
	type ApiRefusal,
} from '../api/api-reports';
import type { GmailConversation } from './gmail-client';
import { describeDoubt } from './send-response';

/** The longest answer that is kept, in characters. */
const MAX_RESPONSE_LENGTH = 1_000;

/** Google's answer as the status item shows it: `200 OK (id …)`. */
function describeAnswer(conversation: GmailConversation, result: ApiResult): string {
	if (result.kind !== 'answered') return '';
	const answer = readApiAnswer(result.reply, Date.now());
	const line = summarizeAnswer(
		answer.status === 200 ? { ...answer, codes: ['OK'], text: '' } : answer,
	);
	return conversation.redaction.quote(line, MAX_RESPONSE_LENGTH);
}

/**
 * What a result comes to that is not what was asked for.
 *
 * @param context `stage`: that of the request
 */
export function gmailFailure(
	conversation: GmailConversation,
	result: ApiResult,
	context: FailureContext,
): ApiFailure {
	if (result.kind !== 'answered') {
		return { failure: failureWithoutAnswer(result, context, classifyGmailFault) };
	}
	const answer = readApiAnswer(result.reply, Date.now());
	return {
		failure: classifyGmailAnswer(answer, context),
		response: describeAnswer(conversation, result),
		exceedsConnections: exceedsGmailConcurrency(answer),
		askedWaitMs: answer.retryAfterMs,
	};
}

/** Reports of one attempt to hand a message to the Gmail API. */
export class GmailReports extends ApiReports<GmailConversation> {
	protected override describeAnswer(result: ApiResult): string {
		return describeAnswer(this.conversation, result);
	}

	protected override describeDoubt(result: ApiResult): string {
		return describeDoubt(result);
	}

	/** Surely not sent, since a step was not carried out. */
	refused(result: ApiResult, stage: FailureStage): ApiRefusal {
		return this.refusal(result, gmailFailure(this.conversation, result, this.contextAt(stage)));
	}
}
