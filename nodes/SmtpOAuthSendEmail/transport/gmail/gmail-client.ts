import { toWellFormed } from '../../untrusted/well-formed';
import type { ApiExchange } from '../api/api-call';
import { ApiConversation, type ApiAddress } from '../api/api-conversation';
import { GMAIL_ANSWERS } from './gmail-answers';

/** One request about the account's mailbox. */
interface GmailCall extends ApiExchange {
	/** Whether it begins an upload; otherwise the message stands in the request itself. */
	readonly isUpload?: boolean;
}

/** The requests of one attempt to the Gmail API, in the name of the credential's user and never of `me`. */
export class GmailConversation extends ApiConversation<GmailCall> {
	override readonly answers = GMAIL_ANSWERS;

	protected override locate({ isUpload = false }: GmailCall): ApiAddress {
		const { host, user } = this.link.account;
		const base = `${host}${isUpload ? '/upload' : ''}/gmail/v1/users`;
		const query = isUpload ? '?uploadType=resumable' : '';
		return {
			url: `https://${base}/${encodeURIComponent(toWellFormed(user))}/messages/send${query}`,
			shown: `${base}/{user}/messages/send${query}`,
		};
	}

	/** The scopes of a connection are those of its next token as well. */
	protected override isLacking(): boolean {
		return false;
	}
}
