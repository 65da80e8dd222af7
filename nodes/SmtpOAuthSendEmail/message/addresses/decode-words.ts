/** An encoded-word with its charset, its encoding and its text (RFC 2047 §2, RFC 2231 §5). */
const ENCODED_WORD =
	/=\?([\w-]{1,40})(?:\*[\w-]{1,20})?\?([bq])\?([\x21-\x3e\x40-\x7e]{0,200})\?=/gi;

function bytesOf(encoding: string, text: string): Buffer {
	if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
	const octets = text
		.replaceAll('_', ' ')
		.replace(/=([\da-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(octets, 'latin1');
}

/**
 * A phrase with its encoded-words as what they stand for, as a header holds them (RFC 2047 §6.2);
 * control characters become spaces. A word in an unknown charset stays as it is.
 */
export function decodeWords(phrase: string): string {
	return phrase
		.replace(/(\?=)[ \t]{1,9}(?==\?)/g, '$1')
		.replace(ENCODED_WORD, (whole, charset: string, encoding: string, text: string) => {
			try {
				const decoded = new TextDecoder(charset).decode(bytesOf(encoding, text));
				return decoded.replace(/\p{Cc}/gu, ' ');
			} catch {
				return whole;
			}
		});
}
