import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IDataObject } from 'n8n-workflow';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const ATTRIBUTION = 'This email was sent automatically with';

/** Sends one mail; fails unless it was sent. */
async function sendOne(parameters: IDataObject, node: MailNode = {}) {
	const workflow = await MailWorkflow.create(sandbox, { ...node, parameters });
	const run = await workflow.run();
	expect(run.data.resultData.error).toBeUndefined();
	const [item] = jsonOf(run, MAIL);
	expect(item).toMatchObject({ status: 'sent' });
	const message = sandbox.mail.messages.find(
		({ parsed }) => parsed.messageId === item?.['messageId'],
	);
	if (!message) throw new Error('The message did not arrive');
	return { message, headers: message.raw.toString().split('\r\n\r\n')[0] ?? '' };
}

describe('a sent item', () => {
	it('has exactly the fields of a status item', async () => {
		const workflow = await MailWorkflow.create(sandbox);
		const [item] = outputOf(await workflow.run([{ order: 1 }]), MAIL)[0] ?? [];
		const message = sandbox.mail.messages.at(-1);
		expect(item?.json).toStrictEqual({
			status: 'sent',
			messageId: message?.parsed.messageId,
			envelope: { from: 'alice@sandbox.test', to: ['bob@sandbox.test'] },
			accepted: ['bob@sandbox.test'],
			rejected: [],
			response: `250 2.0.0 Ok: queued as ${String(message?.queueId)}`,
			attempts: 1,
			durationMs: expect.any(Number),
			sizeBytes: message?.raw.length,
			sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
			provider: 'custom',
			transport: 'smtp',
			tlsVerified: true,
		});
		expect(item?.binary).toBeUndefined();
	});

	it('says that the certificate was not verified when the credential allows that', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			credential: { caCertificate: '', allowUnauthorizedCerts: true },
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'sent', tlsVerified: false },
		]);
	});

	it('is paired with its input item, in input order', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			parameters: { subject: '={{ $json.n }}' },
		});
		const arrived = sandbox.mail.messages.length;
		const run = await workflow.run([{ n: 'one' }, { n: 'two' }, { n: 'three' }]);
		const items = outputOf(run, MAIL)[0] ?? [];
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		const messages = sandbox.mail.messages.slice(arrived);
		expect(messages.map(({ parsed }) => parsed.subject)).toEqual(['one', 'two', 'three']);
		expect(items.map(({ json }) => json['messageId'])).toEqual(
			messages.map(({ parsed }) => parsed.messageId),
		);
	});

	it('shares its connection with the other items of the execution', async () => {
		const workflow = await MailWorkflow.create(sandbox);
		const connections = sandbox.mail.connectionCount;
		await workflow.run([{}, {}, {}, {}]);
		expect(sandbox.mail.connectionCount - connections).toBe(1);
	});

	it('counts the recipients the server refused as rejected, and is partial', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			parameters: { toEmail: 'bob@sandbox.test, unknown@sandbox.test' },
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'partial',
				envelope: { to: ['bob@sandbox.test', 'unknown@sandbox.test'] },
				accepted: ['bob@sandbox.test'],
				rejected: [
					{
						address: 'unknown@sandbox.test',
						replyCode: 550,
						enhancedStatusCode: '5.1.1',
						reason: expect.stringContaining('User unknown'),
					},
				],
			},
		]);
		expect(jsonOf(await workflow.run(), MAIL)[0]).not.toHaveProperty('failure');
	});
});

describe('the body', () => {
	it('is HTML with the attribution where the parameters say nothing', async () => {
		const { message } = await sendOne(
			{ toEmail: 'bob@sandbox.test', subject: 'Hi', html: '<p>Good <b>news</b></p>' },
			{ isBare: true },
		);
		expect(message.parsed.html).toContain('<b>news</b>');
		expect(message.parsed.html).toContain(ATTRIBUTION);
		expect(message.parsed.text).toMatch(
			/^Good news\s+---\s+This email was sent automatically with/,
		);
	});

	it('is text only', async () => {
		const { message } = await sendOne({ emailFormat: 'text', text: 'Zoë said:\n.\nhi' });
		expect(message.parsed.text).toContain('Zoë said:\n.\nhi');
		expect(message.parsed.text).toContain(ATTRIBUTION);
		expect(message.parsed.html).toBeUndefined();
	});

	it('is both, without the attribution where that is switched off', async () => {
		const { message } = await sendOne({
			emailFormat: 'both',
			text: 'plain',
			html: '<p>rich</p>',
			options: { appendAttribution: false },
		});
		expect(message.parsed.text?.trim()).toBe('plain');
		expect(message.parsed.html?.trim()).toBe('<p>rich</p>');
	});

	it.each([
		['a number', '={{ 42 }}', '42'],
		['a boolean', '={{ false }}', 'false'],
		['an object', '={{ { order: 7 } }}', '{\n  "order": 7\n}'],
		[
			'a date',
			'={{ DateTime.fromISO("2026-11-22T10:00:00Z", { zone: "utc" }) }}',
			'2026-11-22T10:00:00.000Z',
		],
	])('shows %s as text', async (_kind, text, shown) => {
		const { message } = await sendOne({ text, options: { appendAttribution: false } });
		expect(message.parsed.text?.trim()).toBe(shown);
	});

	it.each([
		['a number', '={{ 42 }}', '42'],
		['an object', '={{ { order: 7, rows: [1] } }}', '{"order":7,"rows":[1]}'],
		[
			'a date',
			'={{ DateTime.fromISO("2026-11-22T10:00:00Z", { zone: "utc" }) }}',
			'2026-11-22T10:00:00.000Z',
		],
	])('shows %s in the subject, in one line', async (_kind, subject, shown) => {
		const { message } = await sendOne({ subject });
		expect(message.parsed.subject).toBe(shown);
	});
});

describe('the sender', () => {
	it('is the credential’s user where From is empty', async () => {
		const { message, headers } = await sendOne({ fromEmail: '' });
		expect(headers).toMatch(/^From: alice@sandbox\.test$/m);
		expect(message.envelope.from).toBe('alice@sandbox.test');
	});

	it('may have a name and another address that the mailbox may send as', async () => {
		const { message } = await sendOne({ fromEmail: 'Süpport "1" <support@sandbox.test>' });
		expect(message.parsed.from).toMatchObject({ address: 'support@sandbox.test' });
		expect(message.envelope.from).toBe('support@sandbox.test');
		expect(message.user).toBe('alice@sandbox.test');
	});

	it('is the Sender where there is one, in header and envelope', async () => {
		const { message, headers } = await sendOne({
			fromEmail: 'Alice <alice@sandbox.test>, Support <support@sandbox.test>',
			options: { sender: 'support@sandbox.test' },
		});
		expect(headers).toMatch(/^Sender: support@sandbox\.test$/m);
		expect(message.envelope.from).toBe('support@sandbox.test');
	});
});

describe('recipients', () => {
	it('are read with names, as lists, as groups, with Unicode names and domains', async () => {
		const { message, headers } = await sendOne({
			toEmail:
				'"Doe, Jane" <jane@example.com>, Zoë Müller <zoe@bücher.example>, Team: a@example.com, b@example.com;',
		});
		expect(message.envelope.to).toEqual([
			'jane@example.com',
			'zoe@xn--bcher-kva.example',
			'a@example.com',
			'b@example.com',
		]);
		expect(headers).toMatch(/"Doe, Jane" <jane@example\.com>/);
		expect(headers).toMatch(/Team:\s*a@example\.com,\s*b@example\.com;/);
		expect(message.parsed.to?.[1]).toMatchObject({ name: 'Zoë Müller' });
	});

	it('may have a non-ASCII local part where the server offers SMTPUTF8', async () => {
		const { message } = await sendOne({ toEmail: 'zoë@example.com' });
		expect(message.envelope.to).toEqual(['zoë@example.com']);
		expect(message.mailFromArgs).toHaveProperty('SMTPUTF8');
	});

	it('of Cc and Bcc get a copy, and Bcc stands in no header', async () => {
		const { message, headers } = await sendOne({
			options: {
				ccEmail: 'Carol <carol@example.com>',
				bccEmail: 'archive@example.com, bob@sandbox.test',
				replyTo: 'Desk <desk@example.com>',
			},
		});
		expect(message.envelope.to).toEqual([
			'bob@sandbox.test',
			'carol@example.com',
			'archive@example.com',
		]);
		expect(headers).toMatch(/^Cc: Carol <carol@example\.com>$/m);
		expect(headers).toMatch(/^Reply-To: Desk <desk@example\.com>$/m);
		expect(message.raw.toString()).not.toContain('archive@example.com');
		expect(headers).not.toMatch(/^bcc/im);
	});
});
