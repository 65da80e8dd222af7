import { readFileSync } from 'node:fs';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const { items: fixtures } = JSON.parse(
	readFileSync(new URL('../../fixtures/original-messages.json', import.meta.url), 'utf8'),
) as { items: { form: string; source: string; json: IDataObject }[] };

/** The message of the fixtures, with recipients that the sandbox has. */
const ORIGINAL = {
	from: 'Bob <bob@sandbox.test>',
	to: ['alice@sandbox.test', 'Carol <carol@sandbox.test>'],
	cc: ['dave@sandbox.test'],
	subject: 'Invoice 4711 is missing',
	messageId: '<CAF8x2@mail.example.com>',
	references: ['<CAF8x0@mail.example.com>', '<CAF8x1@mail.example.com>'],
	date: '2026-11-27T09:15:00Z',
	text: 'the invoice <4711> did not arrive.',
};

/** Answers one item; gives the status item and what arrived. */
async function replyTo(json: IDataObject, parameters: IDataObject = {}, node: MailNode = {}) {
	const workflow = await MailWorkflow.create(sandbox, {
		isBare: true,
		parameters: { operation: 'reply', emailFormat: 'text', text: 'It is coming.', ...parameters },
		...node,
	});
	const arrived = sandbox.mail.messages.length;
	const run = await workflow.run([json]);
	const [item = {}] = run.data.resultData.error === undefined ? jsonOf(run, MAIL) : [];
	const [message] = sandbox.mail.messages.slice(arrived);
	const headers =
		message?.raw
			.toString()
			.split('\r\n\r\n')[0]
			?.replace(/\r\n[ \t]+/g, ' ') ?? '';
	const header = (name: string) =>
		headers
			.split('\r\n')
			.filter((line) => line.toLowerCase().startsWith(`${name}:`))
			.map((line) => line.slice(name.length + 1).trim());
	return { run, item, message, header };
}

describe('a reply', () => {
	it('goes to the sender, in the thread, and says that a program wrote it', async () => {
		const { item, header, message } = await replyTo(ORIGINAL);
		expect(item).toMatchObject({
			status: 'sent',
			inReplyTo: ORIGINAL.messageId,
			recognizedAs: 'plainFields',
			envelope: { from: 'alice@sandbox.test', to: ['bob@sandbox.test'] },
		});
		expect(item).not.toHaveProperty('warnings');
		expect(header('to')).toEqual(['Bob <bob@sandbox.test>']);
		expect(header('cc')).toEqual([]);
		expect(header('subject')).toEqual(['Re: Invoice 4711 is missing']);
		expect(header('in-reply-to')).toEqual([ORIGINAL.messageId]);
		expect(header('references')).toEqual([[...ORIGINAL.references, ORIGINAL.messageId].join(' ')]);
		expect(header('auto-submitted')).toEqual(['auto-replied']);
		const lines = (message?.parsed.text ?? '').trim().split('\n');
		expect(lines[0]).toBe('It is coming.');
		expect(lines.at(-1)).toBe('> the invoice <4711> did not arrive.');
		expect(lines.at(-2)).toContain('Bob <bob@sandbox.test> wrote:');
	});

	it('to all goes to everybody once, and not to itself', async () => {
		const { item, header } = await replyTo(ORIGINAL, { options: { replyAll: true } });
		expect(item['envelope']).toMatchObject({
			to: ['bob@sandbox.test', 'carol@sandbox.test', 'dave@sandbox.test'],
		});
		expect(header('to')).toEqual(['Bob <bob@sandbox.test>, Carol <carol@sandbox.test>']);
		expect(header('cc')).toEqual(['dave@sandbox.test']);
	});

	it('to all names nobody a second time who is in Cc already', async () => {
		const options = { replyAll: true, ccEmail: 'carol@sandbox.test, DAVE@sandbox.test' };
		const { header } = await replyTo(ORIGINAL, { options });
		expect(header('to')).toEqual(['Bob <bob@sandbox.test>']);
		expect(header('cc')).toEqual(['carol@sandbox.test, DAVE@sandbox.test']);
	});

	it('quotes in HTML with everything escaped, below the line of n8n', async () => {
		const { message } = await replyTo(ORIGINAL, { emailFormat: 'html', html: '<p>Soon.</p>' });
		const html = message?.parsed.html ?? '';
		expect(html).toContain('the invoice &lt;4711&gt; did not arrive.');
		expect(html.indexOf('<p>Soon.')).toBeLessThan(html.indexOf('sent automatically'));
		expect(html.indexOf('sent automatically')).toBeLessThan(html.indexOf('<blockquote'));
	});

	it('quotes nothing with Quote Original off', async () => {
		const options = { quoteOriginal: false, appendAttribution: false };
		const { message } = await replyTo(ORIGINAL, { options });
		expect(message?.parsed.text?.trim()).toBe('It is coming.');
	});

	it('takes recipient, subject and thread from the parameters where they say so', async () => {
		const { item, header } = await replyTo(ORIGINAL, {
			toEmail: 'erin@sandbox.test',
			subject: 'Something else',
			options: { inReplyTo: '<other@x.test>', references: '<first@x.test> <other@x.test>' },
		});
		expect(item).toMatchObject({ inReplyTo: '<other@x.test>' });
		expect(item['envelope']).toMatchObject({ to: ['erin@sandbox.test'] });
		expect(header('subject')).toEqual(['Something else']);
		expect(header('in-reply-to')).toEqual(['<other@x.test>']);
		expect(header('references')).toEqual(['<first@x.test> <other@x.test>']);
	});

	it('answers its own status item in its thread', async () => {
		const first = await replyTo(ORIGINAL);
		const { item, header } = await replyTo(first.item, { subject: 'One more thing' });
		expect(item).toMatchObject({ status: 'sent', recognizedAs: 'statusItem' });
		expect(item['envelope']).toMatchObject({ to: ['bob@sandbox.test'] });
		expect(header('in-reply-to')).toEqual([first.item['messageId']]);
	});
});

describe('a message that must not be answered by a program', () => {
	const automatic = { ...ORIGINAL, headers: { 'auto-submitted': 'auto-generated' } };

	it('is skipped, before the credential is read', async () => {
		const { item, message } = await replyTo(automatic, {}, { credential: { provider: 7 } });
		expect(item).toMatchObject({
			status: 'skipped',
			skippedBecause: 'automatic',
			automaticSign: 'Auto-Submitted: auto-generated',
			envelope: { from: '', to: [] },
			accepted: [],
			rejected: [],
			attempts: 0,
		});
		expect(message).toBeUndefined();
	});

	it('is skipped where a mail system without a domain wrote it', async () => {
		const { item, message } = await replyTo({ ...ORIGINAL, from: 'MAILER-DAEMON' });
		expect(item).toMatchObject({ status: 'skipped', automaticSign: 'From: mailer-daemon' });
		expect(message).toBeUndefined();
	});

	it('is answered where the option says so', async () => {
		const { item } = await replyTo(automatic, { options: { replyToAutomatic: true } });
		expect(item).toMatchObject({ status: 'sent' });
	});

	it('sends no other answer in the stop mode where its option is wrong', async () => {
		const options = { replyToAutomatic: '={{ $json.wrong ? "perhaps" : false }}' };
		const workflow = await MailWorkflow.create(sandbox, {
			isBare: true,
			parameters: { operation: 'reply', emailFormat: 'text', text: 'x', options },
		});
		const before = sandbox.mail.messages.length;
		const run = await workflow.run([ORIGINAL, { ...automatic, wrong: true }]);
		expect(errorOf(run).message).toContain('Reply to Automatic Messages');
		expect(sandbox.mail.messages).toHaveLength(before);
	});

	it('keeps no other item from its answer', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			isBare: true,
			parameters: { operation: 'reply', emailFormat: 'text', text: 'x' },
		});
		const run = await workflow.run([automatic, ORIGINAL, automatic]);
		expect(jsonOf(run, MAIL).map(({ status }) => status)).toEqual(['skipped', 'sent', 'skipped']);
	});
});

describe('an item that does not hold what a reply needs', () => {
	it.each([
		['To Email', {}, { subject: 'x' }, 'no sender to answer'],
		['Subject', { from: 'bob@sandbox.test' }, {}, 'no subject'],
		['To Email', { raw: 'text' }, { subject: 'x' }, 'format RAW'],
		['Subject', { status: 'sent', envelope: { to: ['bob@sandbox.test'] } }, {}, 'status item'],
	])('is refused naming %s', async (parameter, json, parameters, words) => {
		const { run } = await replyTo(json, parameters);
		const { context, message, description } = errorOf(run);
		expect(context.data?.failure['code']).toBe('INVALID_PARAMETER');
		expect(message).toContain(words);
		expect(description).toContain(parameter);
	});

	it('is answered all the same where the parameters give it', async () => {
		const { item } = await replyTo({ raw: 'x' }, { toEmail: 'bob@sandbox.test', subject: 'x' });
		expect(item).toMatchObject({ status: 'sent', recognizedAs: 'imapRaw' });
		expect(item['warnings']).toEqual([expect.stringContaining('set Format to Resolved')]);
	});

	it.each(fixtures.filter(({ form }) => form.endsWith('Simplified')))(
		'is answered without a thread, and told how to get one ($source)',
		async ({ json }) => {
			const { item, header } = await replyTo(json, { toEmail: 'bob@sandbox.test' });
			expect(item).toMatchObject({ status: 'sent' });
			expect(item).not.toHaveProperty('inReplyTo');
			expect(item['warnings']).toEqual([expect.stringMatching(/Simplify off|Output to Raw/)]);
			expect(header('in-reply-to')).toEqual([]);
			expect(header('subject')).toEqual(['Re: Invoice 4711 is missing']);
		},
	);
});

it('a reply to all joins addresses as they were pasted with names that need quotes', async () => {
	const { item } = await replyTo(
		{ ...ORIGINAL, to: '"Doe, Carol" <carol@sandbox.test>', cc: '"Roe, Dave" <dave@sandbox.test>' },
		{
			toEmail: 'erin@sandbox.test frank@sandbox.test',
			options: { replyAll: true, ccEmail: 'mailto:grace@sandbox.test' },
		},
	);
	expect(item['accepted']).toEqual([
		'erin@sandbox.test',
		'frank@sandbox.test',
		'carol@sandbox.test',
		'grace@sandbox.test',
		'dave@sandbox.test',
	]);
});

describe('addresses of the original that cannot be read', () => {
	it('are told of where the reply should go to them', async () => {
		const broken = { ...ORIGINAL, replyTo: 'a@x.test, Ann', to: 'carol@sandbox.test, Dave' };
		const toAll = await replyTo(broken, { options: { replyAll: true } });
		expect(toAll.item).toMatchObject({
			accepted: ['bob@sandbox.test', 'dave@sandbox.test'],
			warnings: [
				'The addresses in "replyTo" of the original cannot be read. The reply goes to the sender.',
				'The addresses in "to" of the original cannot be read. The reply goes without them.',
			],
		});
		const { item } = await replyTo(broken, { toEmail: 'carol@sandbox.test' });
		expect(item).not.toHaveProperty('warnings');
	});
});

describe('an expression of a reply that gives nothing', () => {
	const nothing = '={{ $json.nothing }}';

	it('for its text is told of in the item and in the editor', async () => {
		const { run, item } = await replyTo(ORIGINAL, { text: nothing });
		expect(item['warnings']).toEqual([
			'The expression in "Text" gives nothing: the reply is empty above the quote.',
		]);
		const [output] = run.data.resultData.runData[MAIL] ?? [];
		expect(output?.hints?.map(({ message }) => message)).toEqual(item['warnings']);
	});

	it('for its HTML is told of where nothing is quoted', async () => {
		const parameters = { emailFormat: 'html', html: nothing, options: { quoteOriginal: false } };
		expect((await replyTo(ORIGINAL, parameters)).item['warnings']).toEqual([
			'The expression in "HTML" gives nothing: the reply is empty.',
		]);
	});

	it('for a copy is told of, for the subject the original gives one', async () => {
		const parameters = { subject: nothing, options: { ccEmail: nothing } };
		const { item, header } = await replyTo(ORIGINAL, parameters);
		expect(header('subject')).toEqual(['Re: Invoice 4711 is missing']);
		expect(item['warnings']).toEqual([expect.stringContaining('"Options → CC Email"')]);
	});
});
