import { describe, expect, it } from 'vitest';
import {
	accountAt,
	deliver,
	failureOf,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

describe('the reply to the final dot', () => {
	it.each([
		{ reply: '451 4.7.1 Try again later', code: 'SERVER_BUSY' },
		{
			reply: '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
			code: 'RATE_LIMITED',
			// Kept, it would be one too many for the next message as well.
			connections: 2,
		},
		{ reply: '554 5.7.1 Spam', code: 'MESSAGE_REFUSED' },
		{ reply: '552 5.3.4 Too big', code: 'MESSAGE_TOO_LARGE' },
		{ reply: '554 5.2.252 SendAsDenied; user@example.com not allowed', code: 'SENDER_NOT_ALLOWED' },
	])('refuses: "$reply"', async ({ reply, code, connections = 1 }) => {
		const server = await serve({
			script: (_, { phase, connection, messageCount }) =>
				phase === 'finalDot' && connection === 0 && messageCount === 1 ? reply : undefined,
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport);
		expect(report).toMatchObject({ kind: 'refused', response: reply });
		expect(failureOf(report)).toMatchObject({
			code,
			stage: 'reply',
			replyCode: Number(reply.slice(0, 3)),
		});
		expect((await deliver(transport)).kind).toBe('accepted');
		expect(server.connections).toHaveLength(connections);
	});

	it('refuses also as 421, and the next message has a connection of its own', async () => {
		const server = await serve({
			script: (_, { phase, connection }) =>
				phase === 'finalDot' && connection === 0
					? { reply: '421 4.3.2 Closing', then: 'close' }
					: undefined,
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport);
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ stage: 'reply', replyCode: 421 });
		expect((await deliver(transport)).kind).toBe('accepted');
		expect(server.connections).toHaveLength(2);
	});

	it.each([
		{ what: 'the server closes', answer: { then: 'close' } },
		{ what: 'the connection is reset', answer: { then: 'reset' } },
		{ what: 'the reply is unreadable', answer: 'Thank you' },
		{ what: 'the reply has an unknown code', answer: '999 Whatever' },
		{ what: 'the reply asks for more', answer: '354 Go ahead' },
	] as const)('leaves it unknown when $what', async ({ answer }) => {
		const server = await serve({
			script: (_, { phase, connection }) =>
				phase === 'finalDot' && connection === 0 ? answer : undefined,
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport, shortMessage('one'));
		expect(report.kind).toBe('unknown');
		expect(failureOf(report)).toMatchObject({
			code: 'DELIVERY_UNKNOWN',
			stage: 'reply',
			retryable: false,
		});
		// Sent once, and the next one neither on the same connection nor after a RSET.
		await server.connections[0]?.closed;
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
		expect(server.connections).toHaveLength(2);
	});

	it('leaves it unknown when none comes', async () => {
		const server = await serve({
			script: (_, { phase }) => (phase === 'finalDot' ? { then: 'silent' } : undefined),
		});
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			timeoutMs: 15_000,
			replyTimeoutMs: 300,
		});
		expect(report.kind).toBe('unknown');
		expect(failureOf(report)).toMatchObject({ code: 'DELIVERY_UNKNOWN', stage: 'reply' });
		expect(server.completeMessages).toHaveLength(1);
		await server.connections[0]?.closed;
	});

	it('may take longer than the time allowed for the data', async () => {
		const server = await serve({
			script: (_, { phase }) =>
				phase === 'finalDot' ? { reply: '250 2.0.0 Ok', delayMs: 1_500 } : undefined,
		});
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			timeoutMs: 1_000,
		});
		expect(report.kind).toBe('accepted');
	});

	it('is waited for when the execution is stopped meanwhile', async () => {
		const stop = new AbortController();
		const server = await serve({
			script: (_, { phase }) => {
				if (phase !== 'finalDot') return undefined;
				stop.abort();
				return { reply: '250 2.0.0 Ok', delayMs: 50 };
			},
		});
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			timeoutMs: 15_000,
			signal: stop.signal,
		});
		expect(report.kind).toBe('accepted');
	});

	it('tells the ID that Microsoft gave the message', async () => {
		const id = '<GV1PR10MB0000@GV1PR10MB0000.EURPRD10.PROD.OUTLOOK.COM>';
		const server = await serve({
			script: (_, { phase }) =>
				phase === 'finalDot' ? `250 2.0.0 OK ${id} [Hostname=GV1PR10MB0000]` : undefined,
		});
		expect(await deliver(transportFor(accountAt(server)))).toMatchObject({
			kind: 'accepted',
			serverMessageId: id,
		});
	});
});
