import { htmlToText as pageToText } from '../../message/content/html-to-text';
import { htmlToText } from './html-to-text';

/** A whole HTML document, or its beginning, as proxies and gateways answer with in place of an API. */
const PAGE = /<(?:!doctype\s+html|html|head|body)\b[\s\S]*?(?:<\/html\s*>|$)/i;

const TITLE = /<title\b[^<>]*>([^<]*)/i;

/** The beginning or the end of an element of HTML. A `<word>` that is never closed may be anything. */
const TAG =
	/<(\/?)(a|b|center|code|div|em|h[1-6]|i|li|ol|p|pre|small|span|strong|table|td|u|ul)(?:\s[^<>]*)?>/gi;

function hasElement(text: string): boolean {
	const opened = new Set<string>();
	for (const [, slash, name = ''] of text.matchAll(TAG)) {
		if (slash === '') opened.add(name.toLowerCase());
		else if (opened.has(name.toLowerCase())) return true;
	}
	return /<br\s*\/?>/i.test(text);
}

/** Line ends and quotes of a text that was put into another one as JSON. */
function unescapeJson(text: string): string {
	if (!/\\[nr"]/.test(text)) return text;
	return text
		.replace(/(?:\\r)?\\n|\\r/g, '\n')
		.replace(/\\([t"'/])/g, (_whole, character: string) => (character === 't' ? ' ' : character));
}

/** What a page says; its title where it says nothing else, or was cut before that. */
function readPage(page: string): string {
	const html = unescapeJson(page);
	const text = pageToText(html);
	return text === '' ? pageToText(TITLE.exec(html)?.[1] ?? '') : text;
}

/** What an HTML text of an error says; a page within other words stands among them. */
export function wordsOfHtml(html: string): string {
	const page = PAGE.exec(html);
	if (page === null) return htmlToText(html);
	const after = html.slice(page.index + page[0].length).replace(/^(?:\\[nr]|\s)+/, '');
	const words = `${html.slice(0, page.index)}${readPage(page[0])}${after}`;
	return words.trim() === '' ? html : words;
}

/** A text of an error as people read it: what HTML in it says. A text without HTML stays as it is. */
export function wordsOf(text: string): string {
	return PAGE.test(text) || hasElement(text) ? wordsOfHtml(text) : text;
}
