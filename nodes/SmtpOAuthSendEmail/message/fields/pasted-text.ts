import { refuse, showValue, type Parsed, type Refusal } from './parameter-problem';
import { succeed } from '../../result/result';

// What copying leaves around a text: white space of any kind, line breaks, the byte order mark,
// zero-width spaces, letters that show nothing and the marks of writing direction. The two joiners are not among them:
// Persian and Indic scripts write with them.
const EDGE =
	/[\s\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u2800\u3164\ufeff\uffa0]/;
const LINE_BREAK = /\r\n|\r|\n/;
// Those of word processors and of Unicode (UAX #14)
const OTHER_LINE_BREAK = /[\v\f\u0085\u2028\u2029]+/g;

// Fields of RFC 5322, MIME, lists and mail servers. A line of prose such as `Cause: …` is not one
const HEADER_LINE =
	/^(?:from|to|b?cc|subject|date|sender|reply-to|message-id|in-reply-to|references|mime-version|return-path|received|dkim-signature|authentication-results|disposition-notification-to|return-receipt-to|errors-to|auto-submitted|precedence|priority|importance|(?:x|content|list|resent|arc)-[\w-]+)[ \t]*:/i;

/** Whether a character is what copying leaves around a text: a space, a line break or an invisible mark. */
export function isEdgeCharacter(character: string): boolean {
	return EDGE.test(character);
}

/** The text without the spaces, line breaks and invisible marks at its ends. Linear, unlike a regular expression. */
export function trimPasted(text: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && isEdgeCharacter(text.charAt(start))) start++;
	while (end > start && isEdgeCharacter(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}

/** Whether nothing of a text is left when its spaces and invisible marks are taken away. */
export function isBlank(text: string): boolean {
	return trimPasted(text) === '';
}

/** The words of a text: what stands between spaces, line breaks and invisible marks. */
export function splitWords(text: string): string[] {
	return text.split(EDGE).filter((word) => word !== '');
}

/** A text's lines, with every kind of line end. */
export function splitLines(text: string): string[] {
	return text.split(LINE_BREAK);
}

/**
 * The refusal of a text one of whose lines, the first left out, would begin a header field of its
 * own (RFC 5322 §2.2); `undefined` for any other text.
 *
 * @param remedy how to correct the parameter, in a sentence
 */
export function refuseHeaderLine(
	text: string,
	parameter: string,
	remedy: string,
): Refusal | undefined {
	const [, ...others] = splitLines(text);
	const headerLine = others.find((line) => HEADER_LINE.test(line));
	if (headerLine === undefined) return undefined;
	return refuse(
		parameter,
		`contains a line break, and the line after it looks like a header: ${showValue(headerLine)}`,
		remedy,
	);
}

/** Angle brackets that HTML or JSON has escaped. */
export function unescapeAngles(text: string): string {
	return text.replace(/&lt;|\\u003c/gi, '<').replace(/&gt;|\\u003e/gi, '>');
}

// Templates of other programs have no $
const EXPRESSION = /\{\{\s{0,99}\$(?:\(|json|node|input|item|binary|now|today|workflow|execution)/;

/** Whether a text holds an expression of n8n's, which nothing has evaluated. */
export function hasExpression(text: string): boolean {
	return EXPRESSION.test(text);
}

/** The refusal of a text that holds an expression; `undefined` for any other text. */
export function refuseExpressionText(text: string, parameter: string): Refusal | undefined {
	if (!hasExpression(text)) return undefined;
	return refuse(
		parameter,
		`holds an expression as text: ${showValue(text)}`,
		'Switch the field from Fixed to Expression.',
	);
}

const ONE_LINE = 'Remove it: only a single line of text can stand here.';

/**
 * A text that has to stand in one line: the spaces, line breaks and invisible marks at its ends go,
 * and its lines become one, joined by a space (RFC 5322 §2.2.3). Refuses a NUL, and a line that
 * looks like a header field: its author meant to add one.
 */
export function joinLines(text: string, parameter: string): Parsed<string> {
	const trimmed = trimPasted(text.replace(OTHER_LINE_BREAK, '\n'));
	if (trimmed.includes('\0')) {
		return refuse(parameter, `contains a NUL character: ${showValue(trimmed)}`, ONE_LINE);
	}
	const refusal = refuseHeaderLine(trimmed, parameter, ONE_LINE);
	if (refusal !== undefined) return refusal;
	const lines = splitLines(trimmed).map((line) => line.trim());
	return succeed(lines.filter((line) => line !== '').join(' '));
}
