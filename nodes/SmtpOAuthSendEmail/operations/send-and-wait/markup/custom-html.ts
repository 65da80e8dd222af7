import { escapeHtml } from '../../../untrusted/html-text';

/** Elements that an author's HTML may have. What loads anything is not among them. */
const ELEMENTS: ReadonlySet<string> = new Set(
	'a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup table tbody td tfoot th thead tr u ul'.split(
		' ',
	),
);

/** The attributes that they may have. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
	a: ['href'],
	td: ['colspan', 'rowspan'],
	th: ['colspan', 'rowspan', 'scope'],
};

const VOID = new Set(['br', 'hr']);

/** Elements whose content is no text for readers. */
const WITH_CONTENT =
	/<(script|style|template|iframe|noscript|title|textarea|select|svg|math)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;

const COMMENT = /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*(?:>|$)/g;

const TAG = /<(\/?)([a-z][a-z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;

const ATTRIBUTE = /([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

/** A character reference, which is to stay one. */
const REFERENCE = /&amp;(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});/gi;

/** Text between tags: escaped, but for the character references that it has. */
function textOf(piece: string): string {
	return escapeHtml(piece).replace(REFERENCE, '&$1;');
}

function isAllowed(name: string, value: string): boolean {
	return name !== 'href' || /^(?:https?:\/\/|mailto:)/i.test(value.trim());
}

function openingTag(element: string, attributes: string): string {
	const kept: string[] = [];
	for (const [, name = '', double, single, bare] of attributes.matchAll(ATTRIBUTE)) {
		const attribute = name.toLowerCase();
		const value = double ?? single ?? bare ?? '';
		if (ATTRIBUTES[element]?.includes(attribute) !== true || !isAllowed(attribute, value)) continue;
		kept.push(` ${attribute}="${textOf(value)}"`);
	}
	const rel = element === 'a' ? ' target="_blank" rel="noopener noreferrer"' : '';
	return `<${element}${kept.join('')}${rel}>`;
}

/**
 * An author's HTML, reduced to text, its structure and links: no scripts, styles, frames, images or
 * form controls, every element closed. Pictures go because the pages load nothing from anywhere.
 */
export function sanitizeHtml(html: string): string {
	const source = html.replace(COMMENT, '').replace(WITH_CONTENT, '');
	const open: string[] = [];
	let out = '';
	let from = 0;
	for (const match of source.matchAll(TAG)) {
		const [whole, slash = '', name = '', attributes = ''] = match;
		out += textOf(source.slice(from, match.index));
		from = match.index + whole.length;
		const element = name.toLowerCase();
		if (!ELEMENTS.has(element)) continue;
		if (slash === '') {
			out += openingTag(element, attributes);
			if (!VOID.has(element)) open.push(element);
		} else if (open.includes(element)) {
			for (let last = open.pop(); last !== undefined; last = open.pop()) {
				out += `</${last}>`;
				if (last === element) break;
			}
		}
	}
	out += textOf(source.slice(from));
	return (
		out +
		open
			.reverse()
			.map((element) => `</${element}>`)
			.join('')
	);
}
