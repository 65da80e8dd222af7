import { describeFault } from '../../failure/classify';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import type { FaultContext, KnownFault } from '../../failure/model/failure';
import type { GraphRight } from '../../failure/rules/graph/match-graph-claims';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import type { GraphResult } from './graph-call';
import type { GraphConversation } from './graph-client';
import { describeAnswer, graphFailure } from './graph-failure';
import { describeDoubt } from './send-response';

type Refusal = Extract<DeliveryReport, { readonly kind: 'refused' }>;

/** Reports of one attempt to hand a message to Graph, in the words of the requests made for it. */
export class GraphReports {
	constructor(
		private readonly conversation: GraphConversation,
		private readonly message: PreparedMessage,
		private readonly isApplication: boolean,
	) {}

	/** For all recipients: Graph takes all of them or none. */
	accepted(result: GraphResult, serverMessageId?: string): DeliveryReport {
		const { envelope } = this.message;
		return {
			kind: 'accepted',
			envelope,
			accepted: envelope.to,
			rejected: [],
			response: describeAnswer(this.conversation, result),
			...(serverMessageId === undefined ? {} : { serverMessageId }),
			tlsVerified: true,
		};
	}

	/** Surely not sent, since a step was not carried out. */
	refused(result: GraphResult, stage: FailureStage, permission: GraphRight['permission']): Refusal {
		const { envelope, sizeBytes } = this.message;
		const right = { isApplication: this.isApplication, permission };
		const facts = { right, stage, from: envelope.from, sizeBytes };
		return {
			kind: 'refused',
			envelope,
			rejected: [],
			...graphFailure(this.conversation, result, facts),
			...this.#tls(result),
		};
	}

	/** Surely not sent, for a reason that we have found ourselves. */
	refusedFor(fault: KnownFault, stage: FailureStage): Refusal {
		const failure = describeFault(fault, this.#context(stage));
		return { kind: 'refused', envelope: this.message.envelope, failure, rejected: [] };
	}

	/**
	 * It may have been sent.
	 *
	 * @param hint a sentence more for the failure's message
	 */
	unknown(result: GraphResult, hint = ''): DeliveryReport {
		const detail = `${describeDoubt(result)}${hint}`;
		const response = describeAnswer(this.conversation, result);
		return {
			kind: 'unknown',
			envelope: this.message.envelope,
			failure: describeFault({ code: 'DELIVERY_UNKNOWN', detail }, this.#context('reply')),
			rejected: [],
			...(response === '' ? {} : { response }),
			...this.#tls(result),
		};
	}

	#context(stage: FailureStage): FaultContext {
		const { envelope, sizeBytes } = this.message;
		return { ...this.conversation.context, stage, from: envelope.from, sizeBytes };
	}

	/** n8n's helper has checked the certificate of everybody who answers. */
	#tls({ kind }: GraphResult): { readonly tlsVerified?: true } {
		return kind === 'answered' ? { tlsVerified: true } : {};
	}
}
