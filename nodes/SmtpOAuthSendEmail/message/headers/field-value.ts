import { encodeAddresses } from './address-header';
import { encodeAsWords, isPlainHeaderText } from './header-text';
import { parseAddressEntries } from '../addresses/address-list';

/** Fields that hold addresses (RFC 8098 §2.1, RFC 5322 §3.6.6, and what mail programs have added). */
const ADDRESS_FIELD =
	/^(?:disposition-notification-to|return-receipt-to|errors-to|mail-(?:followup|reply)-to|x-confirm-reading-to|resent-(?:from|to|cc|bcc|sender|reply-to)|x-(?:from|sender|reply-to|(?:original-|envelope-|forwarded-)?(?:from|to|cc)))$/i;

/** A part in angle brackets that can stand as it is: an address, an identifier, a URI. */
const ANGLE_PART = /^<[\x21-\x3b\x3d\x3f-\x7e]*>$/;

/** The only part in angle brackets of a value, if it stands at an end of it, and the words beside it. */
function splitAtAngle(
	value: string,
): { words: string; angle: string; isLast: boolean } | undefined {
	const start = value.indexOf('<');
	const end = value.indexOf('>') + 1;
	if (start < 0 || start !== value.lastIndexOf('<') || end !== value.lastIndexOf('>') + 1) {
		return undefined;
	}
	const angle = value.slice(start, end);
	const words = value.slice(0, start) + value.slice(end);
	const isLast = end === value.length && /^\s$/.test(value.charAt(start - 1));
	const isFirst = start === 0 && /^\s$/.test(value.charAt(end));
	return (isFirst || isLast) && ANGLE_PART.test(angle)
		? { words: words.trim(), angle, isLast }
		: undefined;
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

/**
 * The value of a header field of the author's as it may stand in a header, unfolded. ASCII stays as
 * it is. Other text becomes encoded-words (RFC 2047), but not what stands in angle brackets: in
 * `List-Id: Köln <list.example.com>` a program has to find the identifier (RFC 2919 §3).
 *
 * @param value in one line
 */
export function encodeFieldValue(name: string, value: string): string {
	if (isPlainHeaderText(value)) return value;
	const isAddressField = ADDRESS_FIELD.test(name);
	const asAddresses = isAddressField ? encodeAddressField(value) : undefined;
	if (asAddresses !== undefined) return asAddresses;
	const parts = splitAtAngle(value);
	if (parts === undefined) return encodeAsWords(value);
	const { words, angle, isLast } = parts;
	const phrase = isAddressField || /^list-/i.test(name) ? withoutQuotes(words) : words;
	return isLast ? `${encodeAsWords(phrase)} ${angle}` : `${angle} ${encodeAsWords(phrase)}`;
}
