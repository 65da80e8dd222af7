import type { FailureStage } from '../../failure/catalogue/failure-stage';
import type { GraphRight } from '../../failure/rules/api/graph-claims';
import type { PreparedMessage } from '../../message/prepared-message';
import type { ApiResult } from '../api/api-call';
import { ApiReports, type ApiRefusal } from '../api/api-reports';
import type { GraphConversation } from './graph-client';
import { describeAnswer, graphFailure } from './graph-failure';
import { describeDoubt } from './send-response';

/** Reports of one attempt to hand a message to Graph. */
export class GraphReports extends ApiReports<GraphConversation> {
	constructor(
		conversation: GraphConversation,
		message: PreparedMessage,
		private readonly isApplication: boolean,
	) {
		super(conversation, message);
	}

	protected override describeAnswer(result: ApiResult): string {
		return describeAnswer(this.conversation, result);
	}

	protected override describeDoubt(result: ApiResult): string {
		return describeDoubt(result);
	}

	/** Surely not sent, since a step was not carried out. */
	refused(
		result: ApiResult,
		stage: FailureStage,
		permission: GraphRight['permission'],
	): ApiRefusal {
		const { envelope, sizeBytes } = this.message;
		const right = { isApplication: this.isApplication, permission };
		const facts = { right, stage, from: envelope.from, sizeBytes };
		return this.refusal(result, graphFailure(this.conversation, result, facts));
	}
}
