import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GMAIL_REFUSALS } from '../../../sandbox/google/gmail-refusals.js';
import {
	deliverByGmail,
	GMAIL_MAILBOX,
	gmailMessage,
	gmailSetting,
} from '../../support/gmail/gmail-setting.js';
import { attachmentOf } from '../../support/message/prepared-message.js';

const operations = (requests: readonly { operation: string; status: number }[]): string[] =>
	requests.map(({ operation, status }) => `${operation} ${String(status)}`);

const large = (bytes: number) => attachmentOf(randomBytes(bytes), { fileName: 'large.bin' });

describe('a small message by the Gmail API', () => {
	it('goes out in one request to all recipients, without its Bcc', async () => {
		const { server, transport } = await gmailSetting();
		const message = await gmailMessage({
			toEmail: 'ada@x.test',
			ccEmail: 'grace@x.test',
			bccEmail: 'secret@x.test',
		});
		const report = await deliverByGmail(transport(), message);
		expect(report).toMatchObject({
			kind: 'accepted',
			accepted: ['ada@x.test', 'grace@x.test', 'secret@x.test'],
			serverMessageId: server.messages[0]?.id,
			response: '200 OK',
			tlsVerified: true,
		});
		expect(server.messages).toHaveLength(1);
		const [sent] = server.messages;
		expect(sent?.to).toEqual(['ada@x.test', 'grace@x.test', 'secret@x.test']);
		expect(sent?.raw).not.toContain('secret@x.test');
		expect(server.requests.map(({ user }) => user)).toEqual([GMAIL_MAILBOX]);
	});

	it.each([['a stop before it goes out', 'refused', 'CANCELLED', 0]] as const)(
		'is %s %s',
		async (_what, kind, code, count) => {
			const { server, transport } = await gmailSetting();
			const report = await deliverByGmail(transport(), await gmailMessage(), {
				signal: AbortSignal.abort(),
			});
			expect(report).toMatchObject({ kind, failure: { code } });
			expect(server.messages).toHaveLength(count);
		},
	);

	it.each([
		['the line breaks', 'reset', undefined],
		['the server answers 500', GMAIL_REFUSALS.backend(), 500],
		['a gateway answers 502', { status: 502 }, 502],
	] as const)('is unknown where %s after it had gone out', async (_what, act, httpStatus) => {
		const { server, transport } = await gmailSetting();
		server.fail({ on: 'send', when: 'after', act });
		const report = await deliverByGmail(transport(), await gmailMessage());
		expect(report).toMatchObject({ kind: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } });
		expect(server.messages).toHaveLength(1);
		expect(server.requests.at(-1)?.status).toBe(httpStatus ?? 200);
	});

	it.each([
		[GMAIL_REFUSALS.unavailable(), 'SERVER_BUSY', true],
		[GMAIL_REFUSALS.userRate(), 'RATE_LIMITED', true],
		[GMAIL_REFUSALS.concurrent(), 'RATE_LIMITED', true],
		[GMAIL_REFUSALS.notEnabled(), 'PERMISSION_MISSING', false],
		[GMAIL_REFUSALS.domainPolicy(), 'SIGN_IN_BLOCKED', false],
		[GMAIL_REFUSALS.mailServiceOff(), 'ACCOUNT_BLOCKED', false],
		[GMAIL_REFUSALS.noRecipient(), 'RECIPIENT_REJECTED', false],
	] as const)('is refused by %j as %s', async (act, code, retryable) => {
		const { server, transport } = await gmailSetting();
		server.fail({ on: 'send', act });
		const report = await deliverByGmail(transport(), await gmailMessage());
		expect(report).toMatchObject({
			kind: 'refused',
			failure: { code, retryable, httpStatus: act.status },
			exceedsConnections: act.status === 429,
		});
		expect(server.messages).toEqual([]);
	});

	it('goes out with another token where the first was refused, which is replaced once', async () => {
		const { server, token, transport } = await gmailSetting();
		const report = await deliverByGmail(transport('ya29.ended', token()), await gmailMessage());
		expect(report.kind).toBe('accepted');
		expect(operations(server.requests)).toEqual(['send 401', 'send 200']);
		const again = await deliverByGmail(transport('ya29.a', 'ya29.b'), await gmailMessage());
		expect(again).toMatchObject({ kind: 'refused', failure: { code: 'TOKEN_REJECTED' } });
	});

	it('says how to get the permission where the connection lacks it', async () => {
		const { token, transport } = await gmailSetting();
		const report = await deliverByGmail(
			transport(token(['https://www.googleapis.com/auth/gmail.readonly'])),
			await gmailMessage(),
		);
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'PERMISSION_MISSING' } });
		expect(report.kind === 'refused' && report.failure.remedy).toContain('gmail.send');
	});

	it('never goes out from another account than the credential names', async () => {
		const { server, token, transport } = await gmailSetting();
		const report = await deliverByGmail(
			transport(token(undefined, 'somebody@example.test')),
			await gmailMessage(),
		);
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'TOKEN_REJECTED' } });
		expect(server.messages).toEqual([]);
	});

	it('is not sent again to recipients who have it from an earlier try by SMTP', async () => {
		const { server, transport } = await gmailSetting();
		const message = await gmailMessage({ toEmail: 'ada@x.test, grace@x.test' });
		const report = await transport().deliver(message, ['grace@x.test'], { timeoutMs: 5_000 });
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'INVALID_PARAMETER' } });
		expect(server.requests).toEqual([]);
	});
});

describe('a large message by the Gmail API', () => {
	const BYTES = 7_000_000;

	it('is uploaded in pieces and arrives whole', async () => {
		const { server, transport } = await gmailSetting();
		const message = await gmailMessage({ attachments: [large(BYTES)] });
		const report = await deliverByGmail(transport(), message);
		expect(report).toMatchObject({ kind: 'accepted', serverMessageId: server.messages[0]?.id });
		expect(operations(server.requests)).toEqual([
			'beginUpload 200',
			'upload 308',
			'upload 308',
			'upload 200',
		]);
		expect(server.messages[0]?.parsed.attachments[0]?.content).toHaveProperty('byteLength', BYTES);
	});

	it.each([
		['before a piece arrived', 'before'],
		['after a piece had arrived', 'after'],
	] as const)('goes on where a line that broke %s left it', async (_what, when) => {
		const { server, transport } = await gmailSetting();
		server.fail({ on: 'upload', skip: 1, when, act: 'reset' });
		const message = await gmailMessage({ attachments: [large(BYTES)] });
		expect((await deliverByGmail(transport(), message)).kind).toBe('accepted');
		expect(server.messages).toHaveLength(1);
		expect(server.messages[0]?.parsed.attachments[0]?.content).toHaveProperty('byteLength', BYTES);
	});

	it('is sent once where the answer to its last piece was lost', async () => {
		const { server, transport } = await gmailSetting();
		server.fail({ on: 'upload', skip: 2, when: 'after', act: 'reset' });
		const message = await gmailMessage({ attachments: [large(BYTES)] });
		const report = await deliverByGmail(transport(), message);
		expect(report).toMatchObject({ kind: 'accepted', serverMessageId: server.messages[0]?.id });
		expect(server.messages).toHaveLength(1);
	});

	it('is unknown where nothing answers any more after its last piece', async () => {
		const { server, transport } = await gmailSetting();
		server.fail({ on: 'upload', skip: 2, times: 9, when: 'after', act: 'reset' });
		const report = await deliverByGmail(
			transport(),
			await gmailMessage({ attachments: [large(BYTES)] }),
		);
		expect(report).toMatchObject({ kind: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } });
		expect(server.messages).toHaveLength(1);
	});

	it('is refused, and nothing sent, where the upload is gone', async () => {
		const { server, transport } = await gmailSetting();
		server.fail({ on: 'upload', skip: 1, act: { status: 404 } });
		const report = await deliverByGmail(
			transport(),
			await gmailMessage({ attachments: [large(BYTES)] }),
		);
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'SERVER_BUSY' } });
		expect(server.messages).toEqual([]);
	});

	it('is refused, and nothing sent, where an attachment has another size by then', async () => {
		const { server, transport } = await gmailSetting();
		const grown = { ...large(BYTES + 3_000), sizeBytes: BYTES };
		const report = await deliverByGmail(transport(), await gmailMessage({ attachments: [grown] }));
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'ATTACHMENT_MISSING' } });
		expect(server.messages).toEqual([]);
	});

	it('is not uploaded to an address that leads elsewhere', async () => {
		const { server, transport } = await gmailSetting();
		const location = 'https://evil.example.com/upload?upload_id=1';
		server.fail({ on: 'beginUpload', act: { status: 200, headers: { location } } });
		const report = await deliverByGmail(
			transport(),
			await gmailMessage({ attachments: [large(BYTES)] }),
		);
		expect(report.kind).toBe('refused');
		expect(operations(server.requests)).toEqual(['beginUpload 200']);
	});
});

describe('verifying by the Gmail API', () => {
	it('asks without sending anything', async () => {
		const { server, transport } = await gmailSetting();
		const { stages } = await transport().verify(undefined, { timeoutMs: 5_000 });
		expect(stages).toMatchObject({
			token: { kind: 'ok' },
			auth: { kind: 'ok', facts: { mechanism: 'Gmail API' } },
			ehlo: { kind: 'skipped' },
			mailFrom: { kind: 'skipped' },
		});
		expect(server.messages).toEqual([]);
	});

	it('names a missing permission, a wrong account and an API that is switched off', async () => {
		const { server, token, transport } = await gmailSetting();
		const codeOf = async (...tokens: string[]) => {
			const { stages } = await transport(...tokens).verify(undefined, { timeoutMs: 5_000 });
			return stages.auth.kind === 'failed' ? stages.auth.failure.code : stages.auth.kind;
		};
		expect(await codeOf(token(['openid']))).toBe('PERMISSION_MISSING');
		expect(await codeOf(token(undefined, 'other@example.test'))).toBe('TOKEN_REJECTED');
		server.fail({ on: 'send', act: GMAIL_REFUSALS.notEnabled() });
		expect(await codeOf()).toBe('PERMISSION_MISSING');
	});
});
