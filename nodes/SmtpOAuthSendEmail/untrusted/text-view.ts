import type { Span } from './secret-pieces';

/** A text as a reader may see it, each of whose characters knows where it stands in the source. */
export interface TextView {
	readonly text: string;
	/** Of each character of the text; worked out when asked for, which is seldom. */
	places(): readonly Span[];
}

/** The source itself. */
export function viewOf(source: string): TextView {
	return {
		text: source,
		places: () => Array.from({ length: source.length }, (_, at) => ({ start: at, end: at + 1 })),
	};
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
	let copied = 0;
	const cuts: Cut[] = [];
	for (const match of view.text.matchAll(pattern)) {
		const replacement = replace(match);
		const cut = { start: match.index, end: match.index + match[0].length };
		text += view.text.slice(copied, cut.start) + replacement;
		copied = cut.end;
		cuts.push({ ...cut, newLength: replacement.length });
	}
	if (copied === 0) return view;
	text += view.text.slice(copied);
	return { text, places: () => cutPlaces(view.places(), cuts) };
}

/** Where a span of a view stands in the source. */
export function spanInSource(places: readonly Span[], { start, end }: Span): Span {
	return { start: places[start]?.start ?? 0, end: places[end - 1]?.end ?? 0 };
}

/** What was replaced in a view, and by how many characters. */
interface Cut extends Span {
	readonly newLength: number;
}

function cutPlaces(places: readonly Span[], cuts: readonly Cut[]): readonly Span[] {
	let copied = 0;
	const parts = cuts.map(({ start, end, newLength }) => {
		const before = places.slice(copied, start);
		copied = end;
		const whole = spanInSource(places, { start, end });
		return [...before, ...Array.from({ length: newLength }, () => whole)];
	});
	return [...parts.flat(), ...places.slice(copied)];
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
