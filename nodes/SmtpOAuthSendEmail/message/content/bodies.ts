import { htmlToText } from './html-to-text';
import { isBlank } from '../fields/pasted-text';
import type { MessageBodies } from './attribution';

/** What a message is to have: a text, an HTML, or both. */
export type BodyFormat = 'text' | 'html' | 'both';

/** How much HTML is read for the text version of a message, and how long that may be, in characters. */
const MAX_HTML = 500_000;
const MAX_TEXT = 50_000;

/**
 * The text version of a message in HTML, for readers without it; the addresses of its links stand in
 * it. Cut after 50,000 characters; empty where the HTML says nothing in words.
 */
function textVersion(html: string): string {
	const text = htmlToText(html.slice(0, MAX_HTML)).trim();
	const isWhole = html.length <= MAX_HTML && text.length <= MAX_TEXT;
	return isWhole || text === ''
		? text
		: `${text.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '')}\n\n[…]`;
}

/** What shows something without words. */
const PICTURE =
	/<(?:img|svg|video|audio|iframe|object|input|button|hr|table|v:)|background|url\(|cid:/i;
/** HTML without the code block that a language model puts it into. */
function withoutFence(html: string): string {
	const trimmed = html.trim();
	const isFenced = /^```(?:html)?[ \t]*\r?\n\s*</i.test(trimmed) && trimmed.endsWith('```');
	const code = trimmed.slice(trimmed.indexOf('\n') + 1, -3);
	return isFenced && !code.includes('```') ? code.trimEnd() : html;
}

/** Longer HTML is taken to show something. */
const MAX_EMPTY_HTML = 10_000;

/** Whether a reader of the HTML sees nothing: it is blank, or elements without words and pictures. */
function showsNothing(html: string): boolean {
	if (isBlank(html)) return true;
	return html.length <= MAX_EMPTY_HTML && !PICTURE.test(html) && isBlank(htmlToText(html));
}

/**
 * The bodies that a message gets. Of `both`, the empty half is left out: a mail program shows the last
 * one it can, and would show an empty mail. With `html`, a text stands beside it: the author's if there
 * is one, else one made of the HTML; without HTML the author's text is the message.
 *
 * @param text empty where there is none; so is `given`, the HTML
 */
export function chooseBodies(format: BodyFormat, text: string, given: string): MessageBodies {
	const html = withoutFence(given);
	switch (format) {
		case 'text':
			return { text };
		case 'both':
			if (isBlank(html)) return { text };
			if (isBlank(text)) return { html };
			return showsNothing(html) ? { text } : { text, html };
		case 'html': {
			if (!isBlank(text) && showsNothing(html)) return { text };
			if (isBlank(html)) return { html };
			const version = isBlank(text) ? textVersion(html) : text;
			return version === '' ? { html } : { text: version, html };
		}
		default: {
			const unknown: never = format;
			return unknown;
		}
	}
}
