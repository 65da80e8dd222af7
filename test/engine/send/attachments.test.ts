import { randomBytes } from 'node:crypto';
import type { IBinaryData, IBinaryKeyData, IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { inMemoryBinary, pruneBinary, storeBinary } from '../../support/n8n/binary-store.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const LOGO = { mimeType: 'image/png', fileName: 'logo.png' };
const REPORT = { mimeType: 'application/pdf', fileName: 'Übersicht 2026.pdf' };

async function sendWith(binary: IBinaryKeyData, parameters: IDataObject): Promise<IDataObject> {
	const workflow = await MailWorkflow.create(sandbox, {
		parameters,
		settings: { onError: 'continueRegularOutput' },
	});
	return jsonOf(await workflow.run([{ json: {}, binary }]), MAIL)[0] ?? {};
}

const attached = () =>
	sandbox.mail.messages.at(-1)?.parsed.attachments.map((attachment) => ({
		...attachment,
		content: Buffer.from(attachment.content as ArrayBuffer),
	})) ?? [];

describe.each([
	[
		'carried in the item',
		async (...args: Parameters<typeof inMemoryBinary>) => inMemoryBinary(...args),
	],
	['kept in n8n’s binary store', storeBinary],
])('an attachment %s', (_where, put) => {
	it('arrives byte for byte, under its name and type', async () => {
		const bytes = randomBytes(200_001);
		const report = await put(bytes, REPORT);
		expect(await sendWith({ report }, { options: { attachments: 'report' } })).toMatchObject({
			status: 'sent',
			sizeBytes: sandbox.mail.messages.at(-1)?.raw.length,
		});
		expect(attached()).toMatchObject([
			{ filename: REPORT.fileName, mimeType: REPORT.mimeType, disposition: 'attachment' },
		]);
		expect(attached()[0]?.content.equals(bytes)).toBe(true);
	});

	it('is shown in place where the HTML refers to it, and listed where it does not', async () => {
		const bytes = randomBytes(300);
		const binary = { logo: await put(bytes, LOGO), report: await put(bytes, REPORT) };
		await sendWith(binary, {
			emailFormat: 'html',
			html: '<img src="cid:logo">',
			options: { attachments: ' logo, report ' },
		});
		const [logo, report] = attached();
		expect(logo).toMatchObject({
			disposition: 'inline',
			contentId: expect.stringMatching(/^<logo\..+@sandbox\.test>$/),
		});
		expect(report).toMatchObject({ disposition: 'attachment' });
		expect(report?.contentId).toBeUndefined();
	});

	it('is a regular file where it is named as one', async () => {
		const logo = await put(randomBytes(300), LOGO);
		await sendWith(
			{ logo },
			{
				emailFormat: 'html',
				html: '<p>Attached</p>',
				options: { fileAttachments: 'logo' },
			},
		);
		const [attachment] = attached();
		expect(attachment).toMatchObject({ disposition: 'attachment', filename: 'logo.png' });
		expect(attachment?.contentId).toBeUndefined();
	});
});

describe('an attachment made by a step that leaves things out', () => {
	const data = Buffer.from('abc').toString('base64');
	it.each<[string, object, object]>([
		['no type', { data, fileName: 'a.bin' }, { filename: 'a.bin' }],
		['a type that is none', { data, mimeType: null, fileName: 'a.bin' }, { filename: 'a.bin' }],
		['a number for a name', { data, mimeType: 'text/plain', fileName: 5 }, {}],
		['nothing for a name', { data, mimeType: 'text/plain', fileName: null }, {}],
	])('arrives with %s', async (_what, binary, expected) => {
		const file = binary as IBinaryData;
		expect(await sendWith({ file }, { options: { attachments: 'file' } })).toMatchObject({
			status: 'sent',
		});
		expect(attached()).toMatchObject([{ content: Buffer.from('abc'), ...expected }]);
	});

	it.each<[string, object]>([
		['without bytes', { mimeType: 'text/plain' }],
		['that refers to nothing', { data: 'x', mimeType: 'text/plain', id: 'filesystem-v2:nowhere' }],
	])('fails its item as missing %s', async (_what, binary) => {
		const file = binary as IBinaryData;
		expect(await sendWith({ file }, { options: { attachments: 'file' } })).toMatchObject({
			status: 'failed',
			attempts: 0,
			failure: { code: 'ATTACHMENT_MISSING', stage: 'parameters' },
		});
	});
});

describe('an attachment that is not there', () => {
	it.each([
		['attachments', 'Options → Attachments'],
		['fileAttachments', 'Options → Attachments (File)'],
	])('fails its item as missing, named in %s', async (option, label) => {
		const report = inMemoryBinary(Buffer.from('x'), REPORT);
		const connections = sandbox.mail.connectionCount;
		expect(await sendWith({ report }, { options: { [option]: 'report, invoice' } })).toMatchObject({
			status: 'failed',
			failure: {
				code: 'ATTACHMENT_MISSING',
				stage: 'parameters',
				message: expect.stringMatching(`${label.replaceAll(/[()]/g, '.')}.*invoice`),
			},
		});
		expect(sandbox.mail.connectionCount).toBe(connections);
	});

	it('fails its item before anything goes out when n8n’s store has lost it', async () => {
		const report = await storeBinary(Buffer.from('x'), REPORT);
		await pruneBinary(report);
		const connections = sandbox.mail.connectionCount;
		expect(await sendWith({ report }, { options: { attachments: 'report' } })).toMatchObject({
			status: 'failed',
			failure: { code: 'ATTACHMENT_MISSING' },
		});
		expect(sandbox.mail.connectionCount).toBe(connections);
	});
});

describe('a message larger than the provider takes', () => {
	it('stops the batch before anything is sent', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			credential: { provider: 'gmail', sslMode: 'implicit', port: 0 },
			parameters: { options: { attachments: '={{ $json.file }}' } },
		});
		// Only the sandbox's scope was granted, which is none of Gmail's.
		Object.assign(workflow.credential['oauthTokenData'] ?? {}, {
			scope: 'https://mail.google.com/',
		});
		const file = await storeBinary(Buffer.alloc(27_000_000), REPORT);
		const run = await workflow.run([
			{ json: { file: '' } },
			{ json: { file: 'file' }, binary: { file } },
		]);
		const error = errorOf(run);
		expect(error.message).toMatch(/has \d\d\.\d MB as sent, and the provider takes 35\.9 MB/);
		expect(error.context).toMatchObject({
			itemIndex: 1,
			data: { failure: { code: 'MESSAGE_TOO_LARGE', stage: 'parameters' } },
		});
		expect(error.description).toMatch(/1 failed \(1\), 1 not tried \(0\)/);
	});
});
