import { describe, expect, it } from 'vitest';
import {
	createRedaction,
	quoteSafely,
	redact,
} from '../../../nodes/SmtpOAuthSendEmail/untrusted/redact.js';

const SECRET = 'abcdefghij0123456789';
const OTHER = '0123456789klmnopqrst';

/** Tokens as Google, Microsoft and others make them, and one with all that encoders care about. */
const TOKENS = [
	'tok+en/with?odd=chars_0123456789&"quote\\back<lt>',
	`EwB4A8l6BAAUkj1NuJYtTVha+Mogk+HEiPbQo04AAYu${'Zb9/x'.repeat(200)}`,
	'Xz~abcDEF.0123-456_789ghi~',
];

const codes = (text: string, write: (code: number) => string): string =>
	[...text].map((character) => write(character.charCodeAt(0))).join('');
const hex = (code: number): string => code.toString(16).padStart(2, '0');
const special = (text: string, write: (code: number) => string): string =>
	text.replace(/[^A-Za-z0-9]/g, (character) => write(character.charCodeAt(0)));

const ENCODINGS: ReadonlyArray<readonly [string, (text: string) => string]> = [
	['JSON escapes of everything', (text) => codes(text, (code) => `\\u00${hex(code)}`)],
	['JSON escapes in capitals', (text) => codes(text, (code) => `\\u00${hex(code).toUpperCase()}`)],
	['JSON escapes of what is special', (text) => special(text, (code) => `\\u00${hex(code)}`)],
	['JSON with escaped slashes', (text) => JSON.stringify(text).replaceAll('/', '\\/')],
	['JSON within JSON', (text) => JSON.stringify(JSON.stringify(text))],
	['string escapes', (text) => codes(text, (code) => `\\x${hex(code)}`)],
	['quoted-printable', (text) => special(text, (code) => `=${hex(code).toUpperCase()}`)],
	[
		'quoted-printable over several lines',
		(text) => special(text, (code) => `=${hex(code).toUpperCase()}`).replace(/(.{21})/g, '$1=\r\n'),
	],
	['xtext', (text) => special(text, (code) => `+${hex(code).toUpperCase()}`)],
	['decimal character references', (text) => codes(text, (code) => `&#${String(code)};`)],
	['hexadecimal character references', (text) => special(text, (code) => `&#x${hex(code)};`)],
	['hexadecimal digits', (text) => codes(text, hex)],
	['hexadecimal digits with colons', (text) => codes(text, hex).replace(/(..)(?=.)/g, '$1:')],
	['hexadecimal digits in capitals', (text) => codes(text, hex).toUpperCase()],
	['percent-encoding of everything', (text) => codes(text, (code) => `%${hex(code)}`)],
	['percent-encoding twice', (text) => encodeURIComponent(encodeURIComponent(text))],
	[
		'percent-encoding of everything, twice',
		(text) => encodeURIComponent(codes(text, (code) => `%${hex(code)}`)),
	],
	['character references of JSON escapes', (text) => codes(text, (code) => `&#92;u00${hex(code)}`)],
	['a text without its first character', (text) => text.slice(1)],
	['a text without its last character', (text) => text.slice(0, -1)],
	['its first 40 characters', (text) => text.slice(0, 40)],
	['its last 40 characters', (text) => text.slice(-40)],
	['base64, cut off', (text) => Buffer.from(text).toString('base64').slice(1, 40)],
	['quoted-printable base64', (text) => btoa(text).replaceAll('=', '=3D')],
];

describe('a secret that is echoed', () => {
	it.each(ENCODINGS)('in %s is removed', (_form, encode) => {
		for (const token of TOKENS) {
			const text = quoteSafely(`535 5.7.8 refused ${encode(token)} end`, TOKENS, 10_000);
			const left = text.replace('535 5.7.8 refused', '').replace('end', '');
			expect(left.replaceAll('[redacted]', '').trim().length).toBeLessThan(12);
		}
	});

	it('in parts, each in words of its own, is removed wherever 16 characters are together', () => {
		const text = `no ${SECRET.slice(0, 17)}, and ${SECRET.slice(2)}`;
		expect(redact(text, [SECRET])).toBe('no [redacted], and [redacted]');
	});

	it('leaves the words alone that a key’s file shares with others', () => {
		const key = `-----BEGIN PRIVATE KEY-----\n${'Qx7b'.repeat(40)}\n-----END PRIVATE KEY-----`;
		const text = 'Paste it from -----BEGIN PRIVATE KEY----- on.';
		expect(redact(text, [key])).toBe(text);
		expect(redact(`got ${'Qx7b'.repeat(40)}`, [key])).toBe('got [redacted]');
	});
});

describe('a key’s file', () => {
	it('is removed as a whole, and what is no secret in it is left alone elsewhere', () => {
		const file = '{"client_id":"107669222906311773463","private_key":"Qx7bQx7bQx7bQx7bQx7b"}';
		const text = 'Add the client ID 107669222906311773463.';
		expect(redact(text, [file])).toBe(text);
		expect(redact(`got ${file}`, [file])).toBe('got [redacted]');
	});
});

describe('a secret in parts', () => {
	it.each([
		['250-ok abcdefghij\r\n250 0123456789', '250-ok [redacted]'],
		['250-ok abcdefghij\n250-01234\n250 56789 end', '250-ok [redacted] end'],
		['550-5.1.1 abcdefghij\r\n550 5.1.1 0123456789.', '550-5.1.1 [redacted].'],
		['no abcdefghij 0123456789, and abcdefghij\u200b0123456789', 'no [redacted], and [redacted]'],
	])('is removed from %j', (text, expected) => {
		expect(quoteSafely(text, [SECRET, OTHER], 1_000)).toBe(expected);
	});

	it.each([
		['base64', Buffer.from(`user=a\x01auth=Bearer ${SECRET}\x01\x01`).toString('base64')],
		['base64url', Buffer.from(`?${SECRET}`).toString('base64url')],
		['a URL', encodeURIComponent(`${SECRET}+/=`)],
	])('is removed from the lines of %s', (_form, encoded) => {
		const half = Math.floor(encoded.length / 2);
		const text = `535-5.7.8 no ${encoded.slice(0, half)}\r\n535 5.7.8 ${encoded.slice(half)} end`;
		const redaction = createRedaction([SECRET, `${SECRET}+/=`]);
		expect(redaction.lines(text)).toEqual(['535-5.7.8 no [redacted] end']);
		expect(redaction.quote(text, 1_000)).toBe('535-5.7.8 no [redacted] end');
	});

	it('is not seen in the letters of neighbouring words', () => {
		expect(redact('a late step', ['test'])).toBe('a late step');
	});

	it('leaves a text without one as it is', () => {
		const text = '250-ok abcdefghij\r\n250 nothing';
		expect(redact(text, [SECRET])).toBe(text);
	});
});

describe('a text of a megabyte', () => {
	it.each(['250-abcdefghij \r\n', '%61', '\\u0061', '=61', '&#97;', 'abcdefghij012345'])(
		'of %j is read only so far for a quotation, and tells nothing',
		(part) => {
			const text = `${part.repeat(Math.ceil(1_000_000 / part.length))}${SECRET}`;
			const redaction = createRedaction([SECRET, ...TOKENS]);
			expect(redaction.quote(text, 300).length).toBeLessThanOrEqual(300);
			expect(redaction.lines(text).join('').length).toBeLessThan(70_000);
			expect(redaction.redact(text)).not.toContain(SECRET);
		},
	);
});
