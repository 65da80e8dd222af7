import type { MailAccount } from '../../auth/mail-account';
import { parseAddressList, writeAddressList } from '../../message/addresses/address-list';
import { PARAMETER_NAMES } from '../../message/fields/parameter-problem';
import type { MailDraft } from '../shared/sending/mail-draft';
import { refuse } from '../shared/parameters/parameter-reader';
import { joinLists } from '../shared/parameters/text-list';
import { quoteOriginal } from './composing/quote-original';
import { replyRecipients } from './composing/reply-recipients';
import { replyReferences } from './composing/reply-references';
import { replySubject } from './composing/reply-subject';
import { HOW_TO_GET_ID, WHAT_IT_IS } from './originals/original-forms';
import type { OriginalMessage } from './originals/original-message';
import type { ReplyParameters } from './read-reply-parameters';

/** What the author of the workflow has to fill in, since the item does not hold it. */
function refuseMissing(original: OriginalMessage, parameter: string, what: string): never {
	const { form } = original;
	const isKnown = form !== 'plainFields';
	return refuse(
		parameter,
		isKnown
			? `The item is ${WHAT_IT_IS[form]}, which holds no ${what}.`
			: `The item holds no ${what}.`,
		isKnown
			? `Fill in "${parameter}", or let the step before give the whole message (docs/reply.md).`
			: `Fill in "${parameter}", or put a step before this one that gives a message, e.g. Email Trigger (IMAP), or the fields from, subject and messageId.`,
	);
}

function addressesOf(text: string): readonly string[] {
	const parsed = parseAddressList(text, PARAMETER_NAMES.fromEmail);
	return parsed.ok ? parsed.value.map(({ address }) => address) : [];
}

function subjectOf(original: OriginalMessage): string {
	const { subject, form } = original;
	// A mail without a subject has none; anything else must say what the answer is about.
	const mayBeMissing = !['plainFields', 'statusItem', 'imapRaw'].includes(form);
	if (subject === undefined && !mayBeMissing) return refuseMissing(original, 'Subject', 'subject');
	return replySubject(subject ?? '');
}

/** Tells of the people that the reply should go to, but whose addresses cannot be read. */
function warnOfUnreadable({ unreadable }: OriginalMessage, isToGiven: boolean, isToAll: boolean) {
	return unreadable
		.filter((name) => (name === 'replyTo' ? !isToGiven : isToAll))
		.map((name) => {
			const instead = name === 'replyTo' ? 'to the sender' : 'without them';
			return `The addresses in "${name}" of the original cannot be read. The reply goes ${instead}.`;
		});
}

/**
 * Makes the answer to a message: recipients, subject and thread from the original where the
 * parameters leave them open.
 *
 * @param timeZone IANA name, for the time above the quote
 * @throws ParameterError naming what the item does not hold
 */
export function composeReply(
	original: OriginalMessage,
	{ mail, fields, quoteOriginal: isQuoted, replyAll, ...options }: ReplyParameters,
	account: MailAccount,
	timeZone: string,
): MailDraft {
	// An address that gets the reply as Cc anyway need not join a second time.
	const own = [...addressesOf(mail.fromEmail), account.user, ...addressesOf(fields.ccEmail)];
	const { to, cc } = replyRecipients(original, {
		replyAll,
		own,
		instead: mail.toEmail.trim() === '' ? undefined : addressesOf(mail.toEmail),
	});
	const toEmail = joinLists(mail.toEmail, writeAddressList(to));
	if (toEmail === '') return refuseMissing(original, PARAMETER_NAMES.toEmail, 'sender to answer');
	const { messageId, references: thread } = original;
	const hasOwnThread = fields.inReplyTo !== '' || fields.references !== '';
	return {
		...options,
		appendAttribution: options.appendAttribution ?? true,
		fields: {
			...mail,
			...fields,
			toEmail,
			ccEmail: joinLists(fields.ccEmail, writeAddressList(cc)),
			subject: mail.subject.trim() === '' ? subjectOf(original) : mail.subject,
			inReplyTo: hasOwnThread ? fields.inReplyTo : (messageId ?? ''),
			references: hasOwnThread ? fields.references : replyReferences(thread, messageId).join(' '),
			autoSubmitted: 'auto-replied',
			headers: fields.headers.filter(({ name }) => !/^\s*auto-submitted\s*$/i.test(name)),
		},
		quote: isQuoted ? quoteOriginal(original, timeZone) : undefined,
		warnings: [
			...options.warnings,
			...warnOfUnreadable(original, mail.toEmail.trim() !== '', replyAll),
			...(messageId !== undefined || hasOwnThread
				? []
				: [
						`The item holds no Message-ID of the original, so mail programs may not show the reply in its thread. ${HOW_TO_GET_ID[original.form]}`,
					]),
		],
	};
}
