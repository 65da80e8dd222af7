import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import tls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificateAuthority } from '../../../../sandbox/net/certificates.js';
import { attachmentOf, prepare, valueOf } from '../../../support/message/prepared-message.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	messageOf,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

const LINE = `${'a'.repeat(62)}\r\n`;

/** Far more than the buffers of two sockets hold, made as it is read. */
const HUGE_BYTES = 64 * 1024 * 1024;

function hugeMessage() {
	const chunk = Buffer.from(LINE.repeat(1024));
	return messageOf('', {
		sizeBytes: HUGE_BYTES,
		open: () =>
			Readable.from(
				(function* () {
					for (let bytes = 0; bytes < HUGE_BYTES; bytes += chunk.length) yield chunk;
				})(),
				{ objectMode: false },
			),
	});
}

/** A server that stops reading when the data begins. */
async function serveStalling(onData: () => void) {
	const { certificate, privateKey, caCertificate } = await (
		await createCertificateAuthority()
	).issueServerCertificate();
	const sockets = new Set<Socket>();
	const server = tls.createServer({ cert: certificate, key: privateKey }, (socket) => {
		socket.on('error', () => undefined);
		socket.write('220 stalling.test ESMTP\r\n');
		socket.setEncoding('latin1').on('data', (lines: string) => {
			if (lines.startsWith('EHLO')) socket.write('250-stalling.test\r\n250 AUTH XOAUTH2\r\n');
			else if (lines.startsWith('AUTH')) socket.write('334 \r\n');
			else if (/^(?:MAIL|RCPT)/.test(lines)) socket.write('250 Ok\r\n');
			else if (lines.startsWith('DATA')) {
				socket.pause();
				socket.write('354 Go ahead\r\n');
				onData();
			} else socket.write('235 Accepted\r\n');
		});
	});
	server.on('connection', (socket: Socket) => sockets.add(socket));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(async () => {
		const closed = once(server, 'close');
		server.close();
		for (const socket of sockets) socket.destroy();
		await closed;
	});
	return { port: (server.address() as AddressInfo).port, caCertificate };
}

describe('the data', () => {
	it('arrives byte for byte, lines with dots included', async () => {
		const server = await serve();
		const message = messageOf('Subject: x\r\n\r\n.\r\n..\r\n.a\r\nend\r\n');
		expect((await deliver(transportFor(accountAt(server)), message)).kind).toBe('accepted');
		expect(server.completeMessages).toEqual(['Subject: x\r\n\r\n.\r\n..\r\n.a\r\nend\r\n']);
	});

	it.each(['close', 'reset'] as const)(
		'is refused when the server breaks (%s) before',
		async (then) => {
			const server = await serve({
				script: (command) => (command === 'DATA' ? { then } : undefined),
			});
			const report = await deliver(transportFor(accountAt(server)));
			expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
			expect(report.kind).toBe('refused');
		},
	);

	it.each(['close', 'reset'] as const)(
		'is refused when the server breaks (%s) within it',
		async (then) => {
			const server = await serve({
				script: (command, { connection }) =>
					command === 'DATA' && connection === 0
						? { reply: '354 Go', afterDataBytes: 500_000, then }
						: undefined,
			});
			const transport = transportFor(accountAt(server));
			const content = hugeMessage().open();
			const report = await deliver(transport, messageOf('', { open: () => content }));
			expect(report.kind).toBe('refused');
			expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', stage: 'data' });
			expect(content.destroyed).toBe(true);
			expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
			expect(subjectsOf(server.completeMessages)).toEqual(['next']);
		},
	);

	it('is refused also where a long text, not a file, makes it large', async () => {
		const server = await serve({
			script: (command) =>
				command === 'DATA' ? { reply: '354 Go', afterDataBytes: 100, then: 'reset' } : undefined,
		});
		const message = valueOf(await prepare({ text: 'A line of text.\n'.repeat(1_000_000) }));
		const report = await deliver(transportFor(accountAt(server)), message);
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', stage: 'data' });
	});

	it('is refused, and the connection dropped, when the server refuses within it', async () => {
		const server = await serve({
			script: (command, { connection }) =>
				command === 'DATA' && connection === 0 ? ['354 Go ahead', '552 5.3.4 Enough'] : undefined,
		});
		const transport = transportFor(accountAt(server));
		const content = hugeMessage().open();
		const report = await deliver(transport, messageOf('', { open: () => content }));
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({
			code: 'MESSAGE_TOO_LARGE',
			stage: 'data',
			replyCode: 552,
		});
		expect(content.destroyed).toBe(true);
		// What the first connection still gets must not be read as commands.
		expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
		expect(server.connections).toHaveLength(2);
		expect(commandsOf(server, 'RSET')).toEqual([]);
		await server.connections[0]?.closed;
		expect(subjectsOf(server.completeMessages)).toEqual(['next']);
	});

	it('is refused when its time is over and the server reads no more', async () => {
		const server = await serveStalling(() => undefined);
		const content = hugeMessage().open();
		const report = await deliver(
			transportFor(accountAt(server)),
			messageOf('', { open: () => content }),
			{ timeoutMs: 1_500 },
		);
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'data' });
		expect(content.destroyed).toBe(true);
	});

	it('goes on when the execution is stopped within it', async () => {
		const stop = new AbortController();
		const server = await serve();
		const message = messageOf('', {
			sizeBytes: 20,
			open: () =>
				Readable.from(
					(function* () {
						yield 'Subject: one\r\n\r\n';
						stop.abort();
						yield 'Hi.\r\n';
					})(),
					{ objectMode: false },
				),
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport, message, { timeoutMs: 15_000, signal: stop.signal });
		expect(report.kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one']);
		const next = await deliver(transport, shortMessage('two'), {
			timeoutMs: 15_000,
			signal: stop.signal,
		});
		expect(failureOf(next)).toMatchObject({ code: 'CANCELLED' });
		expect(commandsOf(server, 'MAIL')).toHaveLength(1);
	});

	it.each(['MAIL', 'RCPT', 'DATA'])(
		'does not begin when the execution is stopped at %s',
		async (verb) => {
			const stop = new AbortController();
			const server = await serve({
				ehlo: ['AUTH XOAUTH2'],
				script: (command) => {
					if (!command.startsWith(verb)) return undefined;
					stop.abort();
					// The client hears of it before the server goes on.
					return { then: 'silent' };
				},
			});
			const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
				timeoutMs: 15_000,
				signal: stop.signal,
			});
			expect(report.kind).toBe('refused');
			expect(failureOf(report)).toMatchObject({ code: 'CANCELLED', retryable: false });
			await server.connections[0]?.closed;
			expect(server.connections[0]?.messages).toEqual([]);
		},
	);
});

describe('an attachment that breaks within the data', () => {
	const failing = (error: Error) =>
		attachmentOf('x', {
			sizeBytes: 1_000_000,
			open: () =>
				Promise.resolve(
					Readable.from(
						(function* () {
							yield Buffer.alloc(300_000, 'x');
							throw error;
						})(),
						{ objectMode: false },
					),
				),
		});

	it.each([
		{ what: 'its own error', error: new Error('storage gone') },
		{
			what: 'an error that looks like a network error',
			error: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
		},
		{
			what: 'an error that looks like a reply',
			error: Object.assign(new Error('503 Slow down'), { responseCode: 503, response: '503 Slow' }),
		},
	])('with $what: nothing is accepted, and the next message goes out', async ({ error }) => {
		const server = await serve();
		const transport = transportFor(accountAt(server));
		const message = valueOf(await prepare({ attachments: [failing(error)] }));
		const report = await deliver(transport, message);
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ code: 'ATTACHMENT_MISSING', stage: 'data' });
		await server.connections[0]?.closed;
		expect(server.connections[0]?.messages).toMatchObject([{ isComplete: false }]);
		expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['next']);
		expect(server.connections).toHaveLength(2);
	});

	it('with fewer bytes than announced is not sent either', async () => {
		const server = await serve();
		const short = attachmentOf('half a file', { sizeBytes: 1_000 });
		const message = valueOf(await prepare({ attachments: [short] }));
		const report = await deliver(transportFor(accountAt(server)), message);
		expect(failureOf(report)).toMatchObject({ code: 'ATTACHMENT_MISSING', stage: 'data' });
		await server.connections[0]?.closed;
		expect(server.completeMessages).toEqual([]);
	});
});
