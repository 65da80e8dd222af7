import {
	flattenEntries,
	parseAddressEntries,
	parseAddressList,
	type AddressEntry,
	type Mailbox,
} from './address-list';
import { PARAMETER_NAMES, refuse, showValue, type Parsed } from '../fields/parameter-problem';
import { isBlank } from '../fields/pasted-text';
import type { Envelope } from '../fields/envelope';
import type { MessageFields } from '../fields/message-fields';
import { succeed } from '../../result/result';

/** All addresses of a message, checked, and the envelope that follows from them. */
export interface MessageAddresses {
	readonly from: readonly Mailbox[];
	/** Only where the header is needed: not when it would repeat a single From (RFC 5322 §3.6.2). */
	readonly sender?: Mailbox;
	readonly replyTo: readonly AddressEntry[];
	readonly to: readonly AddressEntry[];
	readonly cc: readonly AddressEntry[];
	/** In the header only where there is no envelope. */
	readonly bcc: readonly AddressEntry[];
	readonly envelope: Envelope;
	/** Every address once, those that only a header has included. */
	readonly all: readonly string[];
}

function parseFrom(fields: Pick<MessageFields, 'fromEmail' | 'user'>): Parsed<Mailbox[]> {
	const isGiven = !isBlank(fields.fromEmail);
	const given = isGiven ? fields.fromEmail : fields.user;
	const parsed = parseAddressList(given, PARAMETER_NAMES.fromEmail);
	if (parsed.ok && parsed.value.length > 0) return parsed;
	if (!isGiven) {
		return refuse(
			PARAMETER_NAMES.fromEmail,
			`is empty, and the credential's user ${showValue(fields.user)} is not an address`,
			'Fill it in, e.g. "Your Name" <you@example.com>.',
		);
	}
	if (!parsed.ok) return parsed;
	return refuse(
		PARAMETER_NAMES.fromEmail,
		`is ${showValue(fields.fromEmail)}, which holds no address`,
		'Give one address, or leave it empty to use the mailbox of the credential.',
	);
}

function parseSender(fields: MessageFields, from: readonly Mailbox[]): Parsed<Mailbox | undefined> {
	if (isBlank(fields.sender)) {
		if (from.length <= 1) return succeed(undefined);
		return refuse(
			PARAMETER_NAMES.fromEmail,
			`has ${from.length} addresses, and it is not clear which of them sends`,
			`Give the address that sends in ${PARAMETER_NAMES.sender}, or give a single address here.`,
		);
	}
	const parsed = parseAddressList(fields.sender, PARAMETER_NAMES.sender);
	if (!parsed.ok) return parsed;
	const [sender, ...others] = parsed.value;
	if (sender !== undefined && others.length === 0) return succeed(sender);
	return refuse(
		PARAMETER_NAMES.sender,
		`is ${showValue(fields.sender)}, which is not exactly one address`,
		'Give one address.',
	);
}

function parseRecipients(
	fields: MessageFields,
): Parsed<{ to: AddressEntry[]; cc: AddressEntry[]; bcc: AddressEntry[] }> {
	if (isBlank(fields.toEmail)) {
		return refuse(
			PARAMETER_NAMES.toEmail,
			'is empty',
			`Fill in a recipient; if all of them are in BCC Email, write undisclosed-recipients:; here.`,
		);
	}
	const to = parseAddressEntries(fields.toEmail, PARAMETER_NAMES.toEmail);
	if (!to.ok) return to;
	const cc = parseAddressEntries(fields.ccEmail, PARAMETER_NAMES.ccEmail);
	if (!cc.ok) return cc;
	const bcc = parseAddressEntries(fields.bccEmail, PARAMETER_NAMES.bccEmail);
	if (!bcc.ok) return bcc;
	if ([to, cc, bcc].every(({ value }) => flattenEntries(value).length === 0)) {
		return refuse(
			PARAMETER_NAMES.toEmail,
			`is ${showValue(fields.toEmail)}, which holds no address, and there is no other recipient`,
			'Fill in at least one recipient.',
		);
	}
	if (to.value.length === 0) {
		return refuse(
			PARAMETER_NAMES.toEmail,
			`is ${showValue(fields.toEmail)}, which holds no address`,
			'Fill in a recipient, or write undisclosed-recipients:; to name none.',
		);
	}
	return succeed({ to: to.value, cc: cc.value, bcc: bcc.value });
}

function addressesOf(entries: readonly AddressEntry[]): string[] {
	return flattenEntries(entries).map(({ address }) => address);
}

/**
 * Reads all address fields of a message and makes its envelope: MAIL FROM is the sender, else the
 * first From; RCPT TO is each of To, Cc and Bcc once (local parts compared exactly, since only
 * their own server may do otherwise: RFC 5321 §2.4).
 */
export function parseMessageAddresses(fields: MessageFields): Parsed<MessageAddresses> {
	const from = parseFrom(fields);
	if (!from.ok) return from;
	const sender = parseSender(fields, from.value);
	if (!sender.ok) return sender;
	const replyTo = parseAddressEntries(fields.replyTo, PARAMETER_NAMES.replyTo);
	if (!replyTo.ok) return replyTo;
	const recipients = parseRecipients(fields);
	if (!recipients.ok) return recipients;
	const { to, cc, bcc } = recipients.value;
	const envelopeTo = [...new Set(addressesOf([...to, ...cc, ...bcc]))];
	const envelopeFrom = (sender.value ?? from.value[0])?.address ?? '';
	const isSenderNeeded = from.value.length > 1 || from.value[0]?.address !== envelopeFrom;
	return succeed({
		from: from.value,
		...(sender.value !== undefined && isSenderNeeded ? { sender: sender.value } : {}),
		replyTo: replyTo.value,
		...recipients.value,
		envelope: { from: envelopeFrom, to: envelopeTo },
		all: [envelopeFrom, ...addressesOf(from.value), ...envelopeTo, ...addressesOf(replyTo.value)],
	});
}

/**
 * The one address of From Email, or the credential's user where that is empty: what MAIL FROM would
 * carry. Fails where there are several.
 */
export function parseSingleFrom(fields: Pick<MessageFields, 'fromEmail' | 'user'>): Parsed<string> {
	const from = parseFrom(fields);
	if (!from.ok) return from;
	const [mailbox, ...others] = from.value;
	if (mailbox !== undefined && others.length === 0) return succeed(mailbox.address);
	return refuse(
		PARAMETER_NAMES.fromEmail,
		`has ${from.value.length} addresses, and one sender is checked at a time`,
		'Give a single address.',
	);
}
