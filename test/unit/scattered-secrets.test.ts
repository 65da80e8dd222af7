import { describe, expect, it } from 'vitest';
import { quoteSafely } from '../../nodes/SmtpOAuthSendEmail/failure/redact.js';
import { redactScattered } from '../../nodes/SmtpOAuthSendEmail/failure/scattered-secrets.js';

const SECRET = 'abcdefghij0123456789';
const OTHER = '0123456789klmnopqrst';

describe('a secret in parts', () => {
	it.each([
		['250-ok abcdefghij\r\n250 0123456789', '250-ok [redacted]'],
		['250-ok abcdefghij\n250-01234\n250 56789 end', '250-ok [redacted] end'],
		['550-5.1.1 abcdefghij\r\n550 5.1.1 0123456789.', '550-5.1.1 [redacted].'],
		['no abcdefghij 0123456789, and abcdefghij\u200b0123456789', 'no [redacted], and [redacted]'],
		['abcdefghij0123456789 klmnopqrst', '[redacted]'],
	])('is removed from %j', (text, expected) => {
		expect(redactScattered(text, [SECRET, OTHER])).toBe(expected);
		expect(quoteSafely(text, [SECRET, OTHER], 1_000)).toBe(expected);
	});

	it('is not seen in the letters of neighbouring words', () => {
		expect(redactScattered('a late step', ['test'])).toBe('a late step');
	});

	it('leaves a text without one as it is', () => {
		const text = '250-ok abcdefghij\r\n250 nothing';
		expect(redactScattered(text, [SECRET])).toBe(text);
	});

	it('is looked for in time linear in the length of a reply', () => {
		const text = '250-abcdefghij \r\n'.repeat(100_000);
		expect(redactScattered(text, [SECRET])).toBe(text);
	});
});
