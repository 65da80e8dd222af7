import type { FailureContext, FailureDraft } from '../../model/failure';
import type { Reply } from '../../evidence/reply';
import { serverProvider } from './server-provider';
import { MICROSOFT } from './tables/reply-rule';

/** A longer reply is searched only so far. */
const MAX_SEARCHED_LENGTH = 2_000;

/** Exchange names the half of its mail store that refused: it files for recipients, and submits for senders. */
const NAMES_RECIPIENT = /STOREDRV\.Deliver|recipient|account that you tried to reach/i;
const NAMES_SENDER = /STOREDRV\.Submission/i;

const RECIPIENT_IS_FULL = {
	message: '{host} says that the mailbox of the recipient is full.',
	remedy: 'Tell the recipient another way. Mail arrives again once something is deleted there.',
} as const;

const SOMEBODY_IS_FULL = {
	message: '{host} says that a mailbox is full: that of a recipient, or {user} itself.',
	remedy:
		'See which address the server names. If it is a recipient, tell them another way. If it is {user}, delete mail there and empty its trash.',
} as const;

/**
 * Whose mailbox is full. Where a server says so before the content, the stage tells. After it, Exchange
 * Online has checked its own sender, and looks for recipients after it has accepted the message; others
 * hand the message on first, and pass on what they hear (Postfix before a content filter, Dovecot's
 * LMTP).
 */
export function findFullMailbox(
	draft: FailureDraft,
	reply: Reply,
	context: FailureContext,
): FailureDraft {
	if (draft.code !== 'MAILBOX_FULL') return draft;
	if (context.stage === 'rcptTo') return { ...draft, ...RECIPIENT_IS_FULL };
	if (context.stage !== 'data' && context.stage !== 'reply') return draft;
	const words = reply.text.slice(0, MAX_SEARCHED_LENGTH);
	if (NAMES_RECIPIENT.test(words)) return { ...draft, ...RECIPIENT_IS_FULL };
	const isOfSender = MICROSOFT.includes(serverProvider(context)) || NAMES_SENDER.test(words);
	return isOfSender ? draft : { ...draft, ...SOMEBODY_IS_FULL };
}
