import { describeFailure } from '../../failure/describe-failure';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import {
	type Failure,
	type FailureContext,
	type FailureDraft,
	STOPPED,
} from '../../failure/model/failure';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import type { SessionContext } from '../fault-context';
import type { ApiResult } from './api-call';

/** A report that surely nothing was accepted. */
export type ApiRefusal = Extract<DeliveryReport, { readonly kind: 'refused' }>;

/** Why a step towards sending did not come about; nothing has been accepted. */
export interface ApiFailure {
	readonly failure: Failure;
	/** The server's answer in one line, redacted. */
	readonly response?: string;
	readonly exceedsConnections?: boolean;
	/** How long the server asks to wait (Retry-After), where it does. */
	readonly askedWaitMs?: number | undefined;
}

/** Whether a fault ended in the TLS handshake. */
const HANDSHAKE_CODE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_SSL|ERR_TLS|EPROTO/;

/**
 * Why no answer came.
 *
 * @param context `stage`: that of the request, where it may have gone out
 * @param classify what the fault comes to
 */
export function failureWithoutAnswer(
	result: Exclude<ApiResult, { readonly kind: 'answered' }>,
	context: FailureContext,
	classify: (fault: unknown, context: FailureContext) => Failure,
): Failure {
	if (result.kind === 'noToken') return result.failure;
	const { fault } = result;
	const reached = HANDSHAKE_CODE.test(fault.code) ? 'tls' : 'connect';
	const where = { ...context, stage: fault.isUnsent ? reached : context.stage };
	return fault.reason === 'cancelled' ? describeFailure(STOPPED, where) : classify(fault, where);
}

/** What reports on a message look at. */
interface Asked {
	/** What is known of a fault except its stage. */
	readonly context: SessionContext;
}

/** Reports of one attempt to hand a message to an API, in the words of the requests made for it. */
export abstract class ApiReports<Conversation extends Asked> {
	constructor(
		protected readonly conversation: Conversation,
		protected readonly message: PreparedMessage,
	) {}

	/** The server's answer as the status item shows it; empty where none came. */
	protected abstract describeAnswer(result: ApiResult): string;

	/** Why nobody knows what became of the message. */
	protected abstract describeDoubt(result: ApiResult): string;

	/** For all recipients: an API takes all of them or none. */
	accepted(result: ApiResult, serverMessageId?: string): DeliveryReport {
		const { envelope } = this.message;
		return {
			kind: 'accepted',
			envelope,
			accepted: envelope.to,
			rejected: [],
			response: this.describeAnswer(result),
			...(serverMessageId === undefined ? {} : { serverMessageId }),
			tlsVerified: true,
		};
	}

	/** Surely not sent, for a reason that we have found ourselves. */
	refusedFor(fault: FailureDraft, stage: FailureStage): ApiRefusal {
		const failure = describeFailure(fault, this.contextAt(stage));
		return { kind: 'refused', envelope: this.message.envelope, failure, rejected: [] };
	}

	/**
	 * It may have been sent.
	 *
	 * @param hint a sentence more for the failure's message
	 */
	unknown(result: ApiResult, hint = ''): DeliveryReport {
		const detail = `${this.describeDoubt(result)}${hint}`;
		const response = this.describeAnswer(result);
		return {
			kind: 'unknown',
			envelope: this.message.envelope,
			failure: describeFailure({ code: 'DELIVERY_UNKNOWN', detail }, this.contextAt('reply')),
			rejected: [],
			...(response === '' ? {} : { response }),
			...tlsOf(result),
		};
	}

	/** Surely not sent, since a step was not carried out. */
	protected refusal(result: ApiResult, failure: ApiFailure): ApiRefusal {
		const { envelope } = this.message;
		return { kind: 'refused', envelope, rejected: [], ...failure, ...tlsOf(result) };
	}

	protected contextAt(stage: FailureStage): FailureContext {
		const { envelope, sizeBytes } = this.message;
		return { ...this.conversation.context, stage, from: envelope.from, sizeBytes };
	}
}

/** n8n's helper has checked the certificate of every server that answers. */
function tlsOf({ kind }: ApiResult): { readonly tlsVerified?: true } {
	return kind === 'answered' ? { tlsVerified: true } : {};
}
