import { expect, it, onTestFinished } from 'vitest';
import {
	PLENTY,
	accountAt,
	deliver,
	failureOf,
	freshMailboxState,
	serve,
	shortMessage,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

it('a connection that does not close holds up neither a stop nor the time allowed', async () => {
	const server = await serve();
	const mailboxState = freshMailboxState();
	// As a permit for one message at a time counts.
	mailboxState.busy = 1;
	let end = (): void => undefined;
	const ended = new Promise<void>((resolve) => (end = resolve));
	mailboxState.idle.push({ close: () => undefined, ended });
	const transport = transportFor(accountAt(server, { maxConnections: 1 }), { mailboxState });
	onTestFinished(() => {
		end();
	});
	const stop = new AbortController();
	const stopped = deliver(transport, shortMessage(), { ...PLENTY, signal: stop.signal });
	stop.abort();
	expect(failureOf(await stopped).code).toBe('CANCELLED');
	expect((await deliver(transport, shortMessage(), { timeoutMs: 50 })).kind).toBe('refused');
});

it('a first connection that does not come about holds up no other message beyond its limits', async () => {
	const server = await serve({
		script: (command, { connection }) =>
			command.startsWith('EHLO') && connection === 0 ? { then: 'silent' } : undefined,
	});
	const transport = transportFor(accountAt(server));
	const stopFirst = new AbortController();
	const first = deliver(transport, shortMessage('one'), { ...PLENTY, signal: stopFirst.signal });
	const stop = new AbortController();
	const stopped = deliver(transport, shortMessage('two'), { ...PLENTY, signal: stop.signal });
	const late = deliver(transport, shortMessage('three'), { timeoutMs: 50 });
	stop.abort();
	expect(failureOf(await stopped).code).toBe('CANCELLED');
	expect(failureOf(await late)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'connect' });
	expect(server.connections).toHaveLength(1);
	stopFirst.abort();
	await first;
	expect((await deliver(transport, shortMessage('four'))).kind).toBe('accepted');
});
