import { describe, expect, it } from 'vitest';
import type { ScriptedServer } from '../../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	commandsOf,
	deliver,
	serve,
	shortMessage,
	subjectsOf,
	tokensOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

describe('a connection', () => {
	it('serves all messages', async () => {
		const server = await serve();
		const transport = transportFor(accountAt(server));
		for (const subject of ['one', 'two', 'three']) {
			expect((await deliver(transport, shortMessage(subject))).kind).toBe('accepted');
		}
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two', 'three']);
		expect(server.connections).toHaveLength(1);
		expect(commandsOf(server, 'AUTH')).toHaveLength(1);
		expect(commandsOf(server, 'RSET')).toEqual([]);
	});

	it('says QUIT at the end and leaves no socket', async () => {
		const server = await serve();
		const transport = transportFor(accountAt(server));
		await deliver(transport);
		await transport.close();
		await server.connections[0]?.closed;
		expect(server.connections[0]?.tlsLines.at(-1)).toBe('QUIT');
	});

	it('is closed even if the server does not answer QUIT', async () => {
		const server = await serve({
			script: (command) => (command === 'QUIT' ? { then: 'silent' } : undefined),
		});
		const transport = transportFor(accountAt(server));
		await deliver(transport);
		await transport.close();
		await server.connections[0]?.closed;
	});

	it('says QUIT also where the sign-in has failed', async () => {
		const server = await serve({ ehlo: ['AUTH PLAIN'] });
		await deliver(transportFor(accountAt(server)));
		await server.connections[0]?.closed;
		expect(server.connections[0]?.tlsLines.at(-1)).toBe('QUIT');
	});

	it('can be closed twice, and before there is one', async () => {
		const server = await serve();
		const transport = transportFor(accountAt(server));
		await transport.close();
		await deliver(transport);
		await transport.close();
		await transport.close();
		await server.connections[0]?.closed;
		expect(commandsOf(server, 'QUIT')).toHaveLength(1);
	});
});

describe('a first connection that is refused as one too many', () => {
	it('is the failure of its own message, not of those that waited for it', async () => {
		const server = await serve({
			script: (_, { connection, phase }) =>
				phase === 'sasl' && connection === 0
					? '432 4.3.2 Concurrent connections limit exceeded'
					: undefined,
		});
		const transport = transportFor(accountAt(server, { maxConnections: 3 }));
		const reports = await Promise.all([
			deliver(transport, shortMessage('one')),
			deliver(transport, shortMessage('two')),
			deliver(transport, shortMessage('three')),
		]);
		const kinds = reports.map(({ kind }) => kind).sort();
		expect(kinds).toEqual(['accepted', 'accepted', 'refused']);
	});
});

describe('a connection over which a message cannot be opened', () => {
	it('is closed, since nobody knows of it any more', async () => {
		const server = await serve();
		const transport = transportFor(accountAt(server));
		const unopenable = shortMessage('none', {
			open: () => {
				throw new Error('nobody foresaw this');
			},
		});
		await expect(deliver(transport, unopenable)).rejects.toThrow('nobody foresaw this');
		await server.connections[0]?.closed;
	});
});

describe('several connections that are opened at once', () => {
	const three = async (transport: ReturnType<typeof transportFor>) =>
		await Promise.all(
			['one', 'two', 'three'].map(
				async (subject) => await deliver(transport, shortMessage(subject)),
			),
		);
	const signInsWith = ({ connections }: ScriptedServer, token: string): number =>
		connections
			.flatMap(({ tlsLines }) => tlsLines)
			.filter((line) => Buffer.from(line, 'base64').toString().includes(`Bearer ${token}\u0001`))
			.length;
	const refusing = (token: string) =>
		serve({
			script: (line, { phase }) =>
				phase === 'sasl' && Buffer.from(line, 'base64').toString().includes(token)
					? '535 5.7.3 Authentication unsuccessful'
					: undefined,
		});

	it('show a token to the server once that it does not take', async () => {
		const server = await refusing('access-token-1');
		const transport = transportFor(accountAt(server, { maxConnections: 3 }), {
			tokens: tokensOf('access-token-1', 'access-token-2'),
		});
		expect((await three(transport)).map(({ kind }) => kind)).toEqual(Array(3).fill('accepted'));
		expect(signInsWith(server, 'access-token-1')).toBe(1);
		expect(signInsWith(server, 'access-token-2')).toBe(3);
	});

	it('all fail with the one that was refused, and no other signs in', async () => {
		const server = await refusing('access-token');
		const transport = transportFor(accountAt(server, { maxConnections: 3 }), {
			tokens: tokensOf('access-token-1', 'access-token-2'),
		});
		expect((await three(transport)).map(({ kind }) => kind)).toEqual(Array(3).fill('refused'));
		expect(signInsWith(server, 'access-token-1')).toBe(1);
		expect(signInsWith(server, 'access-token-2')).toBe(1);
	});
});
