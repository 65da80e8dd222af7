import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { HttpRequest } from '../../../nodes/SmtpOAuthSendEmail/auth/http-client.js';
import type { AttachmentSource } from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { Transcript } from '../../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import { createGraphTransport } from '../../../nodes/SmtpOAuthSendEmail/transport/graph/graph-transport.js';
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
import { storedCredential } from '../../support/smtp/transport-setting.js';

const MIB = 1_024 * 1_024;

async function digestOf(source: AttachmentSource): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of await source.open()) hash.update(chunk as Buffer);
	return hash.digest('hex');
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

describe('a large message by Microsoft Graph', () => {
	it('of 12 MB goes by draft and upload session, in order and whole', async () => {
		const { server, transport } = await graphSetting();
		const attachment = largeAttachment(12_000_000, { fileName: 'Übersicht 東京.zip' });
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
		const first = largeAttachment(4 * MIB, { propertyName: 'first', fileName: 'first.bin' });
		const second = largeAttachment(3 * MIB, { propertyName: 'second', fileName: 'second.bin' });
		const image = largeAttachment(5 * MIB, {
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
		expect(sent?.parsed.html).toContain(`cid:${sent?.attachments[0]?.contentId ?? ''}`);
		expect(sent?.attachments.map(({ name }) => name)).toEqual([
			'chart.png',
			'first.bin',
			'second.bin',
		]);
		expect(sent?.attachments[0]).toMatchObject({
			isInline: true,
			contentId: expect.stringMatching(/^chart\b/) as unknown,
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
			largeAttachment(2_000_000, { propertyName: name, fileName: name }),
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
			await graphMessage({ attachments: [largeAttachment(5_000_000)] }),
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
	const tokens = new AccessTokens(storedCredential([graphToken()]), setting.account, Date.now);
	const transport = createGraphTransport(setting.account, tokens, {
		request,
		memory: { refusedReplacements: new Set() },
		reconcileWaitsMs: [1],
	});
	const report = await deliverByGraph(
		transport,
		await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
	);
	const told = JSON.stringify(report);
	expect(told).toContain('invalidRange');
	expect(told).toContain('is bad, says');
	expect(told).not.toContain(uploadUrl);
	expect(told).not.toContain(new URL(uploadUrl).searchParams.get('authtoken'));
	expect(told).not.toContain('AttachmentSessions');
});
