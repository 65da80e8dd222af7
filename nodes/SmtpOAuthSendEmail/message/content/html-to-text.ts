import { decodeEntities } from '../../untrusted/html-text';

/** Elements whose content is not shown. */
const HIDDEN = new Set(['head', 'script', 'style', 'template', 'title', 'noscript']);

/** Elements that begin and end a line, or a paragraph. */
const LINES =
	/^(?:address|article|div|footer|header|main|section|form|d[ldt]|li|tr|table|t(?:body|head)|center|hr)$/;
const PARAGRAPHS = /^(?:p|h[1-6]|[uo]l|pre|blockquote)$/;

/** Writes the text: white space as HTML counts it, one blank line between paragraphs at most. */
class TextWriter {
	readonly #pieces: string[] = [];
	/** Line breaks owed before the next word. */
	#breaks = 0;
	#isSpaced = false;

	write(raw: string, isPreformatted = false): void {
		const text = decodeEntities(raw);
		if (!isPreformatted) {
			this.#append(text.replace(/\s+/g, ' '));
			return;
		}
		for (const [index, line] of text.split('\n').entries()) {
			if (index > 0) this.endLine();
			this.#append(line);
		}
	}

	#append(text: string): void {
		const words = text.trim();
		if (words === '') {
			this.#isSpaced ||= text !== '';
			return;
		}
		const isFirst = this.#pieces.length === 0;
		const needsSpace = this.#isSpaced || text.startsWith(' ');
		if (!isFirst)
			this.#pieces.push(this.#breaks > 0 ? '\n'.repeat(this.#breaks) : needsSpace ? ' ' : '');
		this.#pieces.push(words);
		this.#breaks = 0;
		this.#isSpaced = text.endsWith(' ');
	}

	/** Begins a new line, after the second time in a row a paragraph. */
	endLine(): void {
		this.#break(this.#breaks + 1);
	}

	/** @param breaks 1 begins a new line, 2 a paragraph */
	startBlock(breaks: number): void {
		this.#break(Math.max(this.#breaks, breaks));
	}

	#break(count: number): void {
		this.#breaks = Math.min(2, count);
		this.#isSpaced = false;
	}

	toString(): string {
		return this.#pieces.join('');
	}
}

/** The value of an attribute, as written; empty where the tag has none of that name. */
function attributeOf(tag: string, name: string): string {
	const value = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i');
	const [, double, single, bare] = value.exec(tag) ?? [];
	return double ?? single ?? bare ?? '';
}

/** What a tag begins and ends: its name in lower case, and whether it closes the element. */
interface Tag {
	readonly source: string;
	readonly name: string;
	readonly isEnd: boolean;
}

/** Reads HTML piece by piece into text. */
class HtmlReader {
	readonly #writer = new TextWriter();
	/** The element whose content is left out. */
	#hiddenBy: string | undefined;
	#preformatted = 0;
	/** A link that is open: where it leads, without `mailto:`, and what it shows. */
	#link: { readonly address: string; text: string } | undefined;

	text(raw: string): void {
		if (this.#hiddenBy !== undefined) return;
		if (this.#link !== undefined) this.#link.text += raw;
		this.#writer.write(raw, this.#preformatted > 0);
	}

	tag(tag: Tag): void {
		const { name, isEnd, source } = tag;
		if (this.#hiddenBy !== undefined) {
			if (isEnd && name === this.#hiddenBy) this.#hiddenBy = undefined;
			return;
		}
		if (PARAGRAPHS.test(name)) this.#writer.startBlock(2);
		else if (LINES.test(name)) this.#writer.startBlock(1);
		if (HIDDEN.has(name) && !isEnd) this.#hiddenBy = name;
		else if (name === 'br') this.#writer.endLine();
		else if (name === 'pre')
			this.#preformatted = Math.max(0, this.#preformatted + (isEnd ? -1 : 1));
		else if (name === 'li' && !isEnd) this.#writer.write('- ');
		else if ((name === 'td' || name === 'th') && isEnd) this.#writer.write(' ');
		else if (name === 'img') this.#writer.write(attributeOf(source, 'alt'));
		else if (name === 'a') this.#followLink(tag);
	}

	/** A link shows its address behind its text, where the text is not the address. */
	#followLink({ source, isEnd }: Tag): void {
		const link = this.#link;
		this.#link = undefined;
		if (link !== undefined && decodeEntities(link.text).trim() !== decodeEntities(link.address)) {
			this.#writer.write(` (${link.address})`);
		}
		const address = isEnd ? '' : attributeOf(source, 'href');
		if (/^(?:https?|mailto):/i.test(address)) {
			this.#link = { address: address.replace(/^mailto:/i, ''), text: '' };
		}
	}

	toString(): string {
		return this.#writer.toString();
	}
}

/**
 * What an HTML text says, as plain text: paragraphs, line breaks, lists, table rows, addresses of
 * links. For reading only: it is no sanitizer. Linear in the text's length; never fails.
 */
export function htmlToText(html: string): string {
	const reader = new HtmlReader();
	// Comments, declarations, tags with quoted attributes, and the text between them; a lone < is text
	const pieces =
		/<!--[\s\S]*?(?:-->|$)|<[!?][^<>]*>|<(\/?)([a-z][a-z0-9:-]*)((?:"[^"]*"|'[^']*'|[^'"<>])*)>|[^<]+|</gi;
	for (const [piece, slash, name = ''] of html.matchAll(pieces)) {
		if (name !== '') {
			reader.tag({ source: piece, name: name.toLowerCase(), isEnd: slash === '/' });
		} else if (!/^<[!?]/.test(piece)) {
			reader.text(piece);
		}
	}
	return reader.toString();
}
