import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, safeText } from '../../../nodes/SmtpOAuthSendEmail/untrusted/redact.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=&%"\\ ü';
const secretText = fc
	.string({ unit: fc.constantFrom(...alphabet), minLength: 12, maxLength: 80 })
	.map((text) => `S3${text}9z`);

const encodings: readonly ((secret: string) => string)[] = [
	(secret) => secret,
	(secret) => encodeURIComponent(secret),
	(secret) => new URLSearchParams({ s: secret }).toString().slice(2),
	(secret) => JSON.stringify(secret),
	(secret) => Buffer.from(secret).toString('base64'),
	(secret) => Buffer.from(secret).toString('base64').replace(/=+$/, ''),
	(secret) => Buffer.from(secret).toString('base64url'),
	(secret) => Buffer.from(`user=a@b.c\x01auth=Bearer ${secret}\x01\x01`).toString('base64'),
	(secret) =>
		Buffer.from(`n,a=ab@b.c,\x01host=x\x01auth=Bearer ${secret}\x01\x01`).toString('base64'),
	(secret) => Buffer.from(`xx${secret}`).toString('base64url'),
];

describe('redact, for any secret and the text around it', () => {
	it('leaves no form of the secret behind', () => {
		fc.assert(
			fc.property(
				secretText,
				fc.constantFrom(...encodings),
				fc.string(),
				fc.string(),
				(secret, encode, before, after) => {
					const encoded = encode(secret);
					const text = redact(`${before} ${encoded} ${after}`, [secret]);
					expect(text).not.toContain(encoded);
					expect(text).not.toContain(secret);
					// Nor half of it.
					expect(text).not.toContain(encoded.slice(0, Math.floor(encoded.length / 2)));
					expect(text).not.toContain(encoded.slice(-Math.floor(encoded.length / 2)));
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it('changes nothing in words without secrets', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('server', 'said', '535', '5.7.3', 'no,', 'mailbox.', 'üml')),
				secretText,
				(words, secret) => {
					expect(redact(words.join(' '), [secret])).toBe(words.join(' '));
				},
			),
		);
	});

	it('never throws, for any text and any secrets', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				fc.array(fc.string({ unit: 'binary' })),
				(text, secrets) => {
					expect(typeof redact(text, secrets)).toBe('string');
				},
			),
		);
	});
});

describe('safeText, for any value', () => {
	it('gives one line within the limit', () => {
		fc.assert(
			fc.property(fc.anything(), fc.nat(400), (value, max) => {
				const line = safeText(value, max);
				expect(line.length).toBeLessThanOrEqual(max);
				expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
			}),
		);
	});
});
