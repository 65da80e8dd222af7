import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AccessTokens } from '../../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	storedCredential,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

/** A port where nothing listens. */
async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

describe('a server that cannot be reached', () => {
	it('is not found by its name', async () => {
		const account = accountAt({ port: 465 }, { host: 'smtp.does-not-exist.invalid' });
		const report = await deliver(transportFor(account));
		expect(failureOf(report)).toMatchObject({ code: 'HOST_NOT_FOUND', stage: 'connect' });
		expect(failureOf(report).message).toContain('smtp.does-not-exist.invalid');
	});

	it('refuses the connection', async () => {
		const account = accountAt({ port: await freePort() });
		expect(failureOf(await deliver(transportFor(account)))).toMatchObject({
			code: 'CONNECTION_REFUSED',
			stage: 'connect',
			retryable: true,
		});
	});

	it.each(['implicit', 'explicit'] as const)('hangs up before it greets (%s)', async (sslMode) => {
		const server = await serve({
			tls: sslMode === 'implicit' ? 'implicit' : 'starttls',
			greeting: { then: 'close' },
		});
		expect(failureOf(await deliver(transportFor(accountAt(server, { sslMode }))))).toMatchObject({
			code: 'CONNECTION_LOST',
			stage: 'connect',
		});
	});

	it.each([
		{ greeting: '554 5.7.1 Your address is blocked', code: 'ACCOUNT_BLOCKED' },
		{ greeting: '421 4.7.0 Too busy', code: 'SERVER_BUSY' },
	])('greets with "$greeting"', async ({ greeting, code }) => {
		const server = await serve({ greeting });
		const failure = failureOf(await deliver(transportFor(accountAt(server))));
		expect(failure).toMatchObject({ code, replyCode: Number(greeting.slice(0, 3)) });
		expect(commandsOf(server, 'EHLO')).toEqual([]);
	});

	it('never greets', async () => {
		const server = await serve({ greeting: { then: 'silent' } });
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			timeoutMs: 700,
		});
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'connect' });
		await server.connections[0]?.closed;
	});

	it.each([
		{ at: 'EHLO', stage: 'ehlo' },
		{ at: 'AUTH', stage: 'auth' },
		{ at: 'MAIL', stage: 'mailFrom' },
		{ at: 'RCPT', stage: 'mailFrom' },
		{ at: 'DATA', stage: 'mailFrom' },
	])('falls silent at $at', async ({ at, stage }) => {
		const server = await serve({
			script: (command) => (command.startsWith(at) ? { then: 'silent' } : undefined),
		});
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			timeoutMs: 700,
		});
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage });
		await server.connections[0]?.closed;
		expect(server.connections).toHaveLength(1);
	});

	it('does not shake hands', async () => {
		const sockets: { destroy(): void }[] = [];
		const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
		await once(server, 'listening');
		onTestFinished(() => {
			server.close();
			for (const socket of sockets) socket.destroy();
		});
		const { port } = server.address() as AddressInfo;
		const report = await deliver(transportFor(accountAt({ port })), shortMessage(), {
			timeoutMs: 700,
		});
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'tls' });
	});
});

describe('a token that takes too long', () => {
	it('fails within the time allowed', async () => {
		const server = await serve();
		const tokens = new AccessTokens(
			{
				...storedCredential(['access-token-1']),
				readTokenData: () => new Promise(() => undefined),
			},
			{ provider: 'custom' },
			Date.now,
		);
		const report = await deliver(transportFor(accountAt(server), { tokens }), shortMessage(), {
			timeoutMs: 200,
		});
		expect(failureOf(report)).toMatchObject({
			code: 'TOKEN_REQUEST_FAILED',
			stage: 'token',
			retryable: true,
		});
		expect(server.connections).toEqual([]);
	});
});
