import { CATALOGUE } from '../../catalogue/catalogue';
import { isPassing } from '../../catalogue/failure-stage';
import type { Reply } from '../../evidence/reply';
import { readReplyWords } from '../../evidence/reply-words';
import { isOwnAddress, type FailureContext, type FailureDraft } from '../../model/failure';
import { findFullMailbox } from './full-mailbox';
import type { MeaningRow } from './tables/meaning-row';
import { REPLY_MEANINGS, type ReplyMeaning } from './tables/reply-meanings';
import { readWaitingTime } from './waiting-time';
import { weighReply } from './weigh-reply';

/** What a refused sender means where it is the mailbox itself. */
const OWN_ADDRESS: Readonly<Partial<Record<ReplyMeaning, ReplyMeaning>>> = {
	senderRefused: 'ownSenderRefused',
	sender: 'ownSender',
};

/**
 * What a server's refusal means: the evidence of its codes, its words, the stage and of who answers
 * is weighed (`weigh-reply.ts`), and how long to wait is read from the words.
 */
export function matchReply(reply: Reply, context: FailureContext): FailureDraft {
	// With any words: the server refused STARTTLS for good.
	if (context.stage === 'tls' && reply.replyCode >= 500) return { code: 'TLS_NOT_OFFERED' };
	const found = weighReply(reply, context);
	const own = isOwnAddress(context) ? OWN_ADDRESS[found] : undefined;
	const meaning: MeaningRow = REPLY_MEANINGS[own ?? found];
	const { retry, ...draft } = meaning;
	const retryable = retry === 'always' || (retry === 'transient' && reply.replyCode < 500);
	const cause = draft.cause ?? CATALOGUE[draft.code].cause;
	const told = retryable ? readWaitingTime(readReplyWords(reply).plain) : undefined;
	return findFullMailbox(
		{
			...draft,
			retryable,
			// What passes by itself is not a wrong setting.
			cause: retryable && !isPassing(cause) ? 'temporarily-unavailable' : cause,
			...(told === undefined ? {} : { retryAfterMs: told, toldWaitMs: told }),
		},
		reply,
		context,
	);
}
