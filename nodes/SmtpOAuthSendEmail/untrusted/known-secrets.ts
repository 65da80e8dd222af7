import { BASE64_CHARACTER, findSecretForms } from './secret-forms';
import { REDACTED } from './secret-patterns';
import { PieceFinder, type Span } from './secret-pieces';
import { readSecretViews, spanInSource, type TextView } from './text-view';

/** Shorter pieces of a secret occur by chance, and do not tell the rest. */
const PIECE_LENGTH = 16;

/** The same in hexadecimal digits: 12 bytes. */
const HEX_PIECE_LENGTH = 24;

/**
 * A key's file as JSON, or a part of one: most of it is no secret (names, addresses, numbers), and the key within is
 * given besides.
 */
const IS_DOCUMENT = /^\s{0,100}[{[]|":|","/;

/** A run of base64 holds other parts of the secret around what was found of it. */
function widen(text: string, { start, end }: Span): Span {
	let from = start;
	let to = end;
	while (from > 0 && BASE64_CHARACTER.test(text.charAt(from - 1))) from -= 1;
	while (to < text.length && BASE64_CHARACTER.test(text.charAt(to))) to += 1;
	return { start: from, end: to };
}

function spansInSource(view: TextView, spans: readonly Span[]): readonly Span[] {
	if (spans.length === 0) return spans;
	const places = view.places();
	return spans.map((span) => spanInSource(places, span));
}

function cutOut(text: string, spans: readonly Span[]): string {
	let result = '';
	let copied = 0;
	for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
		if (start >= copied && end > start) result += text.slice(copied, start) + REDACTED;
		copied = Math.max(copied, end);
	}
	return result + text.slice(copied);
}

/** Secrets that are known word for word, and how they may be written in a text. */
export class KnownSecrets {
	readonly #written: readonly string[];
	readonly #base64: readonly string[];
	readonly #pieces: PieceFinder;
	readonly #base64Pieces: PieceFinder;
	readonly #hexPieces: PieceFinder;

	constructor(secrets: readonly string[]) {
		const forms = [...new Set(secrets)].map(findSecretForms);
		const long = (texts: readonly string[], length: number): string[] =>
			texts.filter((text) => text.length >= length);
		this.#written = forms.flatMap(({ written }) => written).toSorted((a, b) => b.length - a.length);
		this.#base64 = forms.flatMap(({ base64 }) => base64);
		const inPieces = secrets.filter((secret) => !IS_DOCUMENT.test(secret)).map(findSecretForms);
		const written = inPieces.flatMap((form) => form.written);
		this.#pieces = new PieceFinder(long(written, PIECE_LENGTH), PIECE_LENGTH);
		const base64 = inPieces.flatMap((form) => form.base64);
		this.#base64Pieces = new PieceFinder(long(base64, PIECE_LENGTH), PIECE_LENGTH);
		const hex = inPieces.map((form) => form.hex);
		this.#hexPieces = new PieceFinder(long(hex, HEX_PIECE_LENGTH), HEX_PIECE_LENGTH);
	}

	/**
	 * The text without them: written out, URL-encoded, in base64 or base64url (also inside a SASL
	 * response), as JSON or string escapes, quoted-printable, xtext, HTML character references or
	 * hexadecimal digits; whole, cut off, with blanks within, or over several lines of a reply.
	 */
	remove(text: string): string {
		let result = text;
		for (const form of this.#written) result = result.replaceAll(form, REDACTED);
		for (const core of this.#base64) {
			const at = result.indexOf(core);
			if (at !== -1) result = this.#removeRuns(result, core, at);
		}
		return this.#removePieces(result);
	}

	#removeRuns(text: string, core: string, first: number): string {
		const spans: Span[] = [];
		for (let at = first; at !== -1; at = text.indexOf(core, at + core.length)) {
			spans.push(widen(text, { start: at, end: at + core.length }));
		}
		return cutOut(text, spans);
	}

	#removePieces(text: string): string {
		if (text.length < PIECE_LENGTH) return text;
		const { written, hex } = readSecretViews(text);
		const spans = written.flatMap((view) => [
			...spansInSource(view, this.#pieces.find(view.text)),
			...spansInSource(view, this.#base64Pieces.find(view.text)).map((span) => widen(text, span)),
		]);
		spans.push(...spansInSource(hex, this.#hexPieces.find(hex.text)));
		return spans.length === 0 ? text : cutOut(text, spans);
	}
}
