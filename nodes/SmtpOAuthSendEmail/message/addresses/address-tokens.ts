/**
 * A lexical piece of an address list (RFC 5322 §3.2). `raw` is the text as written, `value` what it
 * means: without quotes, quoted-pairs resolved. `hasGap` tells whether white space or a comment
 * stands before it.
 */
export interface AddressToken {
	readonly kind: 'atom' | 'quoted' | 'literal' | 'comment' | '@' | ',' | ';' | ':' | '<' | '>';
	readonly raw: string;
	readonly value: string;
	readonly hasGap: boolean;
}

/** A quote, comment or domain literal that is never closed. */
export interface UnclosedToken {
	readonly kind: 'unclosed';
	readonly raw: string;
	readonly closer: '"' | ')' | ']';
}

const SPECIALS = '@,;:<>';

function isWhiteSpace(character: string): boolean {
	return character === ' ' || character === '\t';
}

/** Where a quoted string or comment that opens at `start` ends (exclusive), and its text; undefined if never. */
function readNested(
	text: string,
	start: number,
	open: string,
	close: string,
): { end: number; value: string } | undefined {
	let depth = 0;
	let value = '';
	for (let at = start; at < text.length; at++) {
		const character = text.charAt(at);
		if (character === '\\' && at + 1 < text.length) {
			value += text.charAt(++at);
			continue;
		}
		if (character === close && (depth === 1 || open === close) && at > start) {
			return { end: at + 1, value };
		}
		if (character === open) {
			if (depth > 0) value += character;
			depth++;
			continue;
		}
		if (character === close) depth--;
		value += character;
	}
	return undefined;
}

/**
 * Splits an address list into tokens in a single pass. Square brackets mean a domain literal right
 * after an `@` only: elsewhere, as in `[EXT] Bob <b@example.com>`, they belong to a name.
 */
export function* readAddressTokens(text: string): Generator<AddressToken | UnclosedToken> {
	let at = 0;
	let hasGap = false;
	let isAfterAt = false;
	while (at < text.length) {
		const character = text.charAt(at);
		if (isWhiteSpace(character)) {
			at++;
			hasGap = true;
			continue;
		}
		const start = at;
		let kind: AddressToken['kind'] = 'atom';
		let value: string | undefined;
		if (character === '"' || character === '(') {
			const closer = character === '"' ? '"' : ')';
			const nested = readNested(text, start, character, closer);
			if (nested === undefined) {
				yield { kind: 'unclosed', raw: text.slice(start), closer };
				return;
			}
			kind = character === '"' ? 'quoted' : 'comment';
			value = nested.value;
			at = nested.end;
		} else if (character === '[' && isAfterAt) {
			at = text.indexOf(']', start) + 1;
			if (at === 0) {
				yield { kind: 'unclosed', raw: text.slice(start), closer: ']' };
				return;
			}
			kind = 'literal';
		} else if (
			character === '@' ||
			character === ',' ||
			character === ';' ||
			character === ':' ||
			character === '<' ||
			character === '>'
		) {
			kind = character;
			at++;
		} else {
			while (at < text.length) {
				const next = text.charAt(at);
				if (isWhiteSpace(next) || next === '"' || next === '(' || SPECIALS.includes(next)) break;
				at++;
			}
		}
		const raw = text.slice(start, at);
		yield { kind, raw, value: value ?? raw, hasGap };
		hasGap = kind === 'comment';
		// A comment between the @ and a literal is white space to the grammar
		if (kind !== 'comment') isAfterAt = kind === '@';
	}
}
