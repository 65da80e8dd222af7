const REPLACEMENTS: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/**
 * What HTML cannot carry even as a character reference (HTML Living Standard, §13.2.3.5): NUL, other
 * control characters and halves of surrogate pairs.
 */
const UNFIT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Cs}/gu;

/** Text as HTML shows it, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
	return text
		.replace(UNFIT, '\ufffd')
		.replace(/[&<>"']/g, (character) => REPLACEMENTS[character] ?? '');
}

/** Text as HTML shows it, with its line breaks. For elements only. */
export function escapeLines(text: string): string {
	return escapeHtml(text).replace(/\r\n?|\n/g, '<br>');
}
