import { describe, expect, it } from 'vitest';
import {
	accountAt,
	deliver,
	freshMailboxState,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

describe('a connection without a further message', () => {
	it('is ended politely when its time has passed, and leaves the mailbox', async () => {
		const server = await serve();
		const { mailboxState, ...transport } = transportFor(accountAt(server), { idleMs: 50 });
		await deliver(transport);
		await server.connections[0]?.closed;
		expect(server.connections[0]?.tlsLines.at(-1)).toBe('QUIT');
		await Promise.all(mailboxState.idle.map(async ({ ended }) => await ended));
		expect(mailboxState.idle).toEqual([]);
	});

	it('is replaced for the message that comes later', async () => {
		const server = await serve();
		const transport = transportFor(accountAt(server), { idleMs: 50 });
		await deliver(transport, shortMessage('one'));
		await server.connections[0]?.closed;
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
		expect(server.connections).toHaveLength(2);
	});

	it('is not ended within a message that lasts longer than that', async () => {
		const server = await serve({
			script: (_command, { phase, messageCount }) =>
				phase === 'finalDot' && messageCount === 2
					? { reply: '250 2.0.0 Ok', delayMs: 300 }
					: undefined,
		});
		const transport = transportFor(accountAt(server), { idleMs: 100 });
		// One after the other at once, so that the second comes before the time has passed.
		await deliver(transport, shortMessage('one'));
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
	});

	it('stays by default', async () => {
		const server = await serve();
		const mailboxState = freshMailboxState();
		await deliver(transportFor(accountAt(server), { mailboxState }));
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(mailboxState.idle).toHaveLength(1);
		expect(server.connections[0]?.tlsLines).not.toContain('QUIT');
	});
});

it('a connection refused as one too many is not kept', async () => {
	const server = await serve({
		script: (_command, { phase }) =>
			phase === 'finalDot' ? '432 4.3.2 Concurrent connections limit exceeded' : undefined,
	});
	const { mailboxState, ...transport } = transportFor(accountAt(server));
	expect(await deliver(transport)).toMatchObject({ kind: 'refused', exceedsConnections: true });
	expect(mailboxState.idle).toEqual([]);
	expect(server.connections[0]?.tlsLines.at(-1)).toBe('QUIT');
});
