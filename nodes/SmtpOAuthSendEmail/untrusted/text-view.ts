/** A text as a reader may see it, each of whose characters knows where it stands in the source. */
export interface TextView {
	readonly text: string;
	/** Where each character begins in the source; as long as `text`. */
	readonly starts: readonly number[];
	/** Where each character ends in the source. */
	readonly ends: readonly number[];
}

/** The source itself. */
export function viewOf(source: string): TextView {
	const starts = Array.from({ length: source.length }, (_, index) => index);
	return { text: source, starts, ends: starts.map((start) => start + 1) };
}

/**
 * The view with each match of a pattern replaced; the replacement stands for the whole match.
 *
 * @param pattern global, never empty
 */
export function rewrite(
	view: TextView,
	pattern: RegExp,
	replace: (match: RegExpMatchArray) => string,
): TextView {
	let text = '';
	const starts: number[] = [];
	const ends: number[] = [];
	let copied = 0;
	const copyUntil = (end: number): void => {
		text += view.text.slice(copied, end);
		for (let at = copied; at < end; at += 1) {
			starts.push(view.starts[at] ?? 0);
			ends.push(view.ends[at] ?? 0);
		}
	};
	for (const match of view.text.matchAll(pattern)) {
		copyUntil(match.index);
		copied = match.index + match[0].length;
		const replacement = replace(match);
		text += replacement;
		for (let at = 0; at < replacement.length; at += 1) {
			starts.push(view.starts[match.index] ?? 0);
			ends.push(view.ends[copied - 1] ?? 0);
		}
	}
	if (copied === 0) return view;
	copyUntil(view.text.length);
	return { text, starts, ends };
}

/** What may stand between two parts of a secret: the beginning of a reply's next line, blanks, a soft line break. */
const SEPARATOR =
	/=?\r?\n[2-5]\d\d(?:[ -]#?[245]\.\d{1,3}\.\d{1,3}(?= )|(?=[ -]))[ -]|=?[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/** JSON and string escapes, percent-encoding, character references of HTML. */
const ESCAPE =
	/\\u([\dA-Fa-f]{4})|\\x([\dA-Fa-f]{2})|%([\dA-Fa-f]{2})|&#x([\dA-Fa-f]{1,4});|&#(\d{1,5});|\\([0-3][0-7]{2})|&(amp|lt|gt|quot|apos|sol|plus|equals);|\\([\\/"'])/g;

const NAMED: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	sol: '/',
	plus: '+',
	equals: '=',
};

function decodeEscape([, ...parts]: RegExpMatchArray): string {
	const [unicode, x, percent, reference, decimal, octal, name, itself] = parts;
	const hex = unicode ?? x ?? percent ?? reference;
	if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
	if (decimal !== undefined) return String.fromCharCode(Number(decimal));
	if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
	return itself ?? NAMED[name ?? ''] ?? '';
}

const fromHex = ([, digits = '']: RegExpMatchArray): string =>
	String.fromCharCode(Number.parseInt(digits, 16));

/** The ways to read a text in which a secret may be written out. */
export interface SecretViews {
	/** As it stands, without blanks and line ends; then with escapes, =XX and +XX decoded. */
	readonly written: readonly TextView[];
	/** Its hexadecimal digits, in lower case. */
	readonly hex: TextView;
}

/** Reads a text in all the ways in which servers and libraries write what they were sent. */
export function readSecretViews(source: string): SecretViews {
	const dense = rewrite(viewOf(source), SEPARATOR, () => '');
	const once = rewrite(dense, ESCAPE, decodeEscape);
	// What was encoded twice: JSON in JSON, a URL in a URL.
	const twice = rewrite(once, ESCAPE, decodeEscape);
	// RFC 2045 §6.7; xtext of RFC 3461 §4, which bounces and ORCPT are written in.
	const quotedPrintable = rewrite(once, /=([\dA-Fa-f]{2})/g, fromHex);
	const xtext = rewrite(dense, /\+([\dA-Fa-f]{2})/g, fromHex);
	const digits = rewrite(dense, /0x|[^\dA-Fa-f]/gi, () => '');
	return {
		written: [...new Set([dense, once, twice, quotedPrintable, xtext])],
		hex: { ...digits, text: digits.text.toLowerCase() },
	};
}
