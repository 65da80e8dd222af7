const ENTITIES: ReadonlyMap<string, string> = new Map([
	['lt', '<'],
	['gt', '>'],
	['amp', '&'],
	['quot', '"'],
	['apos', "'"],
	['nbsp', ' '],
]);

function characterOf(whole: string, name: string): string {
	const known = ENTITIES.get(name.toLowerCase());
	if (known !== undefined) return known;
	const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
	const code = hex === undefined ? Number(decimal ?? NaN) : Number.parseInt(hex, 16);
	const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
	return isCharacter ? String.fromCodePoint(code) : whole;
}

/** Replaces the character references of HTML, each once: `&amp;lt;` becomes `&lt;`. */
export function unescapeHtml(text: string): string {
	return text.replace(/&(#?\w{1,8});/g, (whole, name: string) => characterOf(whole, name));
}

/** Tags as they stand in n8n's descriptions; an address in angle brackets is none. */
const TAG =
	/<\/?(?:a|b|br|code|div|em|i|li|ol|p|pre|small|span|strong|u|ul)(?:\s[^<>]{0,500})?\/?>/gi;
const LINK = /<a\s[^<>]{0,300}?href=["']([^"'<>]{1,500})["'][^<>]{0,300}>([^<>]{0,300})<\/a>/gi;
const LINE_END = /<(?:br\s*\/?|\/p|\/li|\/div)>/gi;

/**
 * The text of a description that n8n shows as HTML: a link as its words and its address, other tags
 * left out, character references replaced. A text without HTML stays as it is.
 */
export function htmlToText(html: string): string {
	const withoutTags = html
		.replace(LINK, (_whole, address: string, words: string) =>
			words === address || words === '' ? address : `${words} (${address})`,
		)
		.replace(LINE_END, '\n')
		.replace(TAG, '');
	return unescapeHtml(withoutTags).trim();
}
