import { createHash } from 'node:crypto';
import type { AttachmentSource } from '../fields/message-fields';

/** A message's HTML and files, and what the Content-IDs of the files are made from. */
export interface LinkableContent {
	readonly html?: string;
	readonly attachments: readonly AttachmentSource[];
	/** With brackets. */
	readonly messageId: string;
	/** Not known to the author of the content; boundaries and Content-IDs are derived from it. */
	readonly seed: string;
}

/** The HTML with its references adapted, and what they refer to. */
export interface LinkedHtml {
	readonly html: string;
	/** Without brackets; of those attachments that the HTML refers to. */
	readonly contentIds: ReadonlyMap<AttachmentSource, string>;
	/** What the HTML refers to although no attachment has that name; as written, at most three. */
	readonly unknownNames: readonly string[];
}

interface Reference {
	readonly start: number;
	readonly end: number;
	/** What it refers to; `undefined` where no property has that name. */
	readonly file: AttachmentSource | undefined;
	/** What it names, for people. */
	readonly shownName: string;
	/** Whether it stands where an address does, not in running text. */
	readonly isAddress: boolean;
}

const MAX_SLUG_LENGTH = 40;
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
	const forms = [written, unescaped, decodePercent(bare), decodePercent(unescaped)];
	// Outlook's `image001.png@01DB5155.249583D0`
	return [...forms, decodePercent(bare).replace(/(\.\w{2,4})@[\w.-]+$/, '$1')];
}

/** Finds the `cid:` URLs (RFC 2392) of an HTML text, none within another. */
function* findReferences(
	html: string,
	files: ReadonlyMap<string, AttachmentSource>,
): Generator<Reference> {
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
			.find(({ propertyName }) => files.has(propertyName));
		const end = start + (found?.text ?? written).length;
		pattern.lastIndex = end;
		yield {
			start,
			end,
			file: found && files.get(found.propertyName),
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
 * @param files the embeddable attachments by their properties' names, and by names of files
 * @param contentIdOf a Content-ID without brackets for a property's name; no character of it has to
 *   be encoded in a URL
 */
export function linkEmbeddedParts(
	html: string,
	files: ReadonlyMap<string, AttachmentSource>,
	contentIdOf: (propertyName: string) => string,
): LinkedHtml {
	const contentIds = new Map<AttachmentSource, string>();
	const unknownNames = new Set<string>();
	const pieces: string[] = [];
	let copiedTo = 0;
	for (const reference of findReferences(html, files)) {
		const { start, end, file, shownName, isAddress } = reference;
		if (file === undefined) {
			if (isAddress && unknownNames.size < MAX_UNKNOWN_NAMES) unknownNames.add(shownName);
			continue;
		}
		const contentId = contentIds.get(file) ?? contentIdOf(file.propertyName);
		contentIds.set(file, contentId);
		pieces.push(html.slice(copiedTo, start), contentId);
		copiedTo = end;
	}
	pieces.push(html.slice(copiedTo));
	return { html: pieces.join(''), contentIds, unknownNames: [...unknownNames] };
}

/**
 * A Content-ID without brackets (RFC 2045 §7, RFC 2392): unique in the world, valid as a msg-id
 * (RFC 5322 §3.6.4) and the same in a URL. It begins with the property's name, as far as its characters
 * allow; the index tells it from the message's other ones.
 */
function makeContentId(name: string, index: number, content: LinkableContent): string {
	const { messageId, seed } = content;
	const slug = name.replace(/[^A-Za-z0-9-]+/g, '_').slice(0, MAX_SLUG_LENGTH) || 'file';
	const token = createHash('sha256').update(seed).digest('hex').slice(0, 24);
	const domain = messageId.slice(messageId.lastIndexOf('@') + 1, -1);
	const isName = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i.test(domain);
	return `${slug}.${String(index)}.${token}@${isName ? domain : 'localhost'}`;
}

/** The files that one name alone belongs to by their names, where those of properties come first. */
function addFileNames(files: Map<string, AttachmentSource>): void {
	const all = [...files.values()];
	for (const file of all) {
		const { fileName } = file;
		if (fileName === undefined || files.has(fileName)) continue;
		if (all.filter((other) => other.fileName === fileName).length === 1) files.set(fileName, file);
	}
}

/** Links the HTML to the attachments that it shows; of several with one name, to the first. */
export function linkAttachments(content: LinkableContent): LinkedHtml {
	const files = new Map<string, AttachmentSource>();
	for (const attachment of content.attachments) {
		const { isEmbeddable, propertyName } = attachment;
		if (isEmbeddable && !files.has(propertyName)) files.set(propertyName, attachment);
	}
	const names = [...files.keys()];
	addFileNames(files);
	return linkEmbeddedParts(content.html ?? '', files, (name) =>
		makeContentId(name, names.indexOf(name), content),
	);
}
