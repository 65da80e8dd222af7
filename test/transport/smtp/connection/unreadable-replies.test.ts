import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Transcript } from '../../../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import {
	PLENTY,
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

/** A server that says one thing to each connection, in clear text, and then listens. */
async function serveText(text: string): Promise<{ port: number; closed: Promise<unknown> }> {
	let tellClosed: (value?: unknown) => void = () => undefined;
	const closed = new Promise((resolve) => (tellClosed = resolve));
	const server = createServer((socket) => {
		socket.on('error', () => undefined).on('close', tellClosed);
		socket.resume().write(text);
	}).listen(0, '127.0.0.1');
	onTestFinished(() => void server.close());
	await once(server, 'listening');
	return { port: (server.address() as AddressInfo).port, closed };
}

describe('a server that speaks no SMTP', () => {
	it.each([
		'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
		'+OK POP3 ready\r\n',
		'* OK IMAP4rev1 ready\r\n',
		'SSH-2.0-OpenSSH_9.6\r\n',
		'000\r\n',
		'\u0000220 mail.example.com\r\n',
	])('and greets with %j is told so, with its words', async (greeting) => {
		const { port, closed } = await serveText(greeting);
		const account = accountAt({ port }, { sslMode: 'explicit' });
		const failure = failureOf(await deliver(transportFor(account)));
		expect(failure).toMatchObject({
			code: 'CONNECTION_LOST',
			stage: 'connect',
			cause: 'configuration-invalid',
			retryable: false,
		});
		expect(failure.message).toContain('is no SMTP server, or something in between changes');
		const words = (greeting.split('\r\n')[0] ?? '').replace('\0', '');
		expect(failure.message).toContain(words);
		await closed;
	});

	it.each([
		['lines without end', `220-${'x'.repeat(60)}\r\n`.repeat(100_000)],
		['a line without an end', `220 ${'x'.repeat(4_000_000)}`],
		['blank lines without end', `220 mail.example.com\r\n${'\r\n'.repeat(1_000_000)}`],
	])('and sends %s is left at once', async (_, text) => {
		const { port, closed } = await serveText(text);
		const account = accountAt({ port }, { sslMode: 'explicit' });
		const failure = failureOf(await deliver(transportFor(account)));
		expect(failure).toMatchObject({ code: 'CONNECTION_LOST' });
		expect(failure.message.length).toBeLessThan(1_000);
		await closed;
	});
});

describe('a reply out of form', () => {
	const OUT_OF_FORM = ['000', '+OK', 'HTTP/1.1 400 Bad Request', '\u0000354 Go ahead'];

	it.each(OUT_OF_FORM)('%j at DATA fails the message before any of it', async (reply) => {
		const server = await serve({
			script: (command, { connection }) =>
				command === 'DATA' && connection === 0 ? reply : undefined,
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport, shortMessage('one'));
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
		expect(failureOf(report).message).toContain('Received: ');
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['two']);
	});

	it('that is cut off at DATA has the same code and text', async () => {
		const server = await serve({
			ehlo: ['AUTH XOAUTH2'],
			script: (command) =>
				command === 'DATA' ? { reply: '250-partial', then: 'close' } : undefined,
		});
		const failure = failureOf(await deliver(transportFor(accountAt(server))));
		expect(failure).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
		expect(failure.message).toContain('no SMTP server');
		expect(failure.message).toContain('250-partial');
	});

	it.each([
		[['451-odd', '250 2.0.0 queued']],
		[['250-odd', '554 5.7.1 No']],
		[['2nd attempt failed']],
		[['25']],
		[['HTTP/1.1 502 Bad Gateway']],
		[['250-x'.padEnd(600_000, 'x'), '250 2.0.0 Ok']],
	])('%j after the final dot leaves the message unknown', async (reply) => {
		const server = await serve({
			script: (_, { phase, connection }) =>
				phase === 'finalDot' && connection === 0 ? reply : undefined,
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport, shortMessage('one'));
		expect(report.kind).toBe('unknown');
		expect(failureOf(report)).toMatchObject({ code: 'DELIVERY_UNKNOWN', retryable: false });
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(server.connections).toHaveLength(2);
	});
});

describe('a reply of a megabyte', () => {
	it('to EHLO ends the connection', async () => {
		const ehlo = [`AUTH XOAUTH2 ${'MECHANISM '.repeat(100_000)}`];
		const server = await serve({ ehlo });
		const failure = failureOf(await deliver(transportFor(accountAt(server))));
		expect(failure).toMatchObject({ code: 'CONNECTION_LOST', stage: 'ehlo' });
		expect(commandsOf(server, 'AUTH')).toEqual([]);
	});

	it('to RCPT TO ends the connection', async () => {
		const server = await serve({
			script: (command) =>
				command.startsWith('RCPT') ? `550 5.1.1 ${'x'.repeat(1_000_000)}` : undefined,
		});
		const failure = failureOf(await deliver(transportFor(accountAt(server))));
		expect(failure).toMatchObject({ code: 'CONNECTION_LOST' });
		expect(failure.message.length).toBeLessThan(1_000);
	});

	it('is cut in the transcript', async () => {
		const server = await serve({
			script: (command) =>
				command.startsWith('MAIL') ? Array<string>(160_000).fill('250-x') : undefined,
		});
		const transcript = new Transcript(() => performance.now());
		const limits = { ...PLENTY, transcript };
		await deliver(transportFor(accountAt(server)), shortMessage(), limits);
		const lines = transcript.lines();
		expect(lines.length).toBeLessThan(100);
		expect(lines.join('\n')).toMatch(/further lines: \d+/);
	});
});
