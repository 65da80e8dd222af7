import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { AttachmentSource } from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';
import { deliverByGraph, graphMessage, graphSetting } from '../../support/graph/graph-setting.js';
import { attachmentOf } from '../../support/message/prepared-message.js';
import { failureOf } from '../../support/smtp/transport-setting.js';

/** Three MB as Graph counts requests, which are of 4 MiB. */
const THREE_MIB = 3 * 1_024 * 1_024;

/** An attachment whose bytes never come. */
function stalled(
	sizeBytes: number,
	openings: Readable[],
	isOpened = true,
): Partial<AttachmentSource> {
	return attachmentOf('', {
		sizeBytes,
		open: async () => {
			const stream = new Readable({ read: () => undefined });
			openings.push(stream);
			if (!isOpened) await new Promise(() => undefined);
			return stream;
		},
	});
}

function attachmentsOf(...sources: Partial<AttachmentSource>[]): Promise<PreparedMessage> {
	return graphMessage({ attachments: sources.map((source) => attachmentOf('', source)) });
}

describe('the bytes of an attachment that never come', () => {
	it.each([
		{ how: 'an upload session', bytes: 5_000_000, count: 1, isOpened: true },
		{ how: 'an upload session that cannot begin', bytes: 5_000_000, count: 1, isOpened: false },
		{ how: 'requests of their own', bytes: 2_000_000, count: 3, isOpened: true },
	])('end with the time of the attempt: $how', async ({ bytes, count, isOpened }) => {
		const { server, transport } = await graphSetting();
		const opened: Readable[] = [];
		const message = await attachmentsOf(
			stalled(bytes, opened, isOpened),
			...Array.from({ length: count - 1 }, (_, index) =>
				attachmentOf(randomBytes(1_500_000 + index)),
			),
		);
		const report = await deliverByGraph(transport(), message, { timeoutMs: 1_500 });
		expect(failureOf(report)).toMatchObject({ code: 'ATTACHMENT_MISSING', stage: 'data' });
		expect(server.messages).toEqual([]);
		expect(server.items.map(({ folder }) => folder)).toEqual(['deletedItems']);
		if (isOpened) expect(opened.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('hold up no stop', async () => {
		const { server, transport } = await graphSetting();
		const stop = new AbortController();
		const opened: Readable[] = [];
		const message = await attachmentsOf(stalled(5_000_000, opened));
		const delivering = deliverByGraph(transport(), message, { signal: stop.signal });
		await expect.poll(() => opened.length).toBe(1);
		stop.abort();
		expect(failureOf(await delivering)).toMatchObject({ code: 'CANCELLED' });
		expect(server.items.map(({ folder }) => folder)).toEqual(['deletedItems']);
	});
});

describe('an attachment by upload session', () => {
	it.each([
		{ status: 200, body: { nextExpectedRanges: ['3932160'] } },
		{ status: 202, body: { nextExpectedRanges: ['0-'] } },
		{ status: 200, body: '<html>Welcome to the proxy</html>' },
	])('has not arrived before Graph says that it is made: $status $body', async (act) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'upload', skip: 1, act });
		const message = await attachmentsOf(attachmentOf(randomBytes(5_000_000)));
		const report = await deliverByGraph(transport(), message);
		expect(failureOf(report)).toMatchObject({
			code: 'SERVER_BUSY',
			stage: 'data',
			retryable: true,
		});
		expect(server.messages).toEqual([]);
		expect(server.items.map(({ folder }) => folder)).toEqual(['deletedItems']);
	});
});

describe('an attachment at the border of what one request takes', () => {
	it.each([2_999_999, 3_000_000, THREE_MIB - 28, THREE_MIB - 1, THREE_MIB])(
		'arrives whole: %i bytes',
		async (bytes) => {
			const { server, transport } = await graphSetting();
			const content = randomBytes(bytes);
			const report = await deliverByGraph(transport(), await attachmentsOf(attachmentOf(content)));
			expect(report).toMatchObject({ kind: 'accepted' });
			expect(server.messages[0]?.attachments[0]?.content.equals(content)).toBe(true);
		},
	);
});

it('is soon divided into many attachments', async () => {
	const { server, transport } = await graphSetting();
	const sources = Array.from({ length: 60 }, (_, index) =>
		attachmentOf(randomBytes(100_000), { propertyName: `file${String(index)}` }),
	);
	const { parts, ...message } = await graphMessage({ attachments: sources });
	if (parts === undefined) throw new Error('not prepared for Graph');
	let compositions = 0;
	const counted: PreparedMessage = {
		...message,
		parts: {
			...parts,
			without: async (leftOut) => {
				compositions += 1;
				return await parts.without(leftOut);
			},
		},
	};
	expect(await deliverByGraph(transport(), counted)).toMatchObject({ kind: 'accepted' });
	const [sent] = server.messages;
	expect((sent?.attachments.length ?? 0) + (sent?.parsed.attachments.length ?? 0)).toBe(60);
	expect(sent?.parsed.attachments.length).toBeGreaterThan(15);
	expect(compositions).toBeLessThanOrEqual(9);
});
