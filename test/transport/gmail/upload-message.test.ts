import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import type { GmailFault, GmailServer } from '../../../sandbox/google/gmail-server.js';
import {
	deliverByGmail,
	gmailMessage,
	gmailSetting,
	type GmailSetting,
} from '../../support/gmail/gmail-setting.js';
import { attachmentOf } from '../../support/message/prepared-message.js';

/** Of the attachment; the message then has three pieces. */
const BYTES = 7_000_000;
const PIECE_BYTES = 4 * 1_024 * 1_024;

const file = attachmentOf(Buffer.alloc(BYTES, 'x'), { fileName: 'large.bin' });
const operations = ({ requests }: GmailServer): string[] =>
	requests.map(({ operation, status }) => `${operation} ${String(status)}`);

/** Sends a large message where something goes wrong with its pieces. */
async function upload(
	{ server, transport }: GmailSetting,
	faults: readonly Omit<GmailFault, 'on'>[],
	limits: Parameters<typeof deliverByGmail>[2] = {},
) {
	server.fail(...faults.map((fault) => ({ ...fault, on: 'upload' as const })));
	return await deliverByGmail(transport(), await gmailMessage({ attachments: [file] }), limits);
}

/** A stop, as soon as something has come about. */
function stopOnce(isSo: () => boolean): { signal: AbortSignal; end: () => void } {
	const stop = new AbortController();
	const timer = setInterval(() => {
		if (isSo()) stop.abort();
	}, 1);
	return {
		signal: stop.signal,
		end: () => {
			clearInterval(timer);
		},
	};
}

describe('a stop of an upload to the Gmail API', () => {
	it('leaves nothing sent while a piece is not answered', async () => {
		const setting = await gmailSetting();
		const { server } = setting;
		const { signal, end } = stopOnce(() => operations(server).includes('upload 308'));
		const report = await upload(setting, [{ skip: 1, act: 'silence' }], { signal });
		end();
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'CANCELLED' } });
		expect(server.messages).toEqual([]);
	});

	it('leaves nothing sent while a piece waits to be sent again', async () => {
		const setting = await gmailSetting();
		const transcript = new Transcript(() => 0);
		const { signal, end } = stopOnce(() =>
			transcript.lines().some((line) => line.endsWith('S: 503')),
		);
		const fault = { act: { status: 503, headers: {} }, times: 9 };
		const report = await upload(setting, [fault], { signal, transcript });
		end();
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'CANCELLED' } });
		expect(operations(setting.server)).toEqual(['beginUpload 200', 'upload 503']);
	});

	it('leaves nothing sent while the bytes of a file do not come', async () => {
		const { server, transport } = await gmailSetting();
		const opened: Readable[] = [];
		const stuck = attachmentOf('', {
			sizeBytes: BYTES,
			open: () => {
				const source = new Readable({ read: () => undefined });
				opened.push(source);
				return Promise.resolve(source);
			},
		});
		const { signal, end } = stopOnce(() => opened.length === 1);
		const message = await gmailMessage({ attachments: [stuck] });
		const report = await deliverByGmail(transport(), message, { signal });
		end();
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'CANCELLED' } });
		expect(opened[0]?.destroyed).toBe(true);
		expect(operations(server)).toEqual(['beginUpload 200']);
	});

	it('is not heeded any more once the last piece is out: the answer is waited for', async () => {
		const setting = await gmailSetting();
		const { server } = setting;
		const { signal, end } = stopOnce(() => operations(server).includes('upload 200'));
		const report = await upload(setting, [{ skip: 2, when: 'after', act: 'reset' }], { signal });
		end();
		expect(signal.aborted).toBe(true);
		expect(report).toMatchObject({ kind: 'accepted', serverMessageId: server.messages[0]?.id });
		expect(server.messages).toHaveLength(1);
	});
});

describe('an upload to the Gmail API', () => {
	it('shows neither its address nor its token in a transcript, whatever goes wrong', async () => {
		const setting = await gmailSetting();
		const uploadId = 'AHmUCY3-upload-0123456789-secret';
		const location = `https://gmail.googleapis.com/upload/gmail/v1/users/x/messages/send?uploadType=resumable&upload_id=${uploadId}`;
		setting.server.fail({ on: 'beginUpload', act: { status: 200, headers: { location } } });
		const body = { error: { code: 410, message: `Upload ${uploadId} is gone: ${location}` } };
		const transcript = new Transcript(() => 0);
		const token = setting.token();
		const report = await upload(
			{ ...setting, transport: () => setting.transport(token) },
			[{ act: 'reset' }, { act: { status: 410, body } }],
			{ transcript },
		);
		expect(report.kind).toBe('refused');
		const told = JSON.stringify([transcript.lines(), report]);
		expect(told).toContain('/upload/gmail/v1/users/{user}/messages/send');
		expect(told).toContain('is gone');
		expect(told).not.toContain(uploadId);
		expect(told).not.toContain(token);
	});

	it('reads no more of its attachments than it sends', async () => {
		const { server, transport } = await gmailSetting();
		let readBytes = 0;
		const chunk = Buffer.alloc(64 * 1_024, 'x');
		const counted = attachmentOf('', {
			fileName: 'huge.bin',
			sizeBytes: 400 * chunk.length,
			open: () =>
				Promise.resolve(
					Readable.from(
						(function* () {
							for (let count = 0; count < 400; count += 1) {
								readBytes += chunk.length;
								yield chunk;
							}
						})(),
						{ objectMode: false },
					),
				),
		});
		server.fail({ on: 'upload', skip: 1, act: { status: 404 } });
		const message = await gmailMessage({ attachments: [counted] });
		expect(message.sizeBytes).toBeGreaterThan(8 * PIECE_BYTES);
		const report = await deliverByGmail(transport(), message);
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'SERVER_BUSY' } });
		// Two pieces, and what the streams on the way hold.
		expect(readBytes).toBeLessThan(2.5 * PIECE_BYTES);
	});

	it('leaves a wait for which the attempt has no time to the next attempt', async () => {
		const setting = await gmailSetting();
		const fault = { act: { status: 503, headers: { 'retry-after': '3600' } } };
		const report = await upload(setting, [fault]);
		expect(report).toMatchObject({ kind: 'refused', askedWaitMs: 3_600_000 });
		expect(operations(setting.server)).toEqual(['beginUpload 200', 'upload 503']);
	});

	it('is refused, not unknown, where its last piece surely never left', async () => {
		const { server, transport } = await gmailSetting();
		const chunk = Buffer.alloc(100_000, 'x');
		const ending = attachmentOf('', {
			fileName: 'large.bin',
			sizeBytes: BYTES,
			open: () =>
				Promise.resolve(
					Readable.from(
						(async function* () {
							for (let bytes = 0; bytes < BYTES; bytes += chunk.length) {
								// By then two pieces have arrived, and the third is being read.
								if (bytes === BYTES - chunk.length) await server.close();
								yield chunk;
							}
						})(),
						{ objectMode: false },
					),
				),
		});
		const message = await gmailMessage({ attachments: [ending] });
		const report = await deliverByGmail(transport(), message);
		expect(operations(server)).toEqual(['beginUpload 200', 'upload 308', 'upload 308']);
		expect(report).toMatchObject({ kind: 'refused', failure: { retryable: true } });
	});

	it('is unknown where Google has all of it and never says what came of it', async () => {
		const setting = await gmailSetting();
		const all = await gmailMessage({ attachments: [file] });
		const range = `bytes=0-${String(all.sizeBytes - 1)}`;
		const act = { status: 308, headers: { range } };
		const report = await upload(setting, [{ skip: 2, times: 9, when: 'after', act }]);
		expect(report).toMatchObject({ kind: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } });
	});

	it('is accepted where Google has all of it and says so later', async () => {
		const setting = await gmailSetting();
		const all = await gmailMessage({ attachments: [file] });
		const range = `bytes=0-${String(all.sizeBytes - 1)}`;
		const act = { status: 308, headers: { range } };
		const report = await upload(setting, [{ skip: 2, when: 'after', act }]);
		expect(report).toMatchObject({ kind: 'accepted' });
		expect(setting.server.messages).toHaveLength(1);
	});

	it('reads how far it has come also where Google leaves the unit out', async () => {
		const setting = await gmailSetting();
		const act = { status: 308, headers: { range: `0-${String(PIECE_BYTES - 1)}` } };
		expect((await upload(setting, [{ when: 'after', act }])).kind).toBe('accepted');
		expect(setting.server.requests).toHaveLength(4);
	});

	it.each([
		['https://www.googleapis.com/upload/gmail/v1/users/x/messages/send?upload_id=1', 2],
		['https://www.googleapis.com.example.org/upload?upload_id=1', 1],
		['https://gmail.googleapis.com@example.org/upload?upload_id=1', 1],
		['http://gmail.googleapis.com/upload?upload_id=1', 1],
		['//gmail.googleapis.com/upload?upload_id=1', 1],
	])('goes to %s only if that is an API of Google', async (location, requests) => {
		const setting = await gmailSetting();
		setting.server.fail({ on: 'beginUpload', act: { status: 200, headers: { location } } });
		const report = await upload(setting, [{ act: { status: 404 } }]);
		expect(report.kind).toBe('refused');
		expect(setting.server.requests.length).toBe(requests);
	});

	it('sends nothing where whole pieces have the announced size, and more comes behind them', async () => {
		const { server, transport } = await gmailSetting();
		const head = Buffer.from('From: a@example.test\r\nTo: b@example.net\r\n\r\n');
		const content = Buffer.concat([head, Buffer.alloc(PIECE_BYTES - head.length, 'x')]);
		const message = {
			...(await gmailMessage()),
			sizeBytes: PIECE_BYTES,
			open: () => Readable.from([content, Buffer.from('y')], { objectMode: false }),
		};
		const report = await deliverByGmail(transport(), message);
		expect(report).toMatchObject({ kind: 'refused', failure: { code: 'ATTACHMENT_MISSING' } });
		expect(server.messages).toEqual([]);
	});
});
