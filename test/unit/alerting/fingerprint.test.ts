import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/fingerprint.js';
import { steadyWords } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/steady-words.js';

interface Example {
	readonly workflow: string;
	readonly node: string;
	readonly errorClass: string;
	readonly message: string;
	readonly groupBy: string;
	readonly fingerprint: string;
}

const EXAMPLES = JSON.parse(
	readFileSync(new URL('../../fixtures/fingerprints.json', import.meta.url), 'utf8'),
) as Example[];

const TRAITS = {
	workflow: 'wf1',
	node: 'Import',
	errorClass: 'NodeApiError',
	message: 'It failed',
};

describe('a fingerprint', () => {
	// Never change a fingerprint of this fixture: every user would get all alerts once more.
	it.each(EXAMPLES)(
		'of "$message" is the one of earlier versions',
		({ fingerprint, groupBy, ...traits }) => {
			expect(fingerprintOf(traits, groupBy)).toBe(fingerprint);
		},
	);

	it.each(['workflow', 'node', 'errorClass', 'message'] as const)('differs by %s', (trait) => {
		expect(fingerprintOf({ ...TRAITS, [trait]: 'another' }, '')).not.toBe(
			fingerprintOf(TRAITS, ''),
		);
	});

	it('is the key of the user alone, where there is one', () => {
		const other = { workflow: 'a', node: 'b', errorClass: 'c', message: 'd' };
		expect(fingerprintOf(TRAITS, 'shop')).toBe(fingerprintOf(other, 'shop'));
		expect(fingerprintOf(TRAITS, 'shop')).not.toBe(fingerprintOf(TRAITS, 'shop 2'));
	});

	it('does not mix up where one trait ends and the next begins', () => {
		const one = { ...TRAITS, workflow: 'a', node: 'bc' };
		const other = { ...TRAITS, workflow: 'ab', node: 'c' };
		expect(fingerprintOf(one, '')).not.toBe(fingerprintOf(other, ''));
	});
});

describe('two messages that differ in', () => {
	it.each([
		['a number', 'Row 12 is wrong', 'Row 4711 is wrong'],
		['a number with separators', 'Took 1,234.5 ms', 'Took 7 ms'],
		['a signed number', 'Balance is -5', 'Balance is 17'],
		['a percentage', 'Disk 97% full', 'Disk 100% full'],
		[
			'a UUID',
			'No 123e4567-e89b-12d3-a456-426614174000',
			'No 00000000-0000-4000-8000-00000000beef',
		],
		['a hexadecimal number', 'At 0xFF12', 'At 0x1'],
		['a commit', 'Commit a1b2c3d is bad', 'Commit 99f0e12 is bad'],
		['a commit of letters alone', 'Commit deadbeef is bad', 'Commit 12345678 is bad'],
		['an ISO date', 'Since 2026-11-28T06:21:26.123Z', 'Since 2025-01-02T03:04:05Z'],
		['a date with a blank', 'Since 2026-11-28 06:21', 'Since 2025-01-02 23:59'],
		['a date of mail', 'At Sat, 28 Nov 2026 06:21:26 +0000', 'At Mon, 1 Jun 2026 16:01:00 +0200'],
		['an American date', 'On Saturday, November 28, 2026', 'On Friday, May 1, 2026'],
		['a time of day', 'At 6:21 PM', 'At 11:05 AM'],
		['a value in double quotes', 'Bad "foo" here', 'Bad "bar baz" here'],
		['a value in single quotes', "Bad 'foo' here", "Bad 'it is' here"],
		['a value in typographic quotes', 'Bad “foo” here', 'Bad “bar” here'],
		['a value in backticks', 'Bad `foo` here', 'Bad `bar` here'],
		['a value with escaped quotes', String.raw`Bad "a\"b" here`, 'Bad "c" here'],
		['a mail address', 'No a.b@example.com', 'No x+y@mail.example.org'],
		['a mail address in brackets', 'No <a@example.com>', 'No <b@example.com>'],
		[
			'an IPv4 address',
			'connect ECONNREFUSED 10.0.0.1:5432',
			'connect ECONNREFUSED 192.168.7.20:5432',
		],
		['an IPv6 address', 'connect to ::1 port 25', 'connect to 2001:db8::7 port 587'],
		['an IPv6 address in brackets', 'at [fe80::1] now', 'at [::ffff:1] now'],
		[
			'the query of a URL',
			'GET https://a.example/x?id=1 failed',
			'GET https://a.example/x?q=z&y=1 failed',
		],
		[
			'a number within a path',
			'GET https://a.example/u/12 failed',
			'GET https://a.example/u/99 failed',
		],
		['a random identifier', 'Request req_8f3KdL29mm', 'Request req_Zz91mPq03x'],
		['a token', 'Token eyJhbGciOiJIUzI1NiJ9.e30.abc', 'Token eyJ0eXAiOiJKV1QifQ.e30.def'],
		['the length of a list of numbers', 'Rows 1, 2 and 3', 'Rows 7, 8'],
		['the length of a list of values', 'No "a", "b"', 'No "c"'],
		['line ends and blanks', 'It  failed\n badly', 'It failed badly'],
	])('%s are the same problem', (_what, one, other) => {
		expect(steadyWords(one)).toBe(steadyWords(other));
	});

	it.each([
		['a word', 'The disk is full', 'The disk is broken'],
		['a word that begins like a month', 'Take decimal 5', 'Take market 5'],
		['a host', 'GET https://a.example/x failed', 'GET https://b.example/x failed'],
		['a path', 'GET https://a.example/users failed', 'GET https://a.example/orders failed'],
		['the name of a system error', 'connect ECONNREFUSED 1', 'connect ETIMEDOUT 1'],
		[
			'what an apostrophe does not quote',
			"It can't read, won't retry",
			"It can't write, won't retry",
		],
		['a short word of hexadecimal letters', 'The facade failed', 'The cafe failed'],
	])('%s are two problems', (_what, one, other) => {
		expect(steadyWords(one)).not.toBe(steadyWords(other));
	});

	it('any number are the same problem', () => {
		fc.assert(
			fc.property(
				fc.integer(),
				fc.integer(),
				fc.double({ noNaN: true, noDefaultInfinity: true }),
				(a, b, c) => {
					const at = (n: number) =>
						steadyWords(`Row ${String(n)} of file ${String(n)}.csv is too long`);
					expect(at(a)).toBe(at(b));
					expect(steadyWords(`Took ${c.toFixed(2)} s`)).toBe(steadyWords('Took 1 s'));
				},
			),
		);
	});

	it('any quoted value are the same problem', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 1 }), (value) => {
				expect(steadyWords(`Invalid value ${JSON.stringify(value)} in "Price"`)).toBe(
					steadyWords('Invalid value "x" in "Price"'),
				);
			}),
		);
	});
});
