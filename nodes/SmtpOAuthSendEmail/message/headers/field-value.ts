import { encodeAddresses } from './address-header';
import { encodeAsWords, isPlainHeaderText } from './header-text';
import { parseAddressEntries } from '../addresses/address-list';

/** Fields that hold addresses (RFC 8098 §2.1, RFC 5322 §3.6.6, and what mail programs have added). */
const ADDRESS_FIELD =
	/^(?:disposition-notification-to|return-receipt-to|errors-to|mail-(?:followup|reply)-to|x-confirm-reading-to|resent-(?:from|to|cc|bcc|sender|reply-to)|x-(?:from|sender|reply-to|(?:original-|envelope-|forwarded-)?(?:from|to|cc)))$/i;

/** Those whose URIs stand in angle brackets (RFC 2369 §2). */
const LIST_FIELD = /^list-(?:unsubscribe|subscribe|help|post|owner|archive)$/i;

/** Parts in angle brackets that can stand as they are (addresses, identifiers, URIs), with the words between them. */
const ANGLE_PARTS = /(?:^|(?<=[\s,]))(<[\x21-\x3b\x3d\x3f-\x7e]*>)(?=[\s,]|$)/;

/** A URI as a header has it: characters outside ASCII percent-encoded (RFC 3986 §2.5), a domain as A-labels. */
function encodeUri(uri: string): string {
	if (/^https?:/i.test(uri) && URL.canParse(uri)) return new URL(uri).href;
	return uri.replace(/[^\0-\x7f]+/g, (text) => encodeURIComponent(Buffer.from(text).toString()));
}

/** The value of an address field with its phrases encoded (RFC 2047 §5 (3)); `undefined` if it is none. */
function encodeAddressField(value: string): string | undefined {
	const entries = parseAddressEntries(value, '');
	if (!entries.ok || entries.value.length === 0) return undefined;
	const encoded = encodeAddresses(entries.value);
	return isPlainHeaderText(encoded) ? encoded : undefined;
}

/** Encoded-words may not stand within quotes, so that a phrase loses its own. */
function withoutQuotes(phrase: string): string {
	return /^"(?:[^"\\]|\\.)*"$/.test(phrase) ? phrase.slice(1, -1).replace(/\\(.)/g, '$1') : phrase;
}

/** Words beside parts in angle brackets, with the spaces around them. */
function encodeWords(text: string, isPhrase: boolean): string {
	const words = text.trim();
	if (isPlainHeaderText(words)) return text;
	const start = text.indexOf(words);
	const encoded = encodeAsWords(isPhrase ? withoutQuotes(words) : words);
	return `${text.slice(0, start)}${encoded}${text.slice(start + words.length)}`;
}

/**
 * The value of a header field of the author's as it may stand in a header, unfolded. ASCII stays as
 * it is, but for the angle brackets around a link of a list. Other text becomes encoded-words (RFC 2047), but not what stands in angle brackets: in
 * `List-Id: Köln <list.example.com>` a program has to find the identifier (RFC 2919 §3).
 *
 * @param value in one line
 */
export function encodeFieldValue(name: string, value: string): string {
	if (LIST_FIELD.test(name) && /^(?:https?|mailto):[\x21-\x3b\x3d\x3f-\x7e]+$/i.test(value)) {
		return `<${value}>`;
	}
	if (isPlainHeaderText(value)) return value;
	const isAddressField = ADDRESS_FIELD.test(name);
	const asAddresses = isAddressField ? encodeAddressField(value) : undefined;
	if (asAddresses !== undefined) return asAddresses;
	const isListField = /^(?:list-|archived-at$)/i.test(name);
	const spaced = isListField
		? value
				.replace(/([^\s,<>])</g, '$1 <')
				.replace(/<([a-z]{1,20}:[^<>]*)>/gi, (_whole, uri: string) => `<${encodeUri(uri)}>`)
		: value;
	return spaced
		.split(ANGLE_PARTS)
		.map((part, index) =>
			index % 2 === 1 ? part : encodeWords(part, isAddressField || isListField),
		)
		.join('');
}
