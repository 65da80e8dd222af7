const DATA_URL = /^data:[\w!#$&^.+/;=" -]{0,200}?;base64,/i;
// RFC 4648 §4 and §5: both alphabets, with or without padding, lines of any length
const ALPHABET = /^[A-Za-z0-9+/_\s-]*={0,2}$/;

/** Whether the last characters are such as an encoder writes: no bits are left over (RFC 4648 §3.5). */
function isTailComplete(characters: string): boolean {
	const tail = characters.slice(characters.length - (characters.length % 4));
	const asUrl = tail.replaceAll('+', '-').replaceAll('/', '_');
	return Buffer.from(tail, 'base64').toString('base64url') === asUrl;
}

/**
 * The base64 of a text that is base64, or of a data URL of it; `undefined` for any other text, such
 * as a file's content put where its encoding belongs. Linear.
 */
export function readBase64(text: string): string | undefined {
	const trimmed = text.trim();
	const prefix = DATA_URL.exec(trimmed.slice(0, 300))?.[0] ?? '';
	const base64 = trimmed.slice(prefix.length);
	if (!ALPHABET.test(base64)) return undefined;
	const end = base64.endsWith('==') ? -2 : base64.endsWith('=') ? -1 : base64.length;
	const characters = base64.slice(0, end);
	const plain = /\s/.test(characters) ? characters.replace(/\s/g, '') : characters;
	return isTailComplete(plain) ? plain : undefined;
}
