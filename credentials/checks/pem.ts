import { X509Certificate } from 'node:crypto';
import { fieldProblem, type Checked } from './checked-field';
import type { LabelledField } from './field-labels';

/** Text between two boundaries of one label (RFC 7468 §2); breaks may have been lost on the way. */
export interface PemBlock {
	readonly label: string;
	/** Its base64, without breaks. */
	readonly body: string;
}

/**
 * The longest text in which keys and certificates are looked for, in characters. The bundle of all
 * public authorities (curl's cacert.pem) has about 225,000; a key with its file has less than 20,000.
 */
export const MAX_PEM_CHARACTERS = 262_144;

const BOUNDARY = /-----(BEGIN|END) ([A-Z0-9 ]{1,40})-----/g;

/** A single-line field turns line breaks into spaces, and JSON into `\r\n`: both are undone. */
function unwrap(body: string): string {
	return body.replaceAll(/\\r|\\n|\s/g, '');
}

/** Continues `The credential field "…"` where a text is too long to be looked at; else `undefined`. */
export function tooLong(text: string): string | undefined {
	if (text.length <= MAX_PEM_CHARACTERS) return undefined;
	const show = (count: number): string => count.toLocaleString('en-US');
	return `has ${show(text.length)} characters; at most ${show(MAX_PEM_CHARACTERS)} are read`;
}

/**
 * The blocks in a text, in its order; text around them is left out. A text above
 * `MAX_PEM_CHARACTERS` has none. Takes one pass, however many boundaries have no counterpart.
 */
export function findPemBlocks(text: string): readonly PemBlock[] {
	if (text.length > MAX_PEM_CHARACTERS) return [];
	const blocks: PemBlock[] = [];
	const opened = new Map<string, number>();
	for (const { 0: boundary, 1: side, 2: label = '', index } of text.matchAll(BOUNDARY)) {
		const bodyStart = opened.get(label);
		if (side === 'BEGIN') {
			// A second beginning belongs to the body, which cannot be read then: better than leaving one out.
			if (bodyStart === undefined) opened.set(label, index + boundary.length);
		} else if (bodyStart !== undefined) {
			blocks.push({ label, body: unwrap(text.slice(bodyStart, index)) });
			opened.clear();
		}
	}
	return blocks;
}

/** A block as a clean text, in lines of 64 characters. */
export function writePem({ label, body }: PemBlock): string {
	const lines = body.match(/.{1,64}/g) ?? [];
	return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** A field that holds PEM: its text without the spaces around it, and the blocks in it. */
export interface PemField {
	/** Empty where the field is. */
	readonly text: string;
	readonly blocks: readonly PemBlock[];
}

/**
 * Reads a field that holds PEM. Fails where it is no text, or too long; never shows anything of it.
 *
 * @param remedy how to get a right one
 */
export function readPem(field: LabelledField, value: unknown, remedy: string): Checked<PemField> {
	if (value === undefined || value === null) return { ok: true, value: { text: '', blocks: [] } };
	if (typeof value !== 'string') return fieldProblem(field, 'is not text', remedy);
	const text = value.trim();
	const excess = tooLong(text);
	if (excess !== undefined) return fieldProblem(field, excess, remedy);
	return { ok: true, value: { text, blocks: findPemBlocks(text) } };
}

/** The certificate in a block; `undefined` where it cannot be read. */
export function readCertificate(block: PemBlock): X509Certificate | undefined {
	try {
		return new X509Certificate(writePem(block));
	} catch {
		return undefined;
	}
}
