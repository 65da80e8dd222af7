import { describe, expect, it } from 'vitest';
import { redact, safeText } from '../../../nodes/SmtpOAuthSendEmail/untrusted/redact.js';

const TOKEN = 'tok+en/with?odd=chars_0123456789';

describe('redact', () => {
	it.each([
		['plain', `x ${TOKEN} y`],
		['URL-encoded', `x ${encodeURIComponent(TOKEN)} y`],
		[
			'URL-encoded in lower case',
			`x ${encodeURIComponent(TOKEN).replace(/%../g, (e) => e.toLowerCase())} y`,
		],
		['base64', `x ${Buffer.from(TOKEN).toString('base64')} y`],
		['base64 without padding', `x ${Buffer.from(TOKEN).toString('base64').replace(/=+$/, '')} y`],
		['base64url', `x ${Buffer.from(TOKEN).toString('base64url')} y`],
		[
			'XOAUTH2 response',
			`x ${Buffer.from(`user=a@b.c\x01auth=Bearer ${TOKEN}\x01\x01`).toString('base64')} y`,
		],
		[
			'OAUTHBEARER response',
			`x ${Buffer.from(`n,a=a@b.c,\x01host=h\x01auth=Bearer ${TOKEN}\x01\x01`).toString('base64')} y`,
		],
	])('removes a given secret: %s', (_form, text) => {
		expect(redact(text, [TOKEN])).toBe('x [redacted] y');
	});

	it('removes a secret as it stands within JSON', () => {
		expect(redact(JSON.stringify({ x: 'ab"cd\\ef' }), ['ab"cd\\ef'])).toBe('{"x":"[redacted]"}');
	});

	it('removes the longer of two secrets that begin alike', () => {
		expect(redact('abcd-efgh-ijkl', ['abcd-efgh', 'abcd-efgh-ijkl'])).toBe('[redacted]');
	});

	it('leaves secrets alone that are shorter than four characters', () => {
		expect(redact('an abc of it', ['abc', '', '  '])).toBe('an abc of it');
	});

	it.each([
		['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
		['auth=Bearer ya29.a0AfH6SMBx\x01\x01', 'auth=Bearer [redacted]\x01\x01'],
		['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end', 'token [redacted] end'],
		['got ya29.a0AfH6SMBx-_y', 'got [redacted]'],
		['got 1//0gabcdefghij-_k', 'got [redacted]'],
		['secret GOCSPX-abcdefghij', 'secret [redacted]'],
		['client_secret=s3cr~t&grant_type=x', 'client_secret=[redacted]&grant_type=x'],
		['access_token=abc', 'access_token=[redacted]'],
		['{"api_key":"abc","x":1}', '{"api_key":[redacted],"x":1}'],
		['500 - "{\\"apiKey\\":\\"abc\\"}"', '500 - "{\\"apiKey\\":\\[redacted]'],
		['X-API-Key: abc-def', 'X-API-Key: [redacted]'],
		['secret=abc passphrase: def', 'secret=[redacted] passphrase: [redacted]'],
		['postgres://ada:pa55@db.test:5432/x', 'postgres://ada:[redacted]@db.test:5432/x'],
		['redis://:pa55@db.test', 'redis://:[redacted]@db.test'],
		[
			'https://x.test/a?key=abcd&sig=efgh&page=2',
			'https://x.test/a?key=[redacted]&sig=[redacted]&page=2',
		],
		['Incorrect key: sk-proj-abcdefghijklmnopqrst.', 'Incorrect key: [redacted].'],
		[`ghp_${'a1'.repeat(18)} xoxb-1234567890-abc`, '[redacted] [redacted]'],
		['{"refresh_token":"a b\\"c","x":1}', '{"refresh_token":[redacted],"x":1}'],
		['{\\"refresh_token\\":\\"abc\\"}', '{\\"refresh_token\\":\\[redacted]'],
		['password=hunter2 next', 'password=[redacted] next'],
		['AUTH XOAUTH2 dXNlcj1hQGIuY29tAWF1dGg9', 'AUTH XOAUTH2 [redacted]'],
	])('removes what looks like a secret: %s', (text, expected) => {
		expect(redact(text, [])).toBe(expected);
	});

	it.each([
		'250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH',
		'535-5.7.8 Username and Password not accepted. Learn more at https://support.google.com/mail/?p=BadCredentials',
		'AADSTS700082: The refresh token has expired due to inactivity.',
		'554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
		'[SGXP274CA0016.SGPP274.PROD.OUTLOOK.COM 2025-03-20T11:25:21.972Z 08DD66EDEFB0DFDF]',
	])('keeps what a server says: %s', (text) => {
		expect(redact(text, [])).toBe(text);
	});

	it('gets through long hostile texts', () => {
		const hostile = [
			'eyJ-eyJ',
			'Bearer ',
			'password="',
			'1//0',
			'ya29.',
			'dXNlcj',
			'QUFB',
			' \t',
			'a.a://',
			'x://y:z',
			'?key',
			'&a-key=',
			'sk-',
			'SG.',
		];
		for (const part of hostile) {
			const text = part.repeat(20_000);
			expect(redact(text, ['AAAAAAAAA-secret']).length).toBeLessThanOrEqual(text.length * 3);
		}
	});
});

describe('safeText', () => {
	it.each([
		['text', 'a\r\nb\t c\u0000d', 'a b c d'],
		['an error', new Error('it broke'), 'it broke'],
		['nothing', undefined, 'undefined'],
		['null', null, 'null'],
		['a number', 42, '42'],
		['a symbol', Symbol('x'), 'Symbol(x)'],
		['an object', { a: 1 }, '{"a":1}'],
		['marks that turn the writing around', 'abc\u202Edef', 'abc def'],
		['a lone surrogate', 'a\uD800b', 'a\uFFFDb'],
	])('makes a line of %s', (_kind, value, expected) => {
		expect(safeText(value, 100)).toBe(expected);
	});

	it('cuts at the limit without splitting a character', () => {
		expect(safeText('abcdefgh', 5)).toBe('abcd…');
		expect(safeText('abc😀efgh', 5)).toBe('abc…');
		expect(safeText('abc', 0)).toBe('');
	});

	it('survives circular objects, hostile getters and revoked proxies', () => {
		const circular: { self?: unknown } = {};
		circular.self = circular;
		const { proxy, revoke } = Proxy.revocable({}, {});
		revoke();
		const hostile = {
			get message(): string {
				throw new Error('no');
			},
		};
		for (const value of [circular, proxy, hostile, Object.create(null), 10n, () => 1]) {
			expect(typeof safeText(value, 50)).toBe('string');
		}
	});
});
