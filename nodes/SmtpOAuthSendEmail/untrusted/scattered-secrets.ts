import { BASE64_CHARACTER, type SecretForms } from './secret-forms';
import { REDACTED } from './secret-patterns';

/** Shorter ones would be found in the letters of neighbouring words. */
const MIN_SCATTERED_LENGTH = 16;

/** What may stand between two parts of a secret: the beginning of a reply's next line, or blanks. */
const SEPARATOR =
	/\r?\n[2-5]\d\d(?:[ -]#?[245]\.\d{1,3}\.\d{1,3}(?= )|(?=[ -]))[ -]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/** A part of a text, up to and without `end`. */
interface Span {
	readonly start: number;
	readonly end: number;
}

/** A run of base64 holds other parts of the secret around what was found of it. */
function widen(text: string, { start, end }: Span): Span {
	let from = start;
	let to = end;
	while (from > 0 && BASE64_CHARACTER.test(text.charAt(from - 1))) from -= 1;
	while (to < text.length && BASE64_CHARACTER.test(text.charAt(to))) to += 1;
	return { start: from, end: to };
}

/**
 * Removes the secrets that a text holds in parts, over several lines of a reply (RFC 5321
 * §4.2.1) or with blanks within, in whatever form. Forms of fewer than 16 characters are left alone.
 */
export function redactScattered(text: string, { written, base64 }: SecretForms): string {
	const isSought = ({ length }: string): boolean =>
		length >= MIN_SCATTERED_LENGTH && length <= text.length;
	const sought = [
		...written.filter(isSought).map((form) => ({ form, isBase64: false })),
		...base64.filter(isSought).map((form) => ({ form, isBase64: true })),
	];
	if (sought.length === 0) return text;
	let dense = '';
	const positions: number[] = [];
	let at = 0;
	const keepUntil = (end: number): void => {
		dense += text.slice(at, end);
		for (; at < end; at += 1) positions.push(at);
	};
	for (const separator of text.matchAll(SEPARATOR)) {
		keepUntil(separator.index);
		at = separator.index + separator[0].length;
	}
	keepUntil(text.length);

	const spans: Span[] = [];
	for (const { form, isBase64 } of sought) {
		for (
			let found = dense.indexOf(form);
			found !== -1;
			found = dense.indexOf(form, found + form.length)
		) {
			const start = positions[found] ?? 0;
			const span = { start, end: (positions[found + form.length - 1] ?? start) + 1 };
			spans.push(isBase64 ? widen(text, span) : span);
		}
	}
	let result = '';
	let copied = 0;
	for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
		if (start >= copied) result += text.slice(copied, start) + REDACTED;
		copied = Math.max(copied, end);
	}
	return result + text.slice(copied);
}
