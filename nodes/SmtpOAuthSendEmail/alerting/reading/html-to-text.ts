import { decodeEntities } from '../../untrusted/html-text';

/** Tags as they stand in n8n's descriptions; an address in angle brackets is none. */
const TAG =
	/<\/?(?:a|b|br|center|code|div|em|h[1-6]|hr|i|li|ol|p|pre|small|span|strong|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]{0,500})?\/?>/gi;
const LINK = /<a\s[^<>]{0,300}?href=["']([^"'<>]{1,500})["'][^<>]{0,300}>([^<>]{0,300})<\/a>/gi;
const LINE_END = /<(?:br\s*\/?|\/(?:center|div|h[1-6]|li|p|pre|tr))>/gi;

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
	return decodeEntities(withoutTags).trim();
}
