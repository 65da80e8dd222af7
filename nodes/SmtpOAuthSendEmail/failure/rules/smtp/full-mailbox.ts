import { RECIPIENT_IS_FULL } from '../../catalogue/catalogue-account';
import type { FailureContext, FailureDraft } from '../../model/failure';
import type { Reply } from '../../evidence/reply';
import { serverProvider } from './server-provider';

/** A longer reply is searched only so far. */
const MAX_SEARCHED_LENGTH = 2_000;

const MICROSOFT: readonly string[] = ['microsoft365', 'outlook'];

/** Exchange names the half of its mail store that refused: it files for recipients, and submits for senders. */
const NAMES_RECIPIENT = /STOREDRV\.Deliver|recipient|account that you tried to reach/i;
const NAMES_SENDER = /STOREDRV\.Submission/i;

const SOMEBODY_IS_FULL = {
	message: '{host} says that a mailbox is full: that of a recipient, or {user} itself.',
	remedy:
		'See which address the server names. If it is a recipient, tell them another way. If it is {user}, delete mail there and empty its trash.',
} as const;

/**
 * Whose mailbox is full, where a server says so only after the content. Before that the stage tells
 * (`atStage` of the catalogue). Exchange Online checks its own sender then, and looks for recipients
 * after it has accepted the message; others hand the message on first, and pass on what they hear
 * (Postfix before a content filter, Dovecot's LMTP).
 */
export function findFullMailbox(
	verdict: FailureDraft,
	reply: Reply,
	context: FailureContext,
): FailureDraft {
	if (verdict.code !== 'MAILBOX_FULL') return verdict;
	if (context.stage !== 'data' && context.stage !== 'reply') return verdict;
	const words = reply.text.slice(0, MAX_SEARCHED_LENGTH);
	if (NAMES_RECIPIENT.test(words)) return { ...verdict, ...RECIPIENT_IS_FULL };
	const isOfSender = MICROSOFT.includes(serverProvider(context)) || NAMES_SENDER.test(words);
	return isOfSender ? verdict : { ...verdict, ...SOMEBODY_IS_FULL };
}
