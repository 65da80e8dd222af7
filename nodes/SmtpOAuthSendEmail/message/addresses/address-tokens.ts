import { isEdgeCharacter } from '../fields/pasted-text';

/**
 * A lexical piece of an address list (RFC 5322 §3.2). `raw` is the text as written, `value` what it
 * means: without quotes, quoted-pairs resolved. `hasGap` tells whether white space or a comment
 * stands before it.
 */
export interface AddressToken {
	readonly kind: 'atom' | 'quoted' | 'literal' | 'comment' | Special;
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

type Special = '@' | ',' | ';' | ':' | '<' | '>';

function isSpecial(character: string): character is Special {
	return '@,;:<>'.includes(character) && character !== '';
}

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
		if (character === close && depth === 1) return { end: at + 1, value };
		if (depth > 0) value += character;
		if (character === open) depth++;
		else if (character === close) depth--;
	}
	return undefined;
}

/** One token without what stands before it; it ends at `end` (exclusive). */
type ReadToken =
	| { readonly kind: AddressToken['kind']; readonly end: number; readonly value?: string }
	| { readonly kind: 'unclosed'; readonly closer: UnclosedToken['closer'] };

function readAtom(text: string, start: number): ReadToken {
	let end = start;
	while (end < text.length) {
		const next = text.charAt(end);
		if (isWhiteSpace(next) || next === '"' || next === '(' || isSpecial(next)) break;
		end++;
	}
	// Marks at the end are dropped, but not before an @: there they may be a part of the mailbox
	let valueEnd = end;
	if (text.charAt(end) !== '@') {
		while (isEdgeCharacter(text.charAt(valueEnd - 1))) valueEnd--;
	}
	return { kind: 'atom', end, value: text.slice(start, valueEnd) };
}

function readToken(text: string, start: number, isAfterAt: boolean): ReadToken {
	const character = text.charAt(start);
	if (isSpecial(character)) return { kind: character, end: start + 1 };
	if (character === '"' || character === '(') {
		const closer = character === '"' ? '"' : ')';
		const nested = readNested(text, start, character, closer);
		if (nested === undefined) return { kind: 'unclosed', closer };
		return { kind: character === '"' ? 'quoted' : 'comment', ...nested };
	}
	if (character !== '[' || !isAfterAt) return readAtom(text, start);
	const end = text.indexOf(']', start) + 1;
	return end === 0 ? { kind: 'unclosed', closer: ']' } : { kind: 'literal', end };
}

/**
 * Splits an address list into tokens in a single pass. Square brackets mean a domain literal right
 * after an `@` only: elsewhere, as in `[EXT] Bob <b@example.com>`, they belong to a name. No-break
 * spaces and invisible marks are white space at the ends of a word, but not next to an `@`.
 */
export function* readAddressTokens(text: string): Generator<AddressToken | UnclosedToken> {
	let at = 0;
	let hasGap = false;
	let isAfterAt = false;
	while (at < text.length) {
		const character = text.charAt(at);
		if (isWhiteSpace(character) || (!isAfterAt && isEdgeCharacter(character))) {
			at++;
			hasGap = true;
			continue;
		}
		const token = readToken(text, at, isAfterAt);
		if (token.kind === 'unclosed') {
			yield { kind: 'unclosed', raw: text.slice(at), closer: token.closer };
			return;
		}
		const { kind, end } = token;
		const raw = kind === 'atom' ? (token.value ?? '') : text.slice(at, end);
		yield { kind, raw, value: token.value ?? raw, hasGap };
		hasGap = kind === 'comment' || (kind === 'atom' && at + raw.length < end);
		at = end;
		// A comment between the @ and a literal is white space to the grammar
		if (kind !== 'comment') isAfterAt = kind === '@';
	}
}
