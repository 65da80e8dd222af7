import type { HttpReply } from '../../auth/http-client';
import {
	isForAnotherService,
	lacksPermission,
	type GraphRight,
} from '../../failure/rules/api/graph-claims';
import { toWellFormed } from '../../untrusted/well-formed';
import type { ApiExchange } from '../api/api-call';
import { ApiConversation, type ApiAddress } from '../api/api-conversation';
import { GRAPH_ANSWERS } from './graph-answers';

/** One request to Graph about the account's mailbox. */
export interface GraphCall extends ApiExchange {
	/** Below the user, e.g. `/sendMail`; each part encoded. */
	readonly path: string;
	/** The path as a transcript shows it, without identifiers. */
	readonly shownPath?: string;
	/** What the request needs. */
	readonly permission: GraphRight['permission'];
}

/** The requests of one attempt to Microsoft Graph. */
export class GraphConversation extends ApiConversation<GraphCall> {
	override readonly answers = GRAPH_ANSWERS;

	protected override locate({ path, shownPath = path }: GraphCall): ApiAddress {
		const { host, user } = this.link.account;
		const base = `${host}/v1.0/users`;
		return {
			url: `https://${base}/${encodeURIComponent(toWellFormed(user))}${path}`,
			shown: `${base}/{user}${shownPath}`,
		};
	}

	/** An application's next token holds a permission that was granted since. */
	protected override isLacking({ status }: HttpReply, { permission }: GraphCall): boolean {
		const isApplication = this.link.account.signIn === 'application';
		const right = { isApplication, permission };
		return status === 403 && isApplication && lacksPermission(this.context.tokenClaims, right);
	}

	protected override tellsMore(reply: HttpReply): boolean {
		return super.tellsMore(reply) || isForAnotherService({ ...this.context, stage: 'auth' });
	}
}
