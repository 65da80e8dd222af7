import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createAccessTokens } from '../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { HttpRequest } from '../../nodes/SmtpOAuthSendEmail/auth/http-request.js';
import type { AttachmentSource } from '../../nodes/SmtpOAuthSendEmail/message/message-fields.js';
import { Transcript } from '../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import { createGraphTransport } from '../../nodes/SmtpOAuthSendEmail/transport/graph-transport.js';
import { graphError } from '../../sandbox/graph-refusals.js';
import type { GraphServer } from '../../sandbox/graph-server.js';
import {
	deliverByGraph,
	graphMessage,
	graphSetting,
	graphToken,
} from '../support/graph-setting.js';
import { attachmentOf } from '../support/prepared-message.js';
import { failureOf, storedCredential } from '../support/transport-setting.js';

const MIB = 1_024 * 1_024;

function large(bytes: number, changes: Partial<AttachmentSource> = {}): AttachmentSource {
	return attachmentOf(randomBytes(bytes), { fileName: 'large.bin', ...changes });
}

async function digestOf(source: AttachmentSource): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of await source.open()) hash.update(chunk as Buffer);
	return hash.digest('hex');
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function operationsOf(server: GraphServer): string[] {
	return server.requests.map(({ operation }) => operation);
}

function foldersOf(server: GraphServer): string[] {
	return server.items.map(({ folder }) => folder);
}

describe('a large message by Microsoft Graph', () => {
	it('of 12 MB goes by draft and upload session, in order and whole', async () => {
		const { server, transport } = await graphSetting();
		const attachment = large(12_000_000, { fileName: 'Übersicht 東京.zip' });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [attachment], bccEmail: 'di@example.net' }),
		);
		expect(report).toMatchObject({ kind: 'accepted' });
		expect(operationsOf(server)).toEqual([
			'createDraft',
			'createUploadSession',
			'upload',
			'upload',
			'upload',
			'upload',
			'send',
		]);
		const uploads = server.requests.filter(({ operation }) => operation === 'upload');
		expect(
			uploads.every(({ bytes, host }) => bytes <= 4_000_000 && host === 'outlook.office.com'),
		).toBe(true);
		const [sent] = server.messages;
		expect(sent?.recipients).toEqual(['recipient@example.net', 'di@example.net']);
		expect(sent?.attachments).toMatchObject([{ name: 'Übersicht 東京.zip', isInline: false }]);
		expect(sha256(sent?.attachments[0]?.content ?? Buffer.alloc(0))).toBe(
			await digestOf(attachment),
		);
		expect(report).toMatchObject({ serverMessageId: sent?.internetMessageId });
		expect(foldersOf(server)).toEqual(['sentItems']);
	});

	it('keeps what fits in the draft, shows its image inline, and hands each large one over', async () => {
		const { server, transport } = await graphSetting();
		const first = large(4 * MIB, { propertyName: 'first', fileName: 'first.bin' });
		const second = large(3 * MIB, { propertyName: 'second', fileName: 'second.bin' });
		const image = large(5 * MIB, {
			propertyName: 'chart',
			fileName: 'chart.png',
			mimeType: 'image/png',
		});
		const small = attachmentOf('small', { propertyName: 'note', fileName: 'note.txt' });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({
				html: '<img src="cid:chart">',
				attachments: [first, second, image, small],
			}),
		);
		expect(report).toMatchObject({ kind: 'accepted' });
		const [sent] = server.messages;
		expect(sent?.parsed.attachments.map(({ filename }) => filename)).toEqual(['note.txt']);
		expect(sent?.parsed.html).toContain('cid:chart');
		expect(sent?.attachments.map(({ name }) => name)).toEqual([
			'chart.png',
			'first.bin',
			'second.bin',
		]);
		expect(sent?.attachments[0]).toMatchObject({
			isInline: true,
			contentId: 'chart',
			contentType: 'image/png',
		});
		expect(sent?.attachments.map(({ content }) => content.length)).toEqual([
			5 * MIB,
			4 * MIB,
			3 * MIB,
		]);
	});

	it('sends attachments below 3 MB that do not fit in requests of their own', async () => {
		const { server, transport } = await graphSetting();
		const attachments = ['one', 'two', 'three'].map((name) =>
			large(2_000_000, { propertyName: name, fileName: name }),
		);
		expect(await deliverByGraph(transport(), await graphMessage({ attachments }))).toMatchObject({
			kind: 'accepted',
		});
		expect(operationsOf(server)).toEqual(['createDraft', 'addAttachment', 'addAttachment', 'send']);
		expect(server.messages[0]?.parsed.attachments).toHaveLength(1);
		expect(server.messages[0]?.attachments).toHaveLength(2);
	});

	it('tells nobody the address of its upload session', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'upload', skip: 1, act: graphError(500, 'generalException', 'Oops') });
		const transcript = new Transcript(() => performance.now());
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(5_000_000)] }),
			{ transcript },
		);
		const told = `${transcript.lines().join('\n')} ${JSON.stringify(report)}`;
		expect(told).toContain('PUT (upload session) bytes 0-3932159/5000000');
		expect(told).not.toMatch(/authtoken|AttachmentSessions|eyJ/);
	});
});

it('hides the address of an upload session that Microsoft repeats', async () => {
	const setting = await graphSetting();
	let uploadUrl = '';
	const request: HttpRequest = async (exchange) => {
		if (exchange.method !== 'PUT') return await setting.request(exchange);
		uploadUrl = exchange.url;
		const token = new URL(uploadUrl).searchParams.get('authtoken') ?? '';
		const error = { code: 'invalidRange', message: `${uploadUrl} is bad, says ${token}` };
		return { status: 500, headers: {}, body: JSON.stringify({ error }) };
	};
	const tokens = createAccessTokens(storedCredential([graphToken()]), setting.account, Date.now);
	const transport = createGraphTransport(setting.account, tokens, { request, settleWaitsMs: [1] });
	const report = await deliverByGraph(
		transport,
		await graphMessage({ attachments: [large(4_000_000)] }),
	);
	const told = JSON.stringify(report);
	expect(told).toContain('invalidRange');
	expect(told).toContain('is bad, says');
	expect(told).not.toContain(uploadUrl);
	expect(told).not.toContain(new URL(uploadUrl).searchParams.get('authtoken'));
	expect(told).not.toContain('AttachmentSessions');
});

describe('a large message that cannot be handed over', () => {
	it.each([
		{ on: 'createUploadSession', skip: 0 },
		{ on: 'upload', skip: 2 },
	] as const)('is not sent, and leaves no draft, where $on fails', async ({ on, skip }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on, skip, act: graphError(503, 'ServiceUnavailable', 'Busy') });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(12_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({
			code: 'SERVER_BUSY',
			stage: 'data',
			retryable: true,
		});
		expect(report.kind).toBe('refused');
		expect(server.messages).toEqual([]);
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it('is not sent where the connection breaks within an upload', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'upload', skip: 1, act: 'reset' });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(12_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', stage: 'data' });
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it('is not sent where the upload session has ended', async () => {
		const { server, transport } = await graphSetting();
		server.uploadLifeMs = -1;
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(4_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'SERVER_BUSY', retryable: true });
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it.each([
		{ what: 'shorter', bytes: 4_999_999 },
		{ what: 'longer', bytes: 5_000_001 },
	])('is not sent where an attachment is $what than announced', async ({ bytes }) => {
		const { server, transport } = await graphSetting();
		const open = () => Promise.resolve(Readable.from([Buffer.alloc(bytes)], { objectMode: false }));
		const attachment = large(10, { sizeBytes: 5_000_000, open });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [attachment] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'ATTACHMENT_MISSING', stage: 'data' });
		expect(server.messages).toEqual([]);
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it('needs the permission for drafts, and says so', async () => {
		const { transport } = await graphSetting();
		const report = await deliverByGraph(
			transport(graphToken({ roles: ['Mail.Send'] })),
			await graphMessage({ attachments: [large(4_000_000)] }),
		);
		const failure = failureOf(report);
		expect(failure).toMatchObject({ code: 'PERMISSION_MISSING', stage: 'auth', httpStatus: 403 });
		expect(failure.message).toContain('Mail.ReadWrite');
		expect(failure.remedy).toContain('Application permissions choose Mail.ReadWrite');
	});

	it('is refused for its size by the mailbox, and leaves no draft', async () => {
		const { server, transport } = await graphSetting({ maxMessageBytes: 4_000_000 });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(5_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'MESSAGE_TOO_LARGE', httpStatus: 400 });
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it('says that its draft is still there where it could not be removed', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add(
			{ on: 'createUploadSession', act: graphError(503, 'ServiceUnavailable', 'Busy') },
			{ on: 'delete', act: 'reset' },
		);
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(4_000_000)] }),
		);
		expect(failureOf(report).message).toContain('still lies in the folder Drafts');
	});

	it('is given up before its draft is sent when the execution is stopped', async () => {
		const { server, transport } = await graphSetting();
		const stop = new AbortController();
		server.latencyMs = 50;
		const delivering = deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(12_000_000)] }),
			{ signal: stop.signal },
		);
		await expect.poll(() => operationsOf(server).includes('createDraft')).toBe(true);
		stop.abort();
		expect(failureOf(await delivering)).toMatchObject({ code: 'CANCELLED' });
		expect(server.messages).toEqual([]);
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it.each([
		{ what: 'a text of 3 MB', fields: { text: 'x'.repeat(3_100_000) } },
		{
			what: 'an attachment above 150 MB',
			fields: { attachments: [attachmentOf('', { sizeBytes: 151 * MIB })] },
		},
	])('is refused before anything goes out for $what', async ({ fields }) => {
		const { server, transport } = await graphSetting();
		const report = await deliverByGraph(transport(), await graphMessage(fields));
		expect(failureOf(report)).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
		expect(server.requests).toEqual([]);
	});
});

describe('a draft whose sending is not answered', () => {
	const LOST = [
		{ name: '504', act: { status: 504, body: 'gateway' } },
		{ name: 'a reset', act: 'reset' },
	] as const;

	it.each(LOST)('was sent where it is a draft no more ($name)', async ({ act }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'send', act, when: 'after' });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(4_000_000)] }),
		);
		expect(report).toMatchObject({ kind: 'accepted' });
		expect(server.messages).toHaveLength(1);
	});

	it.each(LOST)('was not sent where it stays one, and is deleted ($name)', async ({ act }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'send', act, when: 'before' });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(4_000_000)] }),
		);
		expect(report.kind).toBe('refused');
		expect(failureOf(report).retryable).toBe(true);
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it.each([
		{ what: 'seen', fault: { on: 'get', times: 9, act: 'reset' } as const },
		{ what: 'deleted', fault: { on: 'delete', times: 9, act: 'reset' } as const },
	])('is unknown where it cannot be $what', async ({ fault }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'send', act: { status: 502 }, when: 'before' }, fault);
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [large(4_000_000)] }),
		);
		expect(report.kind).toBe('unknown');
		expect(failureOf(report)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
	});
});
