import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { graphError } from '../../../sandbox/graph/refusals.js';
import {
	deliverByGraph,
	foldersOf,
	graphMessage,
	graphSetting,
	graphToken,
	largeAttachment,
	operationsOf,
} from '../../support/graph/graph-setting.js';
import { attachmentOf } from '../../support/message/prepared-message.js';
import { failureOf } from '../../support/smtp/transport-setting.js';

describe('a large message that cannot be handed over', () => {
	it.each([
		{ on: 'createUploadSession', skip: 0 },
		{ on: 'upload', skip: 2 },
	] as const)('is not sent, and leaves no draft, where $on fails', async ({ on, skip }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on, skip, act: graphError(503, 'ServiceUnavailable', 'Busy') });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [largeAttachment(12_000_000)] }),
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
			await graphMessage({ attachments: [largeAttachment(12_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', stage: 'data' });
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it('is not sent where the upload session has ended', async () => {
		const { server, transport } = await graphSetting();
		server.uploadLifeMs = -1;
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
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
		const attachment = largeAttachment(10, { sizeBytes: 5_000_000, open });
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
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
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
			await graphMessage({ attachments: [largeAttachment(5_000_000)] }),
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
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(failureOf(report).message).toContain('still lies in the folder Drafts');
	});

	it('is given up before its draft is sent when the execution is stopped', async () => {
		const { server, transport } = await graphSetting();
		const stop = new AbortController();
		server.faults.add({ on: 'upload', act: 'silence' });
		const delivering = deliverByGraph(
			transport(),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
			{ signal: stop.signal },
		);
		await expect.poll(() => operationsOf(server).includes('createUploadSession')).toBe(true);
		stop.abort();
		expect(failureOf(await delivering)).toMatchObject({ code: 'CANCELLED' });
		expect(server.messages).toEqual([]);
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it.each([
		{ what: 'a text of 3 MB', fields: { text: 'x'.repeat(3_100_000) } },
		{
			what: 'an attachment above 150 MB',
			fields: { attachments: [attachmentOf('', { sizeBytes: 151 * 1_024 * 1_024 })] },
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
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(report).toMatchObject({ kind: 'accepted' });
		expect(server.messages).toHaveLength(1);
	});

	it.each(LOST)('is unknown where it stays one: it may be on its way ($name)', async ({ act }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'send', act, when: 'before' });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(report.kind).toBe('unknown');
		expect(failureOf(report)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
		expect(failureOf(report).message).toContain('still in the folder Drafts');
		expect(foldersOf(server)).toEqual(['drafts']);
		expect(operationsOf(server)).not.toContain('delete');
	});

	it('is unknown where it cannot be seen', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add(
			{ on: 'send', act: { status: 502 }, when: 'before' },
			{ on: 'get', times: 9, act: 'reset' },
		);
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(report.kind).toBe('unknown');
		expect(failureOf(report)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
	});

	it('is looked for no longer when the execution is stopped', async () => {
		const { server, linked } = await graphSetting();
		server.faults.add({ on: 'send', act: { status: 502 }, when: 'before' });
		const stop = new AbortController();
		const delivering = deliverByGraph(
			linked({ reconcileWaitsMs: [3_600_000] }),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
			{ signal: stop.signal },
		);
		await expect.poll(() => operationsOf(server).includes('send')).toBe(true);
		stop.abort();
		expect((await delivering).kind).toBe('unknown');
		expect(operationsOf(server)).not.toContain('get');
	});
});

describe('a draft whose making is not answered', () => {
	it.each([
		{ act: 'reset', when: 'after', mayLie: true },
		{ act: { status: 502 }, when: 'after', mayLie: true },
		{ act: graphError(503, 'ServiceUnavailable', 'Busy'), when: 'before', mayLie: false },
	] as const)('is told of where it may lie in Drafts: $mayLie', async ({ act, when, mayLie }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'createDraft', act, when });
		const report = await deliverByGraph(
			transport(),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(report.kind).toBe('refused');
		expect(failureOf(report).message.includes('may lie in the folder Drafts')).toBe(mayLie);
	});
});
