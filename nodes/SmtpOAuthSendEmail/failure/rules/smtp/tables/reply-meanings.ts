import { ACCOUNT_MEANINGS } from './account-meanings';
import type { MeaningRow } from './meaning-row';
import { MESSAGE_MEANINGS } from './message-meanings';

/** What may be behind a refused sender that is the mailbox itself. */
const OWN_SENDER =
	'{from} is the mailbox itself. Usual reasons, the most frequent first: the account or its domain is not, or not yet, allowed to send (look at the website of the mail service); a limit or a block, which the words of the server would name; User in the credential is an alias, where the server wants the name of the mailbox.';

/** The meanings of replies. The tables of rules name them; a code of the catalogue may have several. */
export const REPLY_MEANINGS = {
	...ACCOUNT_MEANINGS,
	...MESSAGE_MEANINGS,

	// Where nothing says more: the stage, and what usually lies behind it.
	connectionRefused: {
		code: 'ACCOUNT_BLOCKED',
		message: '{host} refused the connection with its first words.',
		remedy:
			'Usual reasons, the most frequent first: the address of this n8n is on a block list or is that of a cloud or a home; Port is not one for sending with a sign-in (587 or 465); the server takes no mail at all. The words of the server may tell which.',
		cause: 'configuration-invalid',
	},
	signInRefused: {
		code: 'TOKEN_REJECTED',
		message: '{host} refused the sign-in of {user}, and its words do not show why.',
	},
	senderRefused: {
		code: 'SENDER_NOT_ALLOWED',
		message: '{host} refused the message when it learned the sender, {from}.',
		remedy:
			'Usual reasons, the most frequent first: {user} may not send as {from} (leave From Email empty, or have the right granted); the account or the domain is not allowed to send, or not yet confirmed; a limit or a block, which the words of the server would name.',
		yieldsToProvider: true,
	},
	ownSenderRefused: {
		code: 'SENDER_NOT_ALLOWED',
		message: '{host} refused the message when it learned the sender, {from}.',
		remedy: OWN_SENDER,
	},
	ownSender: {
		code: 'SENDER_NOT_ALLOWED',
		message: '{host} does not take {from} as the sender.',
		remedy: OWN_SENDER,
	},
	recipientRefused: {
		code: 'RECIPIENT_REJECTED',
		message: '{host} did not take {recipients}, and its words do not show why.',
		remedy:
			'Usual reasons, the most frequent first: the address has a typing error or no longer exists; the recipient or their server does not want mail from {from}; the server does not send to other domains for {user}; a limit or a block of the sender.',
	},
	contentRefused: {
		code: 'MESSAGE_REFUSED',
		message: '{host} refused the message after it had been sent, and its words do not show why.',
		remedy:
			'Usual reasons, the most frequent first: an attachment, a link or a wording that looks like spam; a policy of the server or of the recipient; a sender that is not allowed or not proven (SPF, DKIM, DMARC); a limit or a block of the account.',
	},
	unknown: {
		code: 'UNCLASSIFIED',
		message: '{host} refused, and its words do not show why.',
		cause: 'configuration-invalid',
	},
} as const satisfies Record<string, MeaningRow>;

/** A key of the table of meanings. */
export type ReplyMeaning = keyof typeof REPLY_MEANINGS;
