import { describe, expect, it } from 'vitest';
import type { ScriptedServer } from '../../../support/smtp/scripted-smtp-server.js';
import {
	PLENTY,
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	freshMailboxState,
	serve,
	shortMessage,
	subjectsOf,
	tokensOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

const AUTH = 'AUTH XOAUTH2';

describe.each([
	{ pipelining: 'with PIPELINING', ehlo: [AUTH, 'PIPELINING'] },
	{ pipelining: 'without PIPELINING', ehlo: [AUTH] },
])('an idle connection ($pipelining)', ({ ehlo }) => {
	async function expectOneCopyEach(server: ScriptedServer) {
		const transport = transportFor(accountAt(server));
		expect((await deliver(transport, shortMessage('one'))).kind).toBe('accepted');
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
		expect(server.connections).toHaveLength(2);
	}

	it.each(['MAIL', 'RCPT', 'DATA'])(
		'that ends by 421 at %s is replaced, and the message goes out once',
		async (verb) => {
			await expectOneCopyEach(
				await serve({
					ehlo,
					script: (command, { messageCount, connection }) =>
						connection === 0 && messageCount === 1 && command.startsWith(verb)
							? { reply: '421 4.4.2 Idle for too long', then: 'close' }
							: undefined,
				}),
			);
		},
	);

	it.each(['close', 'reset'] as const)(
		'that breaks (%s) at MAIL FROM is replaced, and the message goes out once',
		async (then) => {
			await expectOneCopyEach(
				await serve({
					ehlo,
					script: (command, { messageCount, connection }) =>
						connection === 0 && messageCount === 1 && command.startsWith('MAIL')
							? { then }
							: undefined,
				}),
			);
		},
	);

	it.each([
		{ what: 'closed', answer: { reply: '250 2.0.0 Ok', then: 'close' } },
		{ what: 'reset', answer: { reply: '250 2.0.0 Ok', then: 'reset' } },
		{ what: 'ended by 421', answer: { reply: ['250 2.0.0 Ok', '421 4.4.2 Bye'], then: 'close' } },
	] as const)('that was $what while idle is replaced', async ({ answer }) => {
		const server = await serve({
			ehlo,
			script: (_, { phase, connection }) =>
				phase === 'finalDot' && connection === 0 ? answer : undefined,
		});
		const transport = transportFor(accountAt(server));
		expect((await deliver(transport, shortMessage('one'))).kind).toBe('accepted');
		await server.connections[0]?.closed;
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
		expect(server.connections).toHaveLength(2);
	});

	it('is replaced only once for a message', async () => {
		const server = await serve({
			ehlo,
			script: (command, { messageCount, connection }) =>
				(messageCount === 1 || connection > 0) && command.startsWith('MAIL')
					? { reply: '421 4.3.2 Service not available', then: 'close' }
					: undefined,
		});
		const transport = transportFor(accountAt(server));
		await deliver(transport, shortMessage('one'));
		const report = await deliver(transport, shortMessage('two'));
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ stage: 'mailFrom', replyCode: 421, retryable: true });
		expect(server.connections).toHaveLength(2);
	});

	it('that answers no more fails the message within its time, and is not used again', async () => {
		const server = await serve({
			ehlo,
			script: (command, { messageCount, connection }) =>
				connection === 0 && messageCount === 1 && command.startsWith('MAIL')
					? { then: 'silent' }
					: undefined,
		});
		const transport = transportFor(accountAt(server));
		await deliver(transport, shortMessage('one'));
		const report = await deliver(transport, shortMessage('two'), { timeoutMs: 300 });
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'mailFrom' });
		expect(server.connections).toHaveLength(1);
		expect((await deliver(transport, shortMessage('three'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'three']);
	});

	it('is not used for a message when the execution was stopped before', async () => {
		const server = await serve({ ehlo });
		const transport = transportFor(accountAt(server));
		await deliver(transport, shortMessage('one'));
		const report = await deliver(transport, shortMessage('two'), {
			...PLENTY,
			signal: AbortSignal.abort(),
		});
		expect(failureOf(report)).toMatchObject({ code: 'CANCELLED' });
		expect(commandsOf(server, 'MAIL')).toHaveLength(1);
	});
});

describe('an idle connection of a mailbox', () => {
	it('is told QUIT once, however many messages find it closing', async () => {
		const server = await serve({
			script: (command, { connection }) =>
				command === 'QUIT' && connection === 0 ? { reply: [] } : undefined,
		});
		const mailboxState = freshMailboxState();
		const account = accountAt(server, { maxConnections: 2 });
		await deliver(transportFor(account, { mailboxState }));
		const changed = transportFor(
			{ ...account, caCertificate: `${server.caCertificate}\n` },
			{ mailboxState },
		);
		for (let count = 0; count < 5; count += 1) await deliver(changed);
		await server.connections[0]?.closed;
		expect(server.connections).toHaveLength(2);
		expect(commandsOf(server, 'QUIT')).toHaveLength(1);
	});

	it('is left to others by a message whose execution is stopped before it is sent', async () => {
		const server = await serve();
		const mailboxState = freshMailboxState();
		const tokens = tokensOf('access-token-1');
		const account = accountAt(server, { maxConnections: 2 });
		await deliver(transportFor(account, { mailboxState, tokens }));
		const stopped = transportFor(account, { mailboxState, tokens });
		const report = await deliver(stopped, shortMessage('none'), {
			...PLENTY,
			signal: AbortSignal.abort(),
		});
		expect(failureOf(report)).toMatchObject({ code: 'CANCELLED' });
		await deliver(transportFor(account, { mailboxState, tokens }));
		expect(server.connections).toHaveLength(1);
		expect(commandsOf(server, 'QUIT')).toEqual([]);
	});
});
