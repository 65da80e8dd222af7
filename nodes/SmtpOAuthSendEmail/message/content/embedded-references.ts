/** The HTML with its references adapted, and what they refer to. */
export interface LinkedHtml {
	readonly html: string;
	/** By property name: the Content-ID without brackets, of those that the HTML refers to. */
	readonly contentIds: ReadonlyMap<string, string>;
	/** What the HTML refers to although no attachment has that name; as written, at most three. */
	readonly unknownNames: readonly string[];
}

interface Reference {
	readonly start: number;
	readonly end: number;
	/** The property that it names; `undefined` where there is none of that name. */
	readonly propertyName: string | undefined;
	/** What it names, for people. */
	readonly shownName: string;
	/** Whether it stands where an address does, not in running text. */
	readonly isAddress: boolean;
}

const MAX_REFERENCE_LENGTH = 500;
const MAX_UNKNOWN_NAMES = 3;
/** No mail shows so many pictures; what comes after them stays as it is. */
const MAX_REFERENCES = 20_000;
const UNQUOTED_END = /["'\s<>)]|&quot;|&#/;
// Where several stand in one attribute, as in `srcset`, or its quotes are escaped
const EARLIEST_END = /["'\s<>),\\]|&quot;|&#/;

function decodePercent(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The end of a `cid:` URL: the quote, bracket or space that goes with what stands before it. */
function closerAfter(before: string): RegExp {
	if (before === '"') return /"/;
	if (before === "'") return /'/;
	return before === '(' ? /\)/ : UNQUOTED_END;
}

/** What a reference may name, from the form as written to the one for people: without encodings, spaces and brackets. */
function formsOf(written: string): string[] {
	const unescaped = written.replaceAll('&amp;', '&');
	const bare = unescaped.trim().replace(/^(?:<|&lt;)(.*?)(?:>|&gt;)$/, '$1');
	return [written, unescaped, decodePercent(bare), decodePercent(unescaped)];
}

/** Finds the `cid:` URLs (RFC 2392) of an HTML text, none within another. */
function* findReferences(html: string, propertyNames: ReadonlySet<string>): Generator<Reference> {
	const pattern = /\bcid:/gi;
	for (let count = 0; count < MAX_REFERENCES; count++) {
		const match = pattern.exec(html);
		if (match === null) return;
		const start = pattern.lastIndex;
		const before = html.charAt(match.index - 1);
		const candidate = html.slice(start, start + MAX_REFERENCE_LENGTH);
		const ends = [closerAfter(before), EARLIEST_END].map((end) => candidate.search(end));
		const texts = ends.map((length) => (length < 0 ? candidate : candidate.slice(0, length)));
		const [written = ''] = texts;
		const found = [...new Set(texts)]
			.flatMap((text) =>
				[...new Set(formsOf(text))].map((propertyName) => ({ text, propertyName })),
			)
			.find(({ propertyName }) => propertyNames.has(propertyName));
		const end = start + (found?.text ?? written).length;
		pattern.lastIndex = end;
		yield {
			start,
			end,
			propertyName: found?.propertyName,
			shownName: formsOf(written).at(-1) ?? '',
			isAddress: /^\S/.test(written) && written.length < candidate.length && /["'(=;]/.test(before),
		};
	}
}

/**
 * Finds out which of the embeddable attachments the HTML shows, and rewrites its references from the
 * property's name to the Content-ID: that of one message must not be that of another (RFC 2045 §7),
 * or mail programs show the picture of an earlier mail.
 *
 * @param contentIdOf a Content-ID without brackets for a property's name; no character of it has to
 *   be encoded in a URL
 */
export function linkEmbeddedParts(
	html: string,
	propertyNames: ReadonlySet<string>,
	contentIdOf: (propertyName: string) => string,
): LinkedHtml {
	const contentIds = new Map<string, string>();
	const unknownNames = new Set<string>();
	const pieces: string[] = [];
	let copiedTo = 0;
	for (const reference of findReferences(html, propertyNames)) {
		const { start, end, propertyName: name, shownName, isAddress } = reference;
		if (name === undefined) {
			if (isAddress && unknownNames.size < MAX_UNKNOWN_NAMES) unknownNames.add(shownName);
			continue;
		}
		const contentId = contentIds.get(name) ?? contentIdOf(name);
		contentIds.set(name, contentId);
		pieces.push(html.slice(copiedTo, start), contentId);
		copiedTo = end;
	}
	pieces.push(html.slice(copiedTo));
	return { html: pieces.join(''), contentIds, unknownNames: [...unknownNames] };
}
