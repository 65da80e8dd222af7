import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recognizeOriginal } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/originals/recognize-original.js';

interface Fixture {
	readonly form: string;
	readonly source: string;
	readonly json: Record<string, unknown>;
}

const { items } = JSON.parse(
	readFileSync(new URL('../../../fixtures/original-messages.json', import.meta.url), 'utf8'),
) as { items: Fixture[] };

const ADA = { name: 'Lovelace, Ada', address: 'ada@example.com' };
const ADA_AT_HOME = { name: 'Ada at home', address: 'ada.home@example.com' };
const SUPPORT = { name: 'Support', address: 'support@example.org' };
const GRACE = { name: 'Grace Hopper', address: 'grace@example.com' };
const JOERG = { name: 'Jörg', address: 'joerg@example.net' };
const THREAD = ['<CAF8x0@mail.example.com>', '<CAF8x1@mail.example.com>'];
const ID = '<CAF8x2@mail.example.com>';
const SUBJECT = 'Invoice 4711 is missing';
const SENT_AT = Date.parse('2026-11-27T09:15:00Z');

const WHOLE = {
	from: [ADA],
	replyTo: [ADA_AT_HOME],
	to: [SUPPORT, GRACE],
	cc: [JOERG],
	subject: SUBJECT,
	messageId: ID,
	references: THREAD,
	sentAtMs: SENT_AT,
};

const EXPECTED: Record<string, object> = {
	imapSimple: WHOLE,
	imapResolved: WHOLE,
	imapRaw: { from: [], replyTo: [], to: [], references: [] },
	gmail: WHOLE,
	gmailSimplified: { from: [ADA], to: [SUPPORT, GRACE], cc: [JOERG], subject: SUBJECT },
	outlook: { ...WHOLE, references: [] },
	outlookSimplified: {
		from: [{ name: '', address: 'ada@example.com' }],
		to: [
			{ name: '', address: 'support@example.org' },
			{ name: '', address: 'grace@example.com' },
		],
		subject: SUBJECT,
	},
};

describe('recognizeOriginal', () => {
	it.each(items.map((item) => [item.source, item] as const))(
		'recognizes an item of %s, with all that it holds',
		(_source, { form, json }) => {
			expect(recognizeOriginal(json)).toMatchObject({ form, ...EXPECTED[form] });
		},
	);

	it('finds no Message-ID in the simplified items of Gmail and Outlook', () => {
		const simplified = items.filter(({ form }) => form.endsWith('Simplified'));
		expect(simplified).toHaveLength(2);
		for (const { json } of simplified) expect(recognizeOriginal(json).messageId).toBeUndefined();
	});

	it('quotes the text of a mail that has one, and the HTML of one by Microsoft Graph', () => {
		const texts = Object.fromEntries(
			items.map(({ form, json }) => [form, recognizeOriginal(json)] as const),
		);
		expect(texts['imapSimple']?.text).toContain('the invoice <4711> did not arrive');
		expect(texts['gmail']?.text).toContain('the invoice <4711> did not arrive');
		expect(texts['outlook']?.html).toContain('the invoice &lt;4711&gt; did not arrive');
		expect(texts['outlook']?.text).toBeUndefined();
	});

	it('reads fields of any step as plain fields', () => {
		const json = {
			from: 'Ada <ada@example.com>',
			cc: ['grace@example.com', 'Jörg <joerg@example.net>'],
			subject: 'Hello',
			messageId: 'a@b',
			references: '<x@y>\r\n <z@y>',
			date: '2026-11-27T09:15:00Z',
		};
		expect(recognizeOriginal(json)).toMatchObject({
			form: 'plainFields',
			from: [{ name: 'Ada', address: 'ada@example.com' }],
			cc: [
				{ name: '', address: 'grace@example.com' },
				{ name: 'Jörg', address: 'joerg@example.net' },
			],
			messageId: '<a@b>',
			references: ['<x@y>', '<z@y>'],
			sentAtMs: SENT_AT,
		});
	});

	it('cuts a name that no line of a header could hold, and no character in two', () => {
		const [plain] = recognizeOriginal({
			from: { address: 'a@x.test', name: 'x'.repeat(5_000) },
		}).from;
		expect(plain).toEqual({ name: 'x'.repeat(200), address: 'a@x.test' });
		const [cut] = recognizeOriginal({ from: `"${'x'.repeat(199)}😀" <a@x.test>` }).from;
		expect(cut).toEqual({ name: 'x'.repeat(199), address: 'a@x.test' });
	});

	it('takes numbers for texts', () => {
		expect(recognizeOriginal({ subject: 4711, text: 12 })).toMatchObject({
			subject: '4711',
			text: '12',
		});
	});

	it('takes an In-Reply-To with one ID for the thread where there are no References', () => {
		expect(recognizeOriginal({ messageId: '<b@x>', inReplyTo: '<a@x>' }).references).toEqual([
			'<a@x>',
		]);
		expect(recognizeOriginal({ messageId: '<b@x>', inReplyTo: '<a@x> <c@x>' }).references).toEqual(
			[],
		);
	});

	it.each(['undefined', '<null>', 'NaN'])('takes no missing value for a Message-ID: %s', (id) => {
		const { messageId, references } = recognizeOriginal({ messageId: id, references: [id] });
		expect({ messageId, references }).toEqual({ messageId: undefined, references: [] });
	});

	it('takes Message-IDs of escaped HTML', () => {
		expect(recognizeOriginal({ messageId: '&lt;a@x&gt;' }).messageId).toBe('<a@x>');
	});

	it.each([
		[1795770900, SENT_AT],
		['1795770900', SENT_AT],
		[SENT_AT, SENT_AT],
		[46353.39, undefined],
		[0, undefined],
	])('takes a number for Unix ms or seconds, not for a day of a spreadsheet: %j', (date, atMs) => {
		expect(recognizeOriginal({ date }).sentAtMs).toBe(atMs);
	});

	it('tells which fields hold people who cannot be read', () => {
		const json = {
			replyTo: 'Support',
			to: ['a@x.test', 'b@x.test, Dave'],
			cc: { value: [{ address: 'c@x.test' }, { address: 'd@x.test e' }] },
		};
		expect(recognizeOriginal(json).unreadable).toEqual(['to', 'cc']);
		expect(recognizeOriginal({ ...json, to: 'a@x.test', cc: [] }).unreadable).toEqual([]);
	});

	it('answers one of its own messages to those who got it, by the ID that the server gave it', () => {
		const json = {
			status: 'sent',
			messageId: '<own@example.org>',
			serverMessageId: '<server@prod.outlook.com>',
			envelope: { from: 'a@example.org', to: ['ada@example.com'] },
			transport: 'smtp',
		};
		expect(recognizeOriginal(json)).toMatchObject({
			form: 'statusItem',
			from: [{ name: '', address: 'ada@example.com' }],
			messageId: '<server@prod.outlook.com>',
		});
		const byGmail = { ...json, serverMessageId: '19ad0c0ffee', transport: 'gmailApi' };
		expect(recognizeOriginal(byGmail).messageId).toBe('<own@example.org>');
	});

	it.each([
		['an empty item', {}],
		[
			'numbers and lists where texts should be',
			{ from: 4, to: [1, null], subject: ['x'], date: {} },
		],
		['an address list that cannot be read', { from: '"open <a@x.test>', headers: 'none' }],
		['a date beyond all dates', { date: 9e15, messageId: '<>' }],
	])('reads %s without failing, and invents nothing', (_what, json) => {
		expect(recognizeOriginal(json)).toEqual({
			form: 'plainFields',
			from: [],
			replyTo: [],
			to: [],
			cc: [],
			unreadable: [],
			references: [],
			headers: new Map(),
		});
	});
});
