import { decodeWords } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import {
	headerValues,
	prepare,
	problemOf,
	send,
} from '../../../support/message/prepared-message.js';

describe('own headers', () => {
	it('are sent, several of one name too, the empty ones left out', async () => {
		const message = await send({
			headers: [
				{ name: 'X-Campaign', value: 'a' },
				{ name: 'X-Campaign', value: 'b' },
				{ name: 'X-JSON', value: '{"a":  "=?"}' },
				{ name: 'X-Empty', value: ' ' },
				{ name: '', value: '' },
			],
		});
		expect(headerValues(message, 'X-Campaign')).toEqual(['a', 'b']);
		expect(headerValues(message, 'X-JSON')).toEqual(['{"a":  "=?"}']);
		expect(headerValues(message, 'X-Empty')).toEqual([]);
	});

	it('are encoded where they are not ASCII and folded where they are long', async () => {
		const long = 'word '.repeat(300).trim();
		const message = await send({
			headers: [
				{ name: 'X-City', value: 'Zürich 東京' },
				{ name: 'X-Long', value: long },
				{ name: 'X-Word', value: 'x'.repeat(3_000) },
			],
		});
		const values = new Map(
			message.email.headers.map(({ key, value }) => [key, decodeWords(value)]),
		);
		expect(values.get('x-city')).toBe('Zürich 東京');
		expect(values.get('x-long')).toBe(long);
		expect(values.get('x-word')).toBe('x'.repeat(3_000));
		expect(message.raw).toMatch(/^[\t\r\n\x20-\x7e]*$/);
		expect(Math.max(...message.raw.split('\r\n').map((line) => line.length))).toBeLessThan(100);
	});

	it.each([
		['From', 'From Email'],
		['sender', 'Options → Sender'],
		['TO', 'To Email'],
		['Cc', 'Options → CC Email'],
		['bcc', 'Options → BCC Email'],
		['Reply-To', 'Options → Reply To'],
		['Subject', 'Subject'],
		['Message-Id', 'Options → Message-ID'],
		['In-Reply-To', 'Options → In-Reply-To'],
		['References', 'Options → References'],
		['Date', 'Remove it'],
		['MIME-Version', 'Remove it'],
		['Content-Type', 'Remove it'],
		['content-transfer-encoding', 'Remove it'],
		['Content-Anything', 'Remove it'],
		['Return-Path', 'Options → Sender'],
		['Received', 'Remove it'],
		['DKIM-Signature', 'Remove it'],
		[' To ', 'To Email'],
	])('may not be %s', async (name, remedy) => {
		const problem = problemOf(await prepare({ headers: [{ name, value: 'x' }] }));
		expect(problem.parameter).toBe('Options → Headers');
		expect(problem.remedy).toContain(remedy);
	});

	it.each([
		['List-Unsubscribe', { listUnsubscribe: 'https://example.com/' }],
		['List-Unsubscribe-Post', { listUnsubscribe: 'https://example.com/' }],
		['X-Priority', { priority: 'high' }],
		['Importance', { priority: 'low' }],
	] as const)('may be %s unless its option is given', async (name, changes) => {
		const headers = [{ name, value: 'x' }];
		expect(headerValues(await send({ headers }), name)).toEqual(['x']);
		expect(problemOf(await prepare({ headers, ...changes })).parameter).toBe('Options → Headers');
	});

	it.each(['X Y', 'X:Y', ':', 'X-Ü', 'X-A\r\nBcc', '', 'X'.repeat(77), 'X\0'])(
		'refuse the name %j',
		async (name) => {
			const problem = problemOf(await prepare({ headers: [{ name, value: 'x' }] }));
			expect(problem.parameter).toBe('Options → Headers');
		},
	);

	it.each(['a\r\nBcc: b@example.com', 'a\nX-B: b', 'a\rCc: b', 'a\0b'])(
		'refuse the value %j',
		async (value) => {
			const problem = problemOf(await prepare({ headers: [{ name: 'X-A', value }] }));
			expect(problem.parameter).toBe('Options → Headers → X-A');
		},
	);
});

it.each([
	['Disposition-Notification-To', 'Jörg <a@x.test>', '=?UTF-8?Q?J=C3=B6rg?= <a@x.test>'],
	[
		'Disposition-Notification-To',
		'"Müller, Jörg" <a@x.test>, b@x.test',
		/ <a@x\.test>, b@x\.test$/,
	],
	['Return-Receipt-To', 'a@bücher.example (Ann)', 'Ann <a@xn--bcher-kva.example>'],
	['List-Id', 'Köln <list.x.test>', '=?UTF-8?Q?K=C3=B6ln?= <list.x.test>'],
	[
		'List-Id',
		'"Köln und Bonn" <list.x.test>',
		/^=\?UTF-8\?Q\?K=C3=B6ln_und_Bonn\?= <list\.x\.test>$/,
	],
	['List-Post', '<mailto:l@x.test> (für Köln)', /^<mailto:l@x\.test> =\?/],
	['X-Owner', 'Jörg <a@x.test>', /^=\?\S+ <a@x\.test>$/],
])(
	'a header with a name outside ASCII keeps what programs read: %s: %s',
	async (name, value, written) => {
		const message = await send({ headers: [{ name, value }] });
		const [header = ''] = headerValues(message, name);
		if (typeof written === 'string') expect(header).toBe(written);
		else expect(header).toMatch(written);
		expect(header).toMatch(/^[\x20-\x7e]*$/);
	},
);

it.each([
	['List-Unsubscribe', 'https://x.test/u', '<https://x.test/u>'],
	['list-help', ' mailto:help@x.test\n', '<mailto:help@x.test>'],
	[
		'List-Unsubscribe',
		'<https://x.test/u>, <mailto:u@x.test>',
		'<https://x.test/u>, <mailto:u@x.test>',
	],
	['List-Post', 'NO', 'NO'],
	['X-Link', 'https://x.test/u', 'https://x.test/u'],
])('a link of a list stands in angle brackets: %s: %s', async (name, value, written) => {
	expect(headerValues(await send({ headers: [{ name, value }] }), name)).toEqual([written]);
});

it.each([
	'Zürich <b>x</b> <i>',
	'a < ü > b',
	'<ü> x',
	'"Jörg" <a@x.test>',
	'ü<a@x.test>',
	'<',
	'> ü <',
])('a header of free text is shown as it was written: %s', async (value) => {
	const message = await send({ headers: [{ name: 'X-Note', value }] });
	expect(decodeWords(headerValues(message, 'X-Note')[0] ?? '')).toBe(value);
});
