import { describe, expect, it } from 'vitest';
import {
	createRedaction,
	quoteSafely,
} from '../../../nodes/SmtpOAuthSendEmail/untrusted/redact.js';
import { redactScattered } from '../../../nodes/SmtpOAuthSendEmail/untrusted/scattered-secrets.js';
import { findSecretForms } from '../../../nodes/SmtpOAuthSendEmail/untrusted/secret-forms.js';

const SECRET = 'abcdefghij0123456789';
const OTHER = '0123456789klmnopqrst';

/** The forms of several secrets in one. */
function formsOf(secrets: readonly string[]) {
	const forms = secrets.map(findSecretForms);
	return {
		written: forms.flatMap(({ written }) => written),
		base64: forms.flatMap(({ base64 }) => base64),
	};
}

describe('a secret in parts', () => {
	it.each([
		['250-ok abcdefghij\r\n250 0123456789', '250-ok [redacted]'],
		['250-ok abcdefghij\n250-01234\n250 56789 end', '250-ok [redacted] end'],
		['550-5.1.1 abcdefghij\r\n550 5.1.1 0123456789.', '550-5.1.1 [redacted].'],
		['no abcdefghij 0123456789, and abcdefghij\u200b0123456789', 'no [redacted], and [redacted]'],
		['abcdefghij0123456789 klmnopqrst', '[redacted]'],
	])('is removed from %j', (text, expected) => {
		expect(redactScattered(text, formsOf([SECRET, OTHER]))).toBe(expected);
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
		expect(redactScattered('a late step', formsOf(['test']))).toBe('a late step');
	});

	it('leaves a text without one as it is', () => {
		const text = '250-ok abcdefghij\r\n250 nothing';
		expect(redactScattered(text, formsOf([SECRET]))).toBe(text);
	});

	it('is looked for in time linear in the length of a reply', () => {
		const text = '250-abcdefghij \r\n'.repeat(100_000);
		expect(redactScattered(text, formsOf([SECRET]))).toBe(text);
	});
});
