import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
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
} from '../../support/smtp/transport-setting.js';

const AUTH = 'AUTH XOAUTH2';

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

describe('the process', () => {
	const script = fileURLToPath(new URL('../../support/smtp/deliver-once.ts', import.meta.url));
	const tsx = createRequire(import.meta.url).resolve('tsx');

	it.each([
		{ what: 'a message that was sent', answer: undefined, kind: 'accepted' },
		{ what: 'a refusal', answer: '554 5.7.1 No', kind: 'refused' },
		{ what: 'a reply that never came', answer: { then: 'silent' }, kind: 'unknown' },
	] as const)('is not held by anything after $what', async ({ answer, kind }) => {
		const server = await serve({
			script: (command, { phase }) => {
				if (phase === 'finalDot') return answer;
				return command === 'QUIT' ? { then: 'silent' } : undefined;
			},
		});
		const replyTimeoutMs = kind === 'unknown' ? 300 : 600_000;
		const child = spawn(
			process.execPath,
			[
				...['--import', tsx, script, String(server.port), server.caCertificate],
				...['15000', String(replyTimeoutMs)],
			],
			{ stdio: ['ignore', 'pipe', 'pipe'] },
		);
		onTestFinished(() => {
			child.kill();
		});
		const [output, errors, [exitCode]] = await Promise.all([
			text(child.stdout),
			text(child.stderr),
			once(child, 'exit') as Promise<[number]>,
		]);
		expect({ exitCode, output, errors }).toEqual({ exitCode: 0, output: kind, errors: '' });
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
