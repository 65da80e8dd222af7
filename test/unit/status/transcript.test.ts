import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../../nodes/SmtpOAuthSendEmail/untrusted/redact.js';
import { maskAddresses } from '../../../nodes/SmtpOAuthSendEmail/status/mask-addresses.js';
import { Transcript } from '../../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import { holdsPieceOf } from '../../support/tls/access-token.js';

const NO_SECRETS = createRedaction([]);
const still = () => new Transcript(() => 0);

describe('a transcript', () => {
	it('gives each line its speaker and its time since the beginning', () => {
		let nowMs = 1_000;
		const transcript = new Transcript(() => nowMs);
		nowMs = 1_011.6;
		transcript.remark('connected');
		nowMs = 1_200;
		transcript.say('S', '250-first\r\n250 second', NO_SECRETS);
		transcript.say('C', 'EHLO me', NO_SECRETS);
		expect(transcript.lines()).toEqual([
			'12 ms (connected)',
			'200 ms S: 250-first',
			'200 ms S: 250 second',
			'200 ms C: EHLO me',
		]);
	});

	it('has 200 lines at most: the first 60, how many are missing, and the last', () => {
		const transcript = still();
		for (let line = 1; line <= 200; line += 1) transcript.say('C', `NOOP ${line}`, NO_SECRETS);
		const lines = transcript.lines();
		expect(lines).toHaveLength(200);
		expect(lines.slice(58, 62)).toEqual([
			'0 ms C: NOOP 59',
			'0 ms C: NOOP 60',
			'(lines left out: 1)',
			'0 ms C: NOOP 62',
		]);
		for (let line = 201; line <= 5_000; line += 1) transcript.say('C', `NOOP ${line}`, NO_SECRETS);
		expect(transcript.lines()).toHaveLength(200);
		expect(transcript.lines()[60]).toBe('(lines left out: 4801)');
		expect(transcript.lines().at(-1)).toBe('0 ms C: NOOP 5000');
	});

	it('has 500 characters a line and 40 lines of one reply at most', () => {
		const transcript = still();
		transcript.say('S', `250 ${'x'.repeat(5_000)}`, NO_SECRETS);
		transcript.say('S', Array.from({ length: 90 }, () => '250-y').join('\r\n'), NO_SECRETS);
		const lines = transcript.lines();
		expect(lines[0]).toHaveLength(500);
		expect(lines).toHaveLength(42);
		expect(lines.at(-1)).toBe('0 ms (further lines: 50)');
	});

	it('holds nothing of a secret, in whatever form and on however many lines', () => {
		const secret = fc.stringMatching(/^[A-Za-z0-9+/._~=-]{24,200}$/).map((text) => `Zq${text}`);
		const forms: readonly ((text: string) => string)[] = [
			(text) => text,
			(text) => encodeURIComponent(text),
			(text) => JSON.stringify(text),
			(text) => Buffer.from(text).toString('base64'),
			(text) => Buffer.from(`?${text}`).toString('base64url'),
			(text) => Buffer.from(`user=a@b.c\x01auth=Bearer ${text}\x01\x01`).toString('base64'),
			(text) => Buffer.from(`n,a=a@b.c,\x01auth=Bearer ${text}\x01\x01`).toString('base64'),
		];
		fc.assert(
			fc.property(
				secret,
				fc.constantFrom(...forms),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.constantFrom('\r\n250-', '\r\n250 2.0.0 ', ' ', ''),
				fc.constantFrom('C', 'S'),
				(token, encode, where, gap, speaker) => {
					const encoded = encode(token);
					const cut = Math.floor(where * encoded.length);
					const text = `250 ok ${encoded.slice(0, cut)}${gap}${encoded.slice(cut)} end`;
					const transcript = still();
					transcript.say(speaker, text, createRedaction([token]));
					const told = transcript.lines().join('\n');
					expect(holdsPieceOf(told, token)).toBe(false);
					// What stands before it in a sign-in is no secret.
					const another = encode('!'.repeat(token.length));
					const begin = [...encoded].findIndex((character, at) => character !== another[at]);
					expect(holdsPieceOf(told, encoded.slice(begin))).toBe(false);
				},
			),
			{ numRuns: 300 },
		);
	});
});

describe('the mask', () => {
	it.each([
		['MAIL FROM:<anna@contoso.com> SIZE=5', 'MAIL FROM:<a***@contoso.com> SIZE=5'],
		['anna.lang+x=y@contoso.com, bob@x.test', 'a***@contoso.com, b***@x.test'],
		['ORCPT=rfc822;bob@x.test', 'ORCPT=rfc822;b***@x.test'],
		['<"anna lang"@x.test>', '<***@x.test>'],
		['<üser@bücher.example>', '<ü***@bücher.example>'],
		['https://x.test/?u=anna%40contoso.com', 'https:/***%40contoso.com'],
		['Hello [203.0.113.9], from 198.51.100.7:25.', 'Hello [*.*.*.*], from *.*.*.*:25.'],
		['at your service, [2001:db8::17]', 'at your service, [*:*]'],
		['[IPv6:2001:db8::17]', '[*:*]'],
	])('hides who and where: %s', (text, expected) => {
		expect(maskAddresses(text)).toBe(expected);
	});

	it.each([
		'250-AUTH LOGIN PLAIN XOAUTH2',
		'535 5.7.3 Authentication unsuccessful [AM0PR06CA0126.eurprd06.prod.outlook.com 2026-11-22T11:25:21.972Z 08DD66EDEFB0DFDF]',
		'220 mail.example.com ESMTP Sendmail 8.17.1/8.17.1; Sun, 22 Nov 2026',
		'554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
	])('leaves other words alone: %s', (text) => {
		expect(maskAddresses(text)).toBe(text);
	});

	it('leaves no local part of more than one letter', () => {
		const local = fc
			.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{2,30}$/)
			// What is put in its place cannot be told from these.
			.filter((name) => !/^\*+$/.test(name));
		// Between quotation marks all of it is one local part.
		const around = fc.string().map((text) => text.replaceAll('"', ''));
		fc.assert(
			fc.property(local, around, around, (name, before, after) => {
				const masked = maskAddresses(`${before} ${name}@contoso.com ${after}`);
				expect(masked).not.toContain(`${name}@contoso.com`);
				expect(masked).toContain('***@contoso.com');
			}),
		);
	});

	it('takes time linear in the length of a line', () => {
		for (const part of ['a', '"', 'a"', '@', '%4', '[:', '1.', '[IPv6:']) {
			expect(maskAddresses(part.repeat(50_000)).length).toBeGreaterThan(0);
		}
	});
});
