import { encodeWord } from 'nodemailer/lib/mime-funcs';

// RFC 5322 §2.1.1: lines should have at most 78 characters and must not have more than 998
const PREFERRED_LINE_LENGTH = 76;
const LONGEST_UNENCODED_WORD = 900;
// RFC 2047 §2: an encoded-word has at most 75 characters; nodemailer subtracts its frame from this
const ENCODED_WORD_LENGTH = 52;

function splitBeforeSpaces(text: string): string[] {
	return text.match(/[ \t]*[^ \t]+/g) ?? [];
}

/** Whether text can stand in a header as it is: printable ASCII whose lines can be kept short. */
export function isPlainHeaderText(text: string): boolean {
	return (
		/^[\t\x20-\x7e]*$/.test(text) &&
		splitBeforeSpaces(text).every((word) => word.length <= LONGEST_UNENCODED_WORD)
	);
}

/** Turns any text into encoded-words (RFC 2047 §2), Q where letters prevail, else B. */
export function encodeAsWords(text: string): string {
	const letters = text.match(/[A-Za-z]/g)?.length ?? 0;
	return encodeWord(text, letters * 2 > text.length ? 'Q' : 'B', ENCODED_WORD_LENGTH);
}

/**
 * Encodes unstructured text so that readers show exactly what was written. Text that looks like an
 * encoded-word is encoded as well, so that it is shown and not decoded.
 */
export function encodeHeaderText(text: string): string {
	const trimmed = text.trim();
	return isPlainHeaderText(trimmed) && !trimmed.includes('=?') ? trimmed : encodeAsWords(trimmed);
}

/**
 * One header field, folded at white space (RFC 5322 §2.2.3), with the final CRLF. Unfolding gives
 * the value back exactly; no line consists of white space only. `value` is already encoded.
 */
export function foldHeader(name: string, value: string): string {
	const [first = '', ...words] = splitBeforeSpaces(` ${value.trim()}`);
	let line = `${name}:${first}`;
	let folded = '';
	for (const word of words) {
		if (line.length + word.length > PREFERRED_LINE_LENGTH) {
			folded += `${line}\r\n`;
			line = '';
		}
		line += word;
	}
	return `${folded}${line}\r\n`;
}
