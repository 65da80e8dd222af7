import { describeFault } from '../../failure/classify';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import type { KnownFault } from '../../failure/model/failure';
import type { GraphRight } from '../../failure/rules/graph/match-graph-claims';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import type { GraphConversation, GraphResult } from './graph-client';
import { describeAnswer, graphFailure } from './graph-failure';
import { describeDoubt } from './send-response';

/** Reports of one attempt to hand a message to Graph. */
export interface GraphReports {
	/** For all recipients: Graph takes all of them or none. */
	accepted(result: GraphResult, serverMessageId?: string): DeliveryReport;
	/** Surely not sent, since a step was not carried out. */
	refused(
		result: GraphResult,
		stage: FailureStage,
		permission: GraphRight['permission'],
	): DeliveryReport;
	/** Surely not sent, for a reason that we have found ourselves. */
	refusedFor(fault: KnownFault, stage: FailureStage): DeliveryReport;
	/** It may have been sent. */
	unknown(result: GraphResult): DeliveryReport;
}

/** Reports on a message, in the words of the requests that were made for it. */
export function reportOn(
	conversation: GraphConversation,
	message: PreparedMessage,
	isApplication: boolean,
): GraphReports {
	const { envelope, sizeBytes } = message;
	const context = (stage: FailureStage) => ({
		...conversation.context(),
		stage,
		from: envelope.from,
		sizeBytes,
	});
	const responseOf = (result: GraphResult): { response?: string } => {
		const response = describeAnswer(conversation, result);
		return response === '' ? {} : { response };
	};
	return {
		accepted: (result, serverMessageId) => ({
			kind: 'accepted',
			envelope,
			accepted: envelope.to,
			rejected: [],
			response: describeAnswer(conversation, result),
			...(serverMessageId === undefined ? {} : { serverMessageId }),
			tlsVerified: true,
		}),
		refused(result, stage, permission) {
			const right = { isApplication, permission };
			const facts = { right, stage, from: envelope.from, sizeBytes };
			const { failure, response, exceedsConnections } = graphFailure(conversation, result, facts);
			return {
				kind: 'refused',
				envelope,
				failure,
				rejected: [],
				...(exceedsConnections === undefined ? {} : { exceedsConnections }),
				...(response === undefined ? {} : { response }),
				...(result.kind === 'answered' ? { tlsVerified: true } : {}),
			};
		},
		refusedFor: (fault, stage) => ({
			kind: 'refused',
			envelope,
			failure: describeFault(fault, context(stage)),
			rejected: [],
		}),
		unknown: (result) => ({
			kind: 'unknown',
			envelope,
			failure: describeFault(
				{ code: 'DELIVERY_UNKNOWN', detail: describeDoubt(result) },
				context('reply'),
			),
			rejected: [],
			...responseOf(result),
			...(result.kind === 'answered' ? { tlsVerified: true } : {}),
		}),
	};
}
