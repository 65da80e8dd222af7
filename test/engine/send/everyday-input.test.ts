import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { inMemoryBinary, storeBinary } from '../../support/n8n/binary-store.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

/** Sends one mail, and gives its status item, the hints of the run, and the mail as it arrived. */
async function sendOne(parameters: IDataObject, item: IDataObject | INodeExecutionData = {}) {
	const workflow = await MailWorkflow.create(sandbox, {
		parameters: {
			...parameters,
			options: { appendAttribution: false, ...Object(parameters['options']) },
		},
	});
	const run = await workflow.run([item]);
	expect(run.data.resultData.error?.message).toBeUndefined();
	const [status] = jsonOf(run, MAIL);
	expect(status).toMatchObject({ status: 'sent' });
	const message = sandbox.mail.messages.find(
		({ parsed }) => parsed.messageId === status?.['messageId'],
	);
	if (message === undefined) throw new Error('The message did not arrive');
	const hints = run.data.resultData.runData[MAIL]?.[0]?.hints ?? [];
	return { status, hints: hints.map(({ message: text }) => text), message };
}

function partTypes(raw: Buffer): string[] {
	return Array.from(
		raw.toString().matchAll(/^content-type: ([a-z/-]+)/gim),
		(match) => match[1] ?? '',
	);
}

describe('lists from expressions', () => {
	it('are taken for addresses and References', async () => {
		const { message } = await sendOne({
			toEmail: '={{ ["a@sandbox.test", "B <b@sandbox.test>"] }}',
			options: {
				ccEmail: '={{ [] }}',
				bccEmail: '={{ JSON.stringify(["c@sandbox.test"]) }}',
				references: '={{ ["<one@x.test>", "<two@x.test>"] }}',
			},
		});
		expect(message.envelope.to).toEqual(['a@sandbox.test', 'b@sandbox.test', 'c@sandbox.test']);
		expect(message.raw.toString()).toMatch(/^References: <one@x\.test> <two@x\.test>\r$/m);
		expect(message.raw.toString()).not.toMatch(/^Cc:/m);
	});
});

describe('files from expressions', () => {
	const PDF = { mimeType: 'application/pdf', fileName: 'a.pdf' };
	const attached = async (attachments: string, item: INodeExecutionData) =>
		(
			await sendOne(
				{ emailFormat: 'html', html: '<img src="cid:data">', options: { attachments } },
				item,
			)
		).message.parsed.attachments;

	it.each<[string, () => Promise<IBinaryData>]>([
		['carried in the item', () => Promise.resolve(inMemoryBinary(Buffer.from('abc'), PDF))],
		['kept in n8n’s store', () => storeBinary(Buffer.from('abc'), PDF)],
	])('are attached: {{ $binary.data }}, %s', async (_where, put) => {
		const item = { json: {}, binary: { data: await put() } };
		for (const expression of ['={{ $binary.data }}', '={{ [$binary.data] }}', '={{ $binary }}']) {
			expect(await attached(expression, item)).toMatchObject([
				{ filename: 'a.pdf', disposition: 'inline' },
			]);
		}
	});

	it('are attached: a file of an earlier node', async () => {
		const item = { json: {}, binary: { data: inMemoryBinary(Buffer.from('abc'), PDF) } };
		const [file] = await attached("={{ $('Trigger').item.binary.data }}", item);
		expect(file).toMatchObject({ filename: 'a.pdf' });
		expect(Buffer.from(file?.content as ArrayBuffer).toString()).toBe('abc');
	});

	it('are attached: a file in the item’s JSON, as n8n 2 can keep it', async () => {
		const data = await storeBinary(Buffer.from('abc'), PDF);
		expect(
			await attached('={{ $json._files.data }}', { json: { _files: { data: { ...data } } } }),
		).toMatchObject([{ filename: 'a.pdf', disposition: 'inline' }]);
	});
});

describe('the format Both with an empty half', () => {
	it.each(['={{ undefined }}', '={{ null }}', '={{ "" }}', '={{ "  " }}', '={{ false }}'])(
		'has the other one alone: %s',
		async (nothing) => {
			const text = await sendOne({ emailFormat: 'both', text: 'Plain', html: nothing });
			expect(partTypes(text.message.raw)).toEqual(['text/plain']);
			expect(text.message.parsed.text?.trim()).toBe('Plain');
			const html = await sendOne({ emailFormat: 'both', text: nothing, html: '<p>Rich</p>' });
			expect(partTypes(html.message.raw)).toEqual(['text/html']);
			const none = await sendOne({ emailFormat: 'both', text: nothing, html: nothing });
			expect(partTypes(none.message.raw)).toEqual(['text/plain']);
			expect((none.message.parsed.text ?? '').trim()).toBe('');
		},
	);
});

describe('an expression that gives nothing', () => {
	it('in the subject and the text is told of in the item and in the editor', async () => {
		const { status, hints, message } = await sendOne({
			subject: '={{ $json.missing }}',
			text: '={{ $json.missing }}',
		});
		expect(status?.['warnings']).toEqual([
			'The expression in "Subject" gives nothing: the message has no subject.',
			'The expression in "Text" gives nothing: the message is empty.',
		]);
		expect(hints).toEqual(status?.['warnings']);
		expect(message.parsed.subject).toBeUndefined();
	});

	it('in an option is told of where the field is missing, not where it is empty', async () => {
		const { status } = await sendOne({
			options: {
				ccEmail: '={{ $json.missing }}',
				bccEmail: '={{ "" }}',
				attachments: '={{ $json.file }}',
			},
		});
		expect(status?.['warnings']).toEqual([
			expect.stringContaining('"Options → CC Email"'),
			expect.stringContaining('"Options → Attachments"'),
		]);
	});

	it('is not told of where the author left the field empty', async () => {
		const { status, hints } = await sendOne({ subject: '', text: '' });
		expect(status).not.toHaveProperty('warnings');
		expect(hints).toEqual([]);
	});
});

describe('an expression that loses a value', () => {
	it.each([
		['=Order for {{ $json.customer }}', 'gives "[object Object]". So reads an object'],
		['={{ "Order " + $json.customer }}', 'gives "[object Object]"'],
		['={{ "" + $json.missing }}', 'gives "undefined". Give a value'],
		['={{ `${null}` }}', 'gives "null"'],
		['={{ $json.customer.age * 2 }}', 'gives "NaN"'],
	])('is told of: %s', async (expression, words) => {
		const item = { customer: { name: 'Ann' } };
		const { status } = await sendOne({ subject: expression, text: expression }, item);
		expect(status?.['warnings']).toEqual([
			expect.stringContaining(`"Subject" ${words}`),
			expect.stringContaining(`"Text" ${words}`),
		]);
	});

	it('is told of where the field is Fixed, and holds an expression as text', async () => {
		const { status } = await sendOne({ subject: 'Order {{ $json.id }}', text: '{{ name }}' });
		expect(status?.['warnings']).toEqual([
			'"Subject" goes out with {{ … }} as it stands. If that is an expression, switch the field from Fixed to Expression.',
		]);
	});

	it('is told of in names, headers and links', async () => {
		const { status } = await sendOne({
			fromEmail: '{{ $json.name }} <alice@sandbox.test>',
			toEmail: '={{ `${$json.first} ${$json.last} <bob@sandbox.test>` }}',
			options: {
				replyTo: 'Alice <alice@sandbox.test>',
				headers: { entries: [{ name: 'X-Id', value: '{{ $json.id }}' }] },
				listUnsubscribe: '={{ "https://x.test/u?id=" + $json.id }}',
			},
		});
		expect(status?.['warnings']).toEqual([
			expect.stringContaining('"From Email" goes out with {{'),
			expect.stringContaining('"To Email" goes out with "undefined"'),
			expect.stringContaining('"Options → List-Unsubscribe" goes out with "undefined"'),
			expect.stringContaining('"Options → Headers → X-Id" goes out with {{'),
		]);
	});

	it.each([
		['words of the author’s', 'Cannot read [object Object] of undefined'],
		['words in a sentence', '={{ "Cannot read properties of undefined (null)" }}'],
		['an object as a whole', '={{ $json }}'],
		['a number', '={{ 0 }}'],
	])('is not seen in %s', async (_what, subject) => {
		expect((await sendOne({ subject }, { a: 1 })).status).not.toHaveProperty('warnings');
	});
});
