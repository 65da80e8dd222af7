import { once } from 'node:events';
import { lookup } from 'node:dns';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { EgressFilter } from '../../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { openSocket } from '../../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/open-socket.js';
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
} from '../../../support/smtp/transport-setting.js';

describe('stopping the execution', () => {
	const stopped = { code: 'CANCELLED', retryable: false };

	it('before anything has begun touches neither network nor credential', async () => {
		const server = await serve();
		const credential = storedCredential(['access-token-1']);
		let readCount = 0;
		const tokens = new AccessTokens(
			{
				...credential,
				readTokenData: () => {
					readCount += 1;
					return credential.readTokenData();
				},
			},
			{ provider: 'custom' },
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
		const tokens = new AccessTokens(
			{
				...storedCredential(['access-token-1']),
				readTokenData: () => {
					stop.abort();
					return new Promise(() => undefined);
				},
			},
			{ provider: 'custom' },
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
