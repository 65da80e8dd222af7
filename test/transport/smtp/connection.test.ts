import { once } from 'node:events';
import { lookup } from 'node:dns';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { EgressFilter } from '../../../nodes/SmtpOAuthSendEmail/transport/egress-filter.js';
import { openSocket } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/open-socket.js';
import {
	PLENTY,
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	storedCredential,
	transportFor,
} from '../../support/smtp/transport-setting.js';

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

describe("n8n's egress filter", () => {
	/** In the form of n8n's own: a verdict for addresses, a look-up that fails for names. */
	const filter = (changes: Partial<EgressFilter>): EgressFilter => ({
		validateConnectionHost: () => ({ ok: true }),
		createSecureLookup: () => lookup,
		...changes,
	});
	const blockingLookup = filter({
		createSecureLookup: () => (_host, _options, callback) => {
			process.nextTick(callback, new Error('The address is not allowed'), []);
		},
	});

	it('blocks a host outright', async () => {
		const server = await serve();
		const asked: string[] = [];
		const egress = filter({
			validateConnectionHost: (host) => {
				asked.push(host);
				return { ok: false };
			},
		});
		const report = await deliver(transportFor(accountAt(server), { egress }));
		expect(failureOf(report)).toMatchObject({ code: 'EGRESS_BLOCKED', stage: 'connect' });
		expect(asked).toEqual(['localhost']);
		expect(server.connections).toEqual([]);
	});

	it('blocks what a name leads to', async () => {
		const server = await serve();
		const report = await deliver(transportFor(accountAt(server), { egress: blockingLookup }));
		expect(failureOf(report)).toMatchObject({
			code: 'EGRESS_BLOCKED',
			stage: 'connect',
			retryable: false,
		});
		expect(server.connections).toEqual([]);
	});

	it('lets through what it allows, and is not blamed for what DNS does not know', async () => {
		const server = await serve();
		const egress = filter({});
		expect((await deliver(transportFor(accountAt(server), { egress }))).kind).toBe('accepted');
		const unknown = accountAt(server, { host: 'smtp.does-not-exist.invalid' });
		expect(failureOf(await deliver(transportFor(unknown, { egress })))).toMatchObject({
			code: 'HOST_NOT_FOUND',
		});
	});
});

describe('stopping the execution', () => {
	const stopped = { code: 'CANCELLED', retryable: false };

	it('before anything has begun touches neither network nor credential', async () => {
		const server = await serve();
		const credential = storedCredential(['access-token-1']);
		let readCount = 0;
		const tokens = createAccessTokens(
			{
				...credential,
				readTokenData: () => {
					readCount += 1;
					return credential.readTokenData();
				},
			},
			'custom',
			Date.now,
		);
		let lookupCount = 0;
		const egress: EgressFilter = {
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => {
				lookupCount += 1;
				return lookup;
			},
		};
		const report = await deliver(
			transportFor(accountAt(server), { tokens, egress }),
			shortMessage(),
			{ ...PLENTY, signal: AbortSignal.abort() },
		);
		expect(failureOf(report)).toMatchObject(stopped);
		expect({ readCount, lookupCount }).toEqual({ readCount: 0, lookupCount: 0 });
		expect(server.connections).toEqual([]);
	});

	it('before a connection is opened does not even look up the host', async () => {
		let lookupCount = 0;
		const egress: EgressFilter = {
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => () => {
				lookupCount += 1;
			},
		};
		const signal = AbortSignal.abort();
		await expect(
			openSocket('localhost', 465, { timeoutMs: 10_000, signal, egress }),
		).rejects.toMatchObject({ code: 'CANCELLED' });
		expect(lookupCount).toBe(0);
	});

	it('ends the wait for a token', async () => {
		const stop = new AbortController();
		const server = await serve();
		const tokens = createAccessTokens(
			{
				...storedCredential(['access-token-1']),
				readTokenData: () => {
					stop.abort();
					return new Promise(() => undefined);
				},
			},
			'custom',
			Date.now,
		);
		const report = await deliver(transportFor(accountAt(server), { tokens }), shortMessage(), {
			...PLENTY,
			signal: stop.signal,
		});
		expect(failureOf(report)).toMatchObject({ ...stopped, stage: 'token' });
		expect(server.connections).toEqual([]);
	});

	it('ends a look-up that does not', async () => {
		const stop = new AbortController();
		const egress: EgressFilter = {
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => () => {
				stop.abort();
			},
		};
		const report = await deliver(
			transportFor(accountAt({ port: 465 }), { egress }),
			shortMessage(),
			{ ...PLENTY, signal: stop.signal },
		);
		expect(failureOf(report)).toMatchObject({ ...stopped, stage: 'connect' });
	});

	it.each([
		{ at: 'EHLO', stage: 'ehlo' },
		{ at: 'AUTH', stage: 'auth' },
	])('ends the connection at $at', async ({ at, stage }) => {
		const stop = new AbortController();
		const server = await serve({
			script: (command) => {
				if (!command.startsWith(at)) return undefined;
				stop.abort();
				return { then: 'silent' };
			},
		});
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			...PLENTY,
			signal: stop.signal,
		});
		expect(failureOf(report)).toMatchObject({ ...stopped, stage });
		await server.connections[0]?.closed;
		expect(commandsOf(server, 'MAIL')).toEqual([]);
	});

	it('ends a TLS handshake', async () => {
		const stop = new AbortController();
		const server = createServer((socket) => {
			socket.once('data', () => {
				stop.abort();
			});
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		const report = await deliver(transportFor(accountAt({ port })), shortMessage(), {
			...PLENTY,
			signal: stop.signal,
		});
		expect(failureOf(report)).toMatchObject({ ...stopped, stage: 'tls' });
		// Fulfilled only when its last connection is gone.
		server.close();
		await once(server, 'close');
	});
});

describe('a token that takes too long', () => {
	it('fails within the time allowed', async () => {
		const server = await serve();
		const tokens = createAccessTokens(
			{
				...storedCredential(['access-token-1']),
				readTokenData: () => new Promise(() => undefined),
			},
			'custom',
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
