import { STATUS_CODES } from 'node:http';
import { summarizeAnswer } from '../../failure/classify-api';
import { describeFailure } from '../../failure/describe-failure';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import {
	type Failure,
	type FailureContext,
	type FailureDraft,
	STOPPED,
} from '../../failure/model/failure';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import type { ApiAnswers } from './api-answers';
import type { ApiExchange, ApiResult } from './api-call';
import type { ApiConversation } from './api-conversation';

/** A report that surely nothing was accepted. */
export type ApiRefusal = Extract<DeliveryReport, { readonly kind: 'refused' }>;

/**
 * What the answer to the request that sends says of the message: `accepted`, surely `refused`, or in
 * `doubt`, since the request may have been carried out.
 */
type Acceptance = 'accepted' | 'refused' | 'doubt';

/** Whether a fault ended in the TLS handshake. */
const HANDSHAKE_CODE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_SSL|ERR_TLS|EPROTO/;

/** The longest answer that is kept, in characters. */
const MAX_RESPONSE_LENGTH = 1_000;

/** Reports of one attempt to hand a message to an API, in the words of the requests made for it. */
export class ApiReports {
	readonly #answers: ApiAnswers;

	/** @param message the one to report on */
	constructor(
		private readonly conversation: Pick<
			ApiConversation<ApiExchange>,
			'answers' | 'context' | 'redaction'
		>,
		private readonly message: Pick<PreparedMessage, 'envelope' | 'sizeBytes'>,
	) {
		this.#answers = conversation.answers;
	}

	/** Judges the answer to the request that sends. */
	judge(result: ApiResult): Acceptance {
		if (result.kind === 'noToken') return 'refused';
		if (result.kind === 'unanswered') return result.fault.isUnsent ? 'refused' : 'doubt';
		const { status } = result.reply;
		if (this.#answers.isAcceptance(result)) return 'accepted';
		if (status >= 300 && status < 500) return status === 408 ? 'doubt' : 'refused';
		return this.#answers.isRefusal(readApiAnswer(result.reply, Date.now())) ? 'refused' : 'doubt';
	}

	/** What the answer to the request that sends comes to. */
	concluded(result: ApiResult, serverMessageId?: string): DeliveryReport {
		switch (this.judge(result)) {
			case 'accepted':
				return this.accepted(result, serverMessageId);
			case 'refused':
				return this.refused(result, 'reply');
			case 'doubt':
				return this.unknown(result);
		}
	}

	/** For all recipients: an API takes all of them or none. */
	accepted(result: ApiResult, serverMessageId?: string): DeliveryReport {
		const { envelope } = this.message;
		const response = this.#describeAnswer(result) ?? '';
		const accepted = { envelope, accepted: envelope.to, rejected: [], response };
		return { kind: 'accepted', ...accepted, serverMessageId, tlsVerified: true };
	}

	/** Surely not sent, since a step was not carried out. */
	refused(result: ApiResult, stage: FailureStage): ApiRefusal {
		const { envelope } = this.message;
		const refused = { kind: 'refused', envelope, rejected: [] } as const;
		const context = this.#contextAt(stage);
		if (result.kind !== 'answered') {
			return { ...refused, failure: this.#failureWithoutAnswer(result, context) };
		}
		const answer = readApiAnswer(result.reply, Date.now());
		return {
			...refused,
			failure: this.#answers.classifyAnswer(answer, context),
			response: this.#describeAnswer(result),
			exceedsConnections: this.#answers.exceedsConcurrency(answer),
			askedWaitMs: answer.retryAfterMs,
			tlsVerified: true,
		};
	}

	/** Surely not sent, for a reason that we have found ourselves. */
	refusedFor(fault: FailureDraft, stage: FailureStage): ApiRefusal {
		const failure = describeFailure(fault, this.#contextAt(stage));
		return { kind: 'refused', envelope: this.message.envelope, failure, rejected: [] };
	}

	/**
	 * The refusal of a message that some recipients have already, from an earlier try by SMTP: an API
	 * sends to all recipients of the header.
	 *
	 * @param recipients the remaining ones
	 */
	refusedAsRepeated(recipients: readonly string[]): ApiRefusal | undefined {
		const { envelope } = this.message;
		if (envelope.to.every((address) => recipients.includes(address))) return undefined;
		const detail = `Some recipients of this message have it from an earlier try over SMTP. ${this.#subject} sends to all that the header names, so they would get it twice.`;
		const remedy =
			'Set Deliver Via in the credential back to SMTP for this retry, or send to the others in a new execution.';
		return this.refusedFor({ code: 'INVALID_PARAMETER', detail, remedy }, 'parameters');
	}

	/**
	 * It may have been sent.
	 *
	 * @param hint a sentence more for the failure's message
	 */
	unknown(result: ApiResult, hint = ''): DeliveryReport {
		const isAnswered = result.kind === 'answered';
		const known = isAnswered
			? `${this.#subject} answered ${String(result.reply.status)} to the message, which says neither that it was accepted nor that it was refused`
			: `The message had gone out to ${this.#answers.name}, and no answer came`;
		const detail = `${known}: it may or may not arrive.${hint}`;
		return {
			kind: 'unknown',
			envelope: this.message.envelope,
			failure: describeFailure({ code: 'DELIVERY_UNKNOWN', detail }, this.#contextAt('reply')),
			rejected: [],
			response: this.#describeAnswer(result),
			// n8n's helper has checked the certificate of every server that answers.
			tlsVerified: isAnswered ? true : undefined,
		};
	}

	/** The API at the beginning of a sentence. */
	get #subject(): string {
		return this.#answers.name.replace(/^the /, 'The ');
	}

	/** The server's answer as the status item shows it: `202 Accepted (request-id …)`. */
	#describeAnswer(result: ApiResult): string | undefined {
		if (result.kind !== 'answered') return undefined;
		const answer = readApiAnswer(result.reply, Date.now());
		const { status } = answer;
		const isOk = status >= 200 && status < 300;
		const shown = isOk ? { ...answer, codes: [STATUS_CODES[status] ?? ''], text: '' } : answer;
		return this.conversation.redaction.quote(summarizeAnswer(shown), MAX_RESPONSE_LENGTH);
	}

	#failureWithoutAnswer(
		result: Exclude<ApiResult, { readonly kind: 'answered' }>,
		context: FailureContext,
	): Failure {
		if (result.kind === 'noToken') return result.failure;
		const { fault } = result;
		const reached = HANDSHAKE_CODE.test(fault.code) ? 'tls' : 'connect';
		// A request that may have gone out has come to its own stage.
		const where = { ...context, stage: fault.isUnsent ? reached : context.stage };
		return fault.reason === 'cancelled'
			? describeFailure(STOPPED, where)
			: this.#answers.classifyFault(fault, where);
	}

	#contextAt(stage: FailureStage): FailureContext {
		const { envelope, sizeBytes } = this.message;
		return { ...this.conversation.context, stage, from: envelope.from, sizeBytes };
	}
}
