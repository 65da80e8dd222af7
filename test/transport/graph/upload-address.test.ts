import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../nodes/SmtpOAuthSendEmail/auth/http-client.js';
import type { EgressFilter } from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import {
	deliverByGraph,
	foldersOf,
	graphMessage,
	graphSetting,
	largeAttachment,
	operationsOf,
} from '../../support/graph/graph-setting.js';
import { attachmentOf } from '../../support/message/prepared-message.js';
import { failureOf } from '../../support/smtp/transport-setting.js';

const FOREIGN = [
	'https://evil.example/upload?authtoken=abc',
	'https://127.0.0.1/upload',
	'https://[::1]/upload',
	'https://169.254.169.254/latest/meta-data',
	'https://localhost/upload',
	'https://office.com.evil.example/upload',
	'https://notoffice.com/upload',
	'https://outlook.office.com:8443/upload',
	'https://user:word@outlook.office.com/upload',
	'http://outlook.office.com/upload',
	'file:///etc/passwd',
];

describe('the address that Graph gives for an attachment', () => {
	it.each(FOREIGN)('is not gone to where it is not Microsoft’s: %s', async (uploadUrl) => {
		const { server, request, linked } = await graphSetting();
		const asked: string[] = [];
		const watched: HttpRequest = async (exchange) => {
			asked.push(exchange.url);
			return await request(exchange);
		};
		server.faults.add({ on: 'createUploadSession', act: { status: 201, body: { uploadUrl } } });
		const report = await deliverByGraph(
			linked({ request: watched }),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'EGRESS_BLOCKED', stage: 'data' });
		expect(asked.filter((url) => !url.startsWith('https://graph.microsoft.com/v1.0/'))).toEqual([]);
		expect(foldersOf(server)).toEqual(['deletedItems']);
	});

	it('is not gone to where n8n’s egress filter forbids it', async () => {
		const { server, linked } = await graphSetting();
		const egress: EgressFilter = {
			validateConnectionHost: (host) => ({ ok: host !== 'outlook.office.com' }),
			createSecureLookup: () => () => undefined,
		};
		const report = await deliverByGraph(
			linked({ egress }),
			await graphMessage({ attachments: [largeAttachment(4_000_000)] }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'EGRESS_BLOCKED', stage: 'data' });
		expect(failureOf(report).message).toContain('egress filter');
		expect(operationsOf(server)).not.toContain('upload');
	});
});

it('leaves out a Message-ID of Graph’s that repeats a secret', async () => {
	const { server, transport } = await graphSetting();
	const internetMessageId = '<refresh-0-of-secrets@contoso.test>';
	server.faults.add(
		{ on: 'createDraft', act: { status: 201, body: { id: 'draft-1', internetMessageId } } },
		{ on: 'addAttachment', times: 9, act: { status: 201, body: {} } },
		{ on: 'send', act: { status: 202 } },
	);
	const attachments = [1, 2, 3].map((at) =>
		largeAttachment(1_400_000, { propertyName: String(at) }),
	);
	const report = await deliverByGraph(transport(), await graphMessage({ attachments }));
	expect(report).toMatchObject({ kind: 'accepted', serverMessageId: undefined });
	expect(JSON.stringify(report)).not.toContain('of-secrets');
});

it('does not cut an attachment that has grown since it was measured', async () => {
	const { server, transport } = await graphSetting();
	const sizeBytes = 2_000_000;
	// What is left after whole pieces of 3,932,160 bytes has just the size that was announced.
	const grown = () =>
		Promise.resolve(Readable.from([Buffer.alloc(3_932_160 + sizeBytes)], { objectMode: false }));
	const attachments = [
		attachmentOf('', { sizeBytes, open: grown }),
		largeAttachment(1_500_000, { propertyName: 'other' }),
	];
	const report = await deliverByGraph(transport(), await graphMessage({ attachments }));
	expect(failureOf(report)).toMatchObject({ code: 'ATTACHMENT_MISSING', stage: 'data' });
	expect(failureOf(report).message).toContain('it is longer than before');
	expect(server.messages).toEqual([]);
});
