import { REDACTED } from './secret-patterns';

/** Shorter ones would be found in the letters of neighbouring words. */
const MIN_SCATTERED_LENGTH = 16;

/** What may stand between two parts of a secret: the beginning of a reply's next line, or blanks. */
const SEPARATOR =
	/\r?\n[2-5]\d\d(?:[ -]#?[245]\.\d{1,3}\.\d{1,3}(?= )|(?=[ -]))[ -]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/**
 * Removes the secrets that a text holds in parts, over several lines of a reply (RFC 5321
 * §4.2.1) or with blanks within. Secrets of fewer than 16 characters are left alone.
 */
export function redactScattered(text: string, secrets: readonly string[]): string {
	const sought = secrets
		.map((secret) => secret.trim())
		.filter(({ length }) => length >= MIN_SCATTERED_LENGTH && length <= text.length);
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

	const spans: { readonly start: number; readonly end: number }[] = [];
	for (const secret of sought) {
		for (
			let found = dense.indexOf(secret);
			found !== -1;
			found = dense.indexOf(secret, found + secret.length)
		) {
			const start = positions[found] ?? 0;
			spans.push({ start, end: (positions[found + secret.length - 1] ?? start) + 1 });
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
