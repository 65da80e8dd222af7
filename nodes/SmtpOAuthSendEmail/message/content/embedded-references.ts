/** The HTML with its references adapted, and which attachment has which Content-ID. */
export interface LinkedHtml {
	readonly html: string;
	/** By property name: the Content-ID without brackets, and whether the HTML refers to it. */
	readonly contentIds: ReadonlyMap<
		string,
		{ readonly contentId: string; readonly isUsed: boolean }
	>;
}

interface Reference {
	readonly start: number;
	readonly end: number;
	/** What it may name, as written and with percent and entity encoding undone. */
	readonly names: readonly string[];
}

const MAX_REFERENCE_LENGTH = 500;
const UNQUOTED_END = /["'\s<>)]|&quot;|&#/;
// What can stand between the brackets of a Content-ID and in a cid: URL alike, unencoded
const PLAIN_NAME = /^[\w.@-]+$/;

function decodePercent(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Finds every `cid:` URL (RFC 2392) of an HTML text, up to the quote, bracket or space that ends it. */
function findReferences(html: string): Reference[] {
	return Array.from(html.matchAll(/\bcid:/gi), (match) => {
		const start = match.index + match[0].length;
		const before = html.charAt(match.index - 1);
		const candidate = html.slice(start, start + MAX_REFERENCE_LENGTH);
		const closer =
			before === '"' ? /"/ : before === "'" ? /'/ : before === '(' ? /\)/ : UNQUOTED_END;
		const length = candidate.search(closer);
		const written = length < 0 ? candidate : candidate.slice(0, length);
		const unescaped = written.replaceAll('&amp;', '&');
		return {
			start,
			end: start + written.length,
			names: [written, unescaped, decodePercent(unescaped)],
		};
	});
}

/**
 * Gives each embeddable attachment its Content-ID, the property's name, and finds out which of
 * them the HTML refers to. A name that a Content-ID cannot hold (spaces, other scripts, brackets;
 * RFC 5322 §3.6.4) gets a substitute of hexadecimal digits, and its references are rewritten.
 */
export function linkEmbeddedParts(html: string, propertyNames: readonly string[]): LinkedHtml {
	const references = propertyNames.length > 0 ? findReferences(html) : [];
	const usedNames = new Set(references.flatMap(({ names }) => names));
	const contentIds = new Map(
		propertyNames.map((name) => {
			// Long names are cut, so their place tells them apart
			const substitute = `${Buffer.from(name).toString('hex').slice(0, 120)}.${propertyNames.indexOf(name)}`;
			const contentId =
				PLAIN_NAME.test(name) && name.length <= MAX_REFERENCE_LENGTH ? name : substitute;
			return [name, { contentId, isUsed: usedNames.has(name) }];
		}),
	);
	let linked = '';
	let copiedTo = 0;
	for (const { start, end, names } of references) {
		const name = names.find((candidate) => contentIds.has(candidate));
		const contentId = name === undefined ? undefined : contentIds.get(name)?.contentId;
		if (contentId === undefined || names[0] === contentId || start < copiedTo) continue;
		linked += html.slice(copiedTo, start) + contentId;
		copiedTo = end;
	}
	return { html: linked + html.slice(copiedTo), contentIds };
}
