import fc from 'fast-check';
import { decodeWords } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { MessageFields } from '../../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { parseAddressList } from '../../../../nodes/SmtpOAuthSendEmail/message/addresses/address-list.js';
import {
	headerValues,
	prepare,
	problemOf,
	readPrepared,
	send,
	valueOf,
} from '../../../support/message/prepared-message.js';

/** What copying leaves at the ends of a text. */
const MARKS = [
	'\n',
	'\r\n',
	' ',
	'\t',
	'\u00a0',
	'\u3000',
	'\ufeff',
	'\u200b',
	'\u202a',
	'\u202c',
	'\u2066',
	'\u2069',
	'\u200e',
	'\u2800',
	'\u3164',
];
const marks = fc.array(fc.constantFrom(...MARKS), { maxLength: 4 }).map((all) => all.join(''));

const recipients = (text: string) =>
	valueOf(parseAddressList(text, 'To Email')).map(({ address }) => address);

describe('a value with a line break at its end', () => {
	it.each<[keyof MessageFields, string, string, string]>([
		['subject', 'Hi', 'Subject', 'Hi'],
		['toEmail', 'a@x.test', 'To', 'a@x.test'],
		['ccEmail', 'a@x.test', 'Cc', 'a@x.test'],
		['fromEmail', 'Ann <a@x.test>', 'From', 'Ann <a@x.test>'],
		['replyTo', 'a@x.test', 'Reply-To', 'a@x.test'],
		['sender', 'a@x.test', 'Sender', 'a@x.test'],
		['messageId', '<id@x.test>', 'Message-ID', '<id@x.test>'],
		['inReplyTo', '<id@x.test>', 'In-Reply-To', '<id@x.test>'],
		['references', '<id@x.test>', 'References', '<id@x.test>'],
		['listUnsubscribe', 'https://x.test/u', 'List-Unsubscribe', '<https://x.test/u>'],
	])('is trimmed in %s', async (field, value, header, expected) => {
		const fromEmail = field === 'sender' ? 'b@x.test' : 'sender@example.com';
		for (const end of ['\n', '\r\n', '\r\n\r\n', ' \n\t', '\u00a0\n']) {
			const message = await send({ fromEmail, [field]: value + end });
			expect(headerValues(message, header).join()).toBe(expected);
			const before = await send({ fromEmail, [field]: end + value });
			expect(headerValues(before, header).join()).toBe(expected);
		}
	});

	it('is trimmed in a header of the author’s, its name included', async () => {
		const message = await send({ headers: [{ name: 'X-A\r\n', value: '\nvalue\r\n' }] });
		expect(headerValues(message, 'X-A')).toEqual(['value']);
	});
});

describe('a value of several lines', () => {
	it.each([
		[
			'a two-line error message',
			'Request failed\nconnect ECONNREFUSED',
			'Request failed connect ECONNREFUSED',
		],
		['prose with a colon', 'Request failed\r\nCause: timeout', 'Request failed Cause: timeout'],
		['a URL', 'Failed:\n\n  https://x.test/a', 'Failed: https://x.test/a'],
		['a folded value', 'Grüße\r\n aus Köln', 'Grüße aus Köln'],
	])('becomes one line in the subject: %s', async (_what, subject, expected) => {
		expect((await send({ subject })).email.subject).toBe(expected);
		const message = await send({ headers: [{ name: 'X-Error', value: subject }] });
		expect(decodeWords(headerValues(message, 'X-Error')[0] ?? '')).toBe(expected);
	});

	it.each([
		['In-Reply-To', 'inReplyTo', '\r\n <id@x.test>', '<id@x.test>'],
		[
			'References',
			'references',
			'<a@x.test>\r\n <b@x.test>\r\n\t<c@x.test>',
			'<a@x.test> <b@x.test> <c@x.test>',
		],
		[
			'References',
			'references',
			'\u202a<a@x.test>\u202c\n\u00a0<b@x.test>;<c@x.test>',
			'<a@x.test> <b@x.test> <c@x.test>',
		],
		['Message-ID', 'messageId', '\r\n <id@x.test>', '<id@x.test>'],
		[
			'List-Unsubscribe',
			'listUnsubscribe',
			'<https://x.test/u>,\r\n <mailto:l@x.test>',
			'<https://x.test/u>, <mailto:l@x.test>',
		],
		[
			'List-Unsubscribe',
			'listUnsubscribe',
			'https://x.test/u\nmailto:l@x.test',
			'<https://x.test/u>, <mailto:l@x.test>',
		],
	])('is unfolded in %s', async (header, field, value, expected) => {
		expect(headerValues(await send({ [field]: value }), header)).toEqual([expected]);
	});

	it.each([
		['folded', 'a@x.test,\r\n b@x.test'],
		['folded after a semicolon', 'a@x.test;\r\n\tb@x.test;'],
		['one on each line', 'a@x.test\nb@x.test\n'],
		['one on each line, with commas', 'a@x.test,\nb@x.test'],
		['one on each line, the comma first', 'a@x.test\n, b@x.test'],
		['indented lines', 'a@x.test\n  b@x.test'],
		['empty lines between', 'a@x.test\r\n\r\n \r\nb@x.test'],
		['old line ends', 'a@x.test\rb@x.test'],
	])('is a list of addresses: %s', (_what, text) => {
		expect(recipients(text)).toEqual(['a@x.test', 'b@x.test']);
	});

	it('keeps a folded name with its address, and takes no recipient out of it', () => {
		expect(valueOf(parseAddressList('evil@x.test\r\n Ann\r\n <a@x.test>', 'To'))).toEqual([
			{ name: 'evil@x.test Ann', address: 'a@x.test' },
		]);
		expect(valueOf(parseAddressList('"Lee,\r\n Ann" <a@x.test>', 'To'))).toEqual([
			{ name: 'Lee, Ann', address: 'a@x.test' },
		]);
	});

	it('may hold groups and named addresses of one line each', () => {
		expect(recipients('Ann Lee <a@x.test>\nTeam: b@x.test,\n c@x.test;\n<d@x.test>')).toEqual([
			'a@x.test',
			'b@x.test',
			'c@x.test',
			'd@x.test',
		]);
	});
});

describe('a list as Outlook copies it', () => {
	it('separates named addresses by semicolons', () => {
		expect(
			valueOf(
				parseAddressList('Lee, Ann <a@x.test>; "Bo (Ext)" <b@x.test>;\u00a0c@x.test; ', 'To'),
			),
		).toEqual([
			{ name: 'Lee, Ann', address: 'a@x.test' },
			{ name: 'Bo (Ext)', address: 'b@x.test' },
			{ name: '', address: 'c@x.test' },
		]);
	});
});

describe('no-break spaces and invisible marks', () => {
	it('around addresses, names and separators are dropped', () => {
		fc.assert(
			fc.property(marks, marks, marks, marks, (one, two, three, four) => {
				const space = (text: string) => text.replace(/[\r\n]/g, ' ');
				const text = `${one}a@x.test${space(two)},${three}Ann${space(four)}<${space(one).trim()}b@x.test${space(two)}>${three}`;
				expect(valueOf(parseAddressList(text, 'To Email'))).toEqual([
					{ name: '', address: 'a@x.test' },
					{ name: 'Ann', address: 'b@x.test' },
				]);
			}),
			{ numRuns: 500 },
		);
	});

	it('around a Message-ID are dropped', async () => {
		await fc.assert(
			fc.asyncProperty(marks, marks, async (before, after) => {
				const id = `${before}<id@x.test>${after}`;
				const message = await send({ messageId: id, inReplyTo: id, references: id + id });
				expect(message.prepared.messageId).toBe('<id@x.test>');
				expect(headerValues(message, 'In-Reply-To')).toEqual(['<id@x.test>']);
				expect(headerValues(message, 'References')).toEqual(['<id@x.test> <id@x.test>']);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('addresses against the RFC that exist', () => {
	it.each(['abc.@docomo.example', 'a..b@docomo.example', 'a...b..@docomo.example'])(
		'are sent to as typed: %s',
		async (address) => {
			const message = await send({ toEmail: `Ann <${address}>, ${address}` });
			expect(message.prepared.envelope.to).toEqual([address]);
			expect(headerValues(message, 'To')).toEqual([`Ann <${address}>, ${address}`]);
		},
	);
});

describe('what would add a header or a recipient', () => {
	it.each<[string, Partial<MessageFields>]>([
		['Subject', { subject: 'Hi\r\nBcc: eve@x.test' }],
		['Subject', { subject: 'Hi\nX-Evil:1' }],
		['Subject', { subject: 'Hi\r\n\r\nContent-Type: text/html\r\n\r\n<b>' }],
		['To Email', { toEmail: 'a@x.test\r\nBcc: eve@x.test' }],
		['To Email', { toEmail: 'a@x.test\nBcc: eve@x.test;' }],
		['To Email', { toEmail: '"A\r\nBcc: eve@x.test" <a@x.test>' }],
		['From Email', { fromEmail: 'a@x.test\nCc: eve@x.test;' }],
		['Options → Reply To', { replyTo: 'a@x.test\rSubject: x' }],
		['Options → References', { references: '<a@x.test>\r\nBcc: eve@x.test' }],
		['Options → In-Reply-To', { inReplyTo: '<a@x.test>\r\nTo: eve@x.test' }],
		['Options → Message-ID', { messageId: '<a@x.test>\r\nTo: eve@x.test' }],
		['Options → List-Unsubscribe', { listUnsubscribe: 'https://x.test\r\nBcc: eve@x.test' }],
		['Options → Headers → X-A', { headers: [{ name: 'X-A', value: 'a\r\nBcc: eve@x.test' }] }],
		['Options → Headers', { headers: [{ name: 'X-A\r\nBcc', value: 'eve@x.test' }] }],
	])('is refused in %s: %j', async (parameter, changes) => {
		expect(problemOf(await prepare(changes))).toMatchObject({
			code: 'INVALID_PARAMETER',
			parameter,
		});
	});

	it('does not come about by any line behind a name', async () => {
		const line = fc.constantFrom(
			'Bcc: eve@x.test',
			'eve@x.test',
			'<eve@x.test>',
			'x',
			' y',
			': z',
			'"',
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(line, { maxLength: 4 }),
				fc.constantFrom('\n', '\r\n', '\r'),
				async (lines, end) => {
					// As a template does it: {{ name }} <address>
					const name = ['Ann', ...lines].join(end);
					const parsed = await prepare({
						toEmail: `"${name.replace(/["\\]/g, '\\$&')}" <a@x.test>`,
					});
					if (!parsed.ok) return;
					const { prepared, headers } = await readPrepared(parsed.value);
					expect(prepared.envelope.to).toEqual(['a@x.test']);
					expect(headers.filter((header) => /bcc/i.test(header.name))).toEqual([]);
				},
			),
			{ numRuns: 300 },
		);
	});
});
