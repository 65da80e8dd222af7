/** A part of a text, up to and without `end`. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

const BASE = 0x01000193;

/** The hash of each window of a text, in order; windows that are alike have the same. */
function* hashWindows(text: string, length: number): Generator<number> {
	let leaving = 1;
	for (let at = 0; at < length; at += 1) leaving = Math.imul(leaving, BASE);
	let hash = 0;
	for (let at = 0; at < text.length; at += 1) {
		hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) | 0;
		if (at >= length) hash = (hash - Math.imul(text.charCodeAt(at - length), leaving)) | 0;
		if (at >= length - 1) yield hash;
	}
}

/** How many characters, from the given places on, are the same in both. */
function countAlike(a: string, fromA: number, b: string, fromB: number): number {
	let count = 0;
	while (
		fromA + count < a.length &&
		fromB + count < b.length &&
		a.charCodeAt(fromA + count) === b.charCodeAt(fromB + count)
	) {
		count += 1;
	}
	return count;
}

/** Parts of a key's file and of URLs that are no secret, though secrets hold them. */
const ORDINARY = /-----|PRIVATE KEY|https?:/;

/** In a text of at most so many characters, as most replies are, to look for each piece is the faster way… */
const SHORT_LENGTH = 120;
/** … as long as there are only so many of them: then the secrets are worth reading. */
const FEW_TEXTS = 4;

/**
 * Finds pieces of secrets in texts, so that one that was cut off at either end is found as well. The
 * secrets are read once, when it pays; each text costs time linear in its length.
 */
export class PieceFinder {
	/** Whether a slot's hash is that of a piece. */
	#seen: Uint8Array | undefined;
	#shortTexts = 0;
	readonly #mask: number;

	/** @param length of the shortest piece that is looked for, in characters */
	constructor(
		private readonly secrets: readonly string[],
		private readonly length: number,
	) {
		const total = secrets.reduce((sum, { length: size }) => sum + size, 0);
		const bits = Math.min(20, Math.max(10, Math.ceil(Math.log2(total + 1)) + 3));
		this.#mask = (1 << bits) - 1;
	}

	#readSecrets(): Uint8Array {
		const seen = new Uint8Array(this.#mask + 1);
		for (const secret of this.secrets) {
			for (const hash of hashWindows(secret, this.length)) seen[this.#slot(hash)] = 1;
		}
		return seen;
	}

	#slot(hash: number): number {
		return (hash ^ (hash >>> 15)) & this.#mask;
	}

	/** Where a text holds a piece of a secret, in order. */
	find(text: string): Span[] {
		const spans: Span[] = [];
		if (this.secrets.length === 0) return spans;
		if (text.length > SHORT_LENGTH || this.#shortTexts >= FEW_TEXTS) {
			this.#seen ??= this.#readSecrets();
		} else this.#shortTexts += 1;
		const seen = this.#seen;
		let start = -1;
		let covered = 0;
		for (const hash of hashWindows(text, this.length)) {
			start += 1;
			if (start < covered || seen?.[this.#slot(hash)] === 0) continue;
			const size = this.#measure(text, start);
			if (size === 0) continue;
			covered = start + size;
			spans.push({ start, end: covered });
		}
		return spans;
	}

	#measure(text: string, start: number): number {
		const piece = text.slice(start, start + this.length);
		if (ORDINARY.test(piece)) return 0;
		let longest = 0;
		for (const secret of this.secrets) {
			const at = secret.indexOf(piece);
			if (at !== -1) longest = Math.max(longest, countAlike(text, start, secret, at));
		}
		return longest;
	}
}
