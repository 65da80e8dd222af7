import { createRedaction } from '../../untrusted/redact';
import { toWellFormed } from '../../untrusted/well-formed';

const redaction = createRedaction([]);

/** How much of a text is searched for secrets; more than is shown, so that none is cut in two. */
const MAX_SEARCHED_LENGTH = 50_000;

/** Control characters but the line end, and marks that change the direction of writing. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text from outside: free of secrets, cut to so many lines and characters, its lines kept. */
export function showText(
	text: string,
	{ maxLines, maxLength }: { readonly maxLines: number; readonly maxLength: number },
): string {
	const redacted = redaction.redact(
		text.slice(0, MAX_SEARCHED_LENGTH).replace(/\r\n?/g, '\n').replaceAll('\t', '  '),
	);
	const lines = toWellFormed(redacted)
		.replace(UNPRINTABLE, '')
		.replace(/^(?: *\n)+|\s+$/g, '')
		.split('\n');
	const kept = lines.slice(0, maxLines).join('\n');
	const isCut = kept.length > maxLength || lines.length > maxLines;
	return isCut ? `${kept.slice(0, maxLength).trimEnd()} …` : kept;
}

/** A text from outside in one line: free of secrets, at most `max` characters. */
export function showLine(text: string, max: number): string {
	return redaction.quote(text.slice(0, MAX_SEARCHED_LENGTH), max);
}

/** The address, if mail clients may be led there; empty for all but http: and https:. */
export function webAddress(text: string): string {
	return /^https?:\/\/[^\s<>"'\\]{1,1000}$/i.test(text) ? text : '';
}
