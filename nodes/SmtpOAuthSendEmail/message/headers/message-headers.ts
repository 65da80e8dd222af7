import { encodeAddresses } from './address-header';
import { flattenEntries, type AddressEntry } from '../addresses/address-list';
import { encodeHeaderText, foldHeader } from './header-text';
import { parseCustomHeaders, type HeaderField } from './custom-headers';
import { parseListUnsubscribe } from './list-unsubscribe';
import { parseMessageIdList } from './message-ids';
import { PARAMETER_NAMES, type Parsed } from '../fields/parameter-problem';
import { joinLines } from '../fields/pasted-text';
import type { MessageAddresses } from '../addresses/message-addresses';
import type { MessageFields } from '../fields/message-fields';
import { succeed } from '../../result/result';

// What nodemailer, and so n8n's Send Email, sets for them; nothing for a normal one
const PRIORITY_HEADERS = {
	high: [
		{ name: 'X-Priority', value: '1 (Highest)' },
		{ name: 'X-MSMail-Priority', value: 'High' },
		{ name: 'Importance', value: 'High' },
	],
	normal: [],
	low: [
		{ name: 'X-Priority', value: '5 (Lowest)' },
		{ name: 'X-MSMail-Priority', value: 'Low' },
		{ name: 'Importance', value: 'Low' },
	],
} as const;

function addressFields(addresses: MessageAddresses, hasEnvelope: boolean): HeaderField[] {
	const { from, sender, replyTo } = addresses;
	// Who reads the recipients from the header may not look into groups, nor take an empty one.
	const named = (list: readonly AddressEntry[]): string =>
		encodeAddresses(hasEnvelope ? list : flattenEntries(list));
	return [
		{ name: 'From', value: encodeAddresses(from) },
		{ name: 'Sender', value: sender === undefined ? '' : encodeAddresses([sender]) },
		{ name: 'Reply-To', value: encodeAddresses(replyTo) },
		{ name: 'To', value: named(addresses.to) },
		{ name: 'Cc', value: named(addresses.cc) },
		{ name: 'Bcc', value: hasEnvelope ? '' : named(addresses.bcc) },
	];
}

function threadFields(fields: MessageFields): Parsed<HeaderField[]> {
	const parents = parseMessageIdList(fields.inReplyTo, PARAMETER_NAMES.inReplyTo);
	if (!parents.ok) return parents;
	const ancestors = parseMessageIdList(fields.references, PARAMETER_NAMES.references);
	if (!ancestors.ok) return ancestors;
	// RFC 5322 §3.6.4: without the parent's own References, its Message-ID is the whole of them
	const references = ancestors.value.length > 0 ? ancestors.value : parents.value;
	return succeed([
		{ name: 'In-Reply-To', value: parents.value.join(' ') },
		{ name: 'References', value: references.join(' ') },
	]);
}

/**
 * Writes every header field of a message but those of MIME, Date and Message-ID, which its
 * composer adds. Fails with the first field that cannot stand in a header.
 *
 * @param hasEnvelope whether the recipients travel beside the header; if not, Bcc stands in it
 */
export function writeHeaderBlock(
	fields: MessageFields,
	addresses: MessageAddresses,
	hasEnvelope: boolean,
): Parsed<string> {
	const subject = joinLines(fields.subject, PARAMETER_NAMES.subject);
	if (!subject.ok) return subject;
	const thread = threadFields(fields);
	if (!thread.ok) return thread;
	const unsubscribe = parseListUnsubscribe(fields.listUnsubscribe);
	if (!unsubscribe.ok) return unsubscribe;
	const custom = parseCustomHeaders(fields);
	if (!custom.ok) return custom;
	const block = [
		...addressFields(addresses, hasEnvelope),
		{ name: 'Subject', value: encodeHeaderText(subject.value) },
		...thread.value,
		...PRIORITY_HEADERS[fields.priority ?? 'normal'],
		...unsubscribe.value,
		{ name: 'Auto-Submitted', value: fields.autoSubmitted ?? '' },
		...custom.value,
	]
		.filter(({ value }) => value !== '')
		.map(({ name, value }) => foldHeader(name, value));
	return succeed(block.join(''));
}
