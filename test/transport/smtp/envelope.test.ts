import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';
import type { messageFields } from '../../support/message/prepared-message.js';
import { prepare, valueOf } from '../../support/message/prepared-message.js';
import type { ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	messageOf,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
} from '../../support/smtp/transport-setting.js';

const AUTH = 'AUTH XOAUTH2 OAUTHBEARER';

/** A message as the node composes it. */
const composed = async (changes: Parameters<typeof messageFields>[0]) =>
	valueOf(await prepare(changes));

/** The commands of transactions, as the server got them. */
function transactionsOf(server: ScriptedServer): string[] {
	return server.connections.flatMap(({ tlsLines }) =>
		tlsLines.filter((line) => /^(?:MAIL|RCPT|DATA|RSET)/.test(line)),
	);
}

const to = (...recipients: string[]): Partial<PreparedMessage> => ({
	envelope: { from: 'user@example.com', to: recipients },
});

describe('SMTPUTF8', () => {
	it('is announced where a local part needs it and the server offers it', async () => {
		const server = await serve({ ehlo: [AUTH, 'SMTPUTF8'] });
		const message = await composed({ toEmail: 'jürgen@bücher.example' });
		const report = await deliver(transportFor(accountAt(server)), message);
		expect(report).toMatchObject({ kind: 'accepted' });
		expect(transactionsOf(server)).toEqual([
			'MAIL FROM:<sender@example.com> SMTPUTF8',
			'RCPT TO:<jürgen@xn--bcher-kva.example>',
			'DATA',
		]);
	});

	it('fails before MAIL FROM where the server does not offer it', async () => {
		const server = await serve({ ehlo: [AUTH, 'SIZE'] });
		const message = await composed({ toEmail: 'carol@example.com, jürgen@bücher.example' });
		const report = await deliver(transportFor(accountAt(server)), message);
		expect(failureOf(report)).toMatchObject({ code: 'SMTPUTF8_NOT_OFFERED', stage: 'mailFrom' });
		expect(failureOf(report).message).toContain('jürgen@');
		expect(transactionsOf(server)).toEqual([]);
	});

	it('is not needed for a non-ASCII domain, which goes as an A-label', async () => {
		const server = await serve({ ehlo: [AUTH] });
		const message = await composed({ toEmail: 'info@bücher.example' });
		expect(await deliver(transportFor(accountAt(server)), message)).toMatchObject({
			kind: 'accepted',
			accepted: ['info@xn--bcher-kva.example'],
		});
		expect(transactionsOf(server)).toContain('RCPT TO:<info@xn--bcher-kva.example>');
	});

	it('fails for an address of the header alone, which it could not be announced for', async () => {
		const server = await serve({ ehlo: [AUTH, 'SMTPUTF8'] });
		const message = await composed({ replyTo: 'jürgen@example.com' });
		const report = await deliver(transportFor(accountAt(server)), message);
		expect(failureOf(report)).toMatchObject({ code: 'SMTPUTF8_NOT_OFFERED' });
		expect(transactionsOf(server)).toEqual([]);
	});
});

describe('SIZE', () => {
	it('is sent along, exact to the byte', async () => {
		const server = await serve({ ehlo: [AUTH, 'SIZE 1000'] });
		const message = messageOf('Subject: x\r\n\r\nHi.\r\n');
		expect((await deliver(transportFor(accountAt(server)), message)).kind).toBe('accepted');
		expect(commandsOf(server, 'MAIL')).toEqual(['MAIL FROM:<user@example.com> SIZE=19']);
		expect(server.completeMessages[0]).toHaveLength(19);
	});

	it('is not sent to a server that does not offer it', async () => {
		const server = await serve({ ehlo: [AUTH] });
		expect((await deliver(transportFor(accountAt(server)))).kind).toBe('accepted');
		expect(commandsOf(server, 'MAIL')).toEqual(['MAIL FROM:<user@example.com>']);
	});

	it('fails a message that is too large before any byte of it goes out', async () => {
		const server = await serve({ ehlo: [AUTH, 'SIZE 1000'] });
		const transport = transportFor(accountAt(server));
		const fitting = messageOf('a'.repeat(998) + '\r\n');
		const large = messageOf('a'.repeat(999) + '\r\n');
		const report = await deliver(transport, large);
		expect(failureOf(report)).toMatchObject({ code: 'MESSAGE_TOO_LARGE', stage: 'mailFrom' });
		expect(failureOf(report).message).toContain('1001');
		expect(failureOf(report).message).toContain('1000');
		expect(transactionsOf(server)).toEqual([]);
		expect((await deliver(transport, fitting)).kind).toBe('accepted');
		expect(server.connections).toHaveLength(1);
	});

	it.each(['SIZE 0', 'SIZE'])('sets no limit as "%s"', async (keyword) => {
		const server = await serve({ ehlo: [AUTH, keyword] });
		expect((await deliver(transportFor(accountAt(server)))).kind).toBe('accepted');
	});
});

describe('DSN', () => {
	it('asks for each recipient by itself, and names none to another', async () => {
		const server = await serve({ ehlo: [AUTH, 'DSN', 'PIPELINING'] });
		const message = shortMessage('x', {
			...to('a@example.net', 'b@example.net'),
			messageId: '<a+b=c@example.com>',
			dsn: { notify: ['success', 'failure', 'delay'], returnContent: 'headers' },
		});
		expect((await deliver(transportFor(accountAt(server)), message)).kind).toBe('accepted');
		expect(transactionsOf(server)).toEqual([
			'MAIL FROM:<user@example.com> RET=HDRS ENVID=a+2Bb+3Dc@example.com',
			'RCPT TO:<a@example.net> NOTIFY=SUCCESS,FAILURE,DELAY',
			'RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE,DELAY',
			'DATA',
		]);
	});

	it('can ask for nothing, and for the whole message back', async () => {
		const server = await serve({ ehlo: [AUTH, 'DSN'] });
		const message = shortMessage('x', { dsn: { notify: ['never'], returnContent: 'full' } });
		await deliver(transportFor(accountAt(server)), message);
		expect(transactionsOf(server).slice(0, 2)).toEqual([
			'MAIL FROM:<user@example.com> RET=FULL ENVID=message-1@example.com',
			'RCPT TO:<recipient@example.net> NOTIFY=NEVER',
		]);
	});

	it('fails before MAIL FROM where the server does not offer it', async () => {
		const server = await serve({ ehlo: [AUTH, 'SIZE'] });
		const message = shortMessage('x', { dsn: { notify: ['failure'], returnContent: 'headers' } });
		const report = await deliver(transportFor(accountAt(server)), message);
		expect(failureOf(report)).toMatchObject({ code: 'INVALID_PARAMETER', stage: 'mailFrom' });
		expect(failureOf(report).message).toContain('Delivery Status Notification');
		expect(transactionsOf(server)).toEqual([]);
	});

	it('does not appear in messages that did not ask for it', async () => {
		const server = await serve({ ehlo: [AUTH, 'DSN'] });
		const transport = transportFor(accountAt(server));
		const dsn = { notify: ['failure'], returnContent: 'full' } as const;
		await deliver(transport, shortMessage('with', { dsn }));
		await deliver(transport, shortMessage('without'));
		expect(transactionsOf(server).slice(3)).toEqual([
			'MAIL FROM:<user@example.com>',
			'RCPT TO:<recipient@example.net>',
			'DATA',
		]);
	});
});

describe.each([
	{ pipelining: 'with PIPELINING', ehlo: [AUTH, 'PIPELINING'] },
	{ pipelining: 'without PIPELINING', ehlo: [AUTH] },
])('a refusal ($pipelining)', ({ ehlo }) => {
	it('of some recipients leaves the others, each with its own reply', async () => {
		const server = await serve({
			ehlo,
			script: (command) => {
				if (command.includes('<b@')) return '550 5.1.1 <b@example.net>: User unknown';
				if (command.includes('<c@')) return ['450-4.2.1 Greylisted,', '450 4.2.1 come back'];
				return command.includes('<d@') ? '551 elsewhere' : undefined;
			},
		});
		const message = shortMessage('x', to('a@example.net', 'b@example.net', 'c@x.test', 'd@x.test'));
		expect(await deliver(transportFor(accountAt(server)), message)).toEqual({
			kind: 'accepted',
			envelope: message.envelope,
			accepted: ['a@example.net'],
			rejected: [
				{
					address: 'b@example.net',
					replyCode: 550,
					enhancedStatusCode: '5.1.1',
					reason: '<b@example.net>: User unknown',
				},
				{
					address: 'c@x.test',
					replyCode: 450,
					enhancedStatusCode: '4.2.1',
					reason: expect.stringContaining('Greylisted') as string,
				},
				{ address: 'd@x.test', replyCode: 551, reason: 'elsewhere' },
			],
			response: '250 2.0.0 Ok: queued as SCRIPTED',
			tlsVerified: true,
		});
		expect(server.completeMessages).toHaveLength(1);
	});

	it('of all recipients sends nothing, and the next message goes out on the same connection', async () => {
		const server = await serve({
			ehlo,
			script: (command) => {
				if (command.includes('@reject.test')) return '550 5.1.1 User unknown';
				return undefined;
			},
		});
		const transport = transportFor(accountAt(server));
		const refused = await deliver(
			transport,
			shortMessage('refused', to('a@reject.test', 'b@reject.test')),
		);
		expect(failureOf(refused)).toMatchObject({
			code: 'RECIPIENT_REJECTED',
			stage: 'rcptTo',
			replyCode: 550,
			retryable: false,
		});
		expect(refused.rejected.map(({ address }) => address)).toEqual([
			'a@reject.test',
			'b@reject.test',
		]);
		expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
		// A server that takes DATA without a recipient gets an empty message for nobody.
		expect(subjectsOf(server.completeMessages).filter((subject) => subject !== '')).toEqual([
			'next',
		]);
		expect(server.connections).toHaveLength(1);
		expect(commandsOf(server, 'RSET')).toHaveLength(1);
	});

	it('of DATA after refused recipients is not taken for the reason', async () => {
		const server = await serve({
			ehlo,
			script: (command) => {
				if (command.startsWith('RCPT')) return '452 4.5.3 Too many recipients';
				return command === 'DATA' ? '554 5.5.1 No valid recipients' : undefined;
			},
		});
		const report = await deliver(transportFor(accountAt(server)));
		expect(failureOf(report)).toMatchObject({
			code: 'TOO_MANY_RECIPIENTS',
			stage: 'rcptTo',
			replyCode: 452,
		});
		expect(report.rejected).toMatchObject([{ replyCode: 452 }]);
	});

	it.each([
		{ reply: '553 5.7.1 <user@example.com>: not owned by user', code: 'SENDER_NOT_ALLOWED' },
		{ reply: '550 5.7.60 SMTP; Client does not have permissions', code: 'SENDER_NOT_ALLOWED' },
		{ reply: '451 4.3.0 Try later', code: 'SERVER_BUSY' },
		{ reply: '552 5.3.4 Too big', code: 'MESSAGE_TOO_LARGE' },
	])('of the sender ("$reply") leaves the connection usable', async ({ reply, code }) => {
		let isRefused = false;
		const server = await serve({
			ehlo,
			script: (command) => {
				if (command === 'RSET') isRefused = false;
				if (command.startsWith('MAIL')) isRefused = command.includes('<other@');
				if (!isRefused) return undefined;
				return command.startsWith('MAIL') ? reply : '503 5.5.1 MAIL first';
			},
		});
		const transport = transportFor(accountAt(server));
		const refused = await deliver(
			transport,
			shortMessage('refused', { envelope: { from: 'other@example.com', to: ['a@example.net'] } }),
		);
		expect(failureOf(refused)).toMatchObject({
			code,
			stage: 'mailFrom',
			replyCode: Number(reply.slice(0, 3)),
		});
		expect(refused).toMatchObject({ response: reply, rejected: [] });
		expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['next']);
		expect(server.connections).toHaveLength(1);
	});

	it.each([
		{ reply: '451 4.3.2 Not now', code: 'SERVER_BUSY', retryable: true },
		{ reply: '452 4.3.1 Insufficient system storage', code: 'SERVER_BUSY', retryable: true },
		{ reply: '552 5.3.4 Message too big', code: 'MESSAGE_TOO_LARGE', retryable: false },
		{ reply: '554 5.7.1 No thanks', code: 'MESSAGE_REFUSED', retryable: false },
	])('of DATA ("$reply") reads nothing of the message', async ({ reply, code, retryable }) => {
		const server = await serve({
			ehlo,
			script: (command) =>
				command === 'DATA' && server.connections[0]?.tlsLines.includes('RSET') !== true
					? reply
					: undefined,
		});
		const transport = transportFor(accountAt(server));
		let readCount = 0;
		const content = new Readable({
			read() {
				readCount += 1;
				this.push(null);
			},
		});
		const refused = await deliver(transport, shortMessage('refused', { open: () => content }));
		expect(failureOf(refused)).toMatchObject({ code, retryable, stage: 'data' });
		expect({ readCount, isClosed: content.destroyed }).toEqual({ readCount: 0, isClosed: true });
		expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['next']);
		expect(server.connections).toHaveLength(1);
	});

	it('of the sender sends nothing, though the server would take what follows', async () => {
		const server = await serve({
			ehlo,
			script: (command) =>
				command.startsWith('MAIL FROM:<other@') ? '550 5.7.1 Not you' : undefined,
		});
		const transport = transportFor(accountAt(server));
		const refused = shortMessage('refused', {
			envelope: { from: 'other@example.com', to: ['a@example.net'] },
		});
		expect(failureOf(await deliver(transport, refused))).toMatchObject({ stage: 'mailFrom' });
		expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['next']);
	});
});

describe('RSET', () => {
	const refuseFirst = (command: string, { messageCount }: { messageCount: number }) =>
		messageCount === 0 && command.includes('@reject.test') ? '550 5.1.1 Unknown' : undefined;
	const refused = shortMessage('refused', to('a@reject.test'));

	it.each(['421 4.3.2 Going down', '500 5.5.1 What?', '250'] as const)(
		'answered by "%s" decides whether the connection is kept',
		async (reply) => {
			const server = await serve({
				ehlo: [AUTH],
				script: (command, session) => (command === 'RSET' ? reply : refuseFirst(command, session)),
			});
			const transport = transportFor(accountAt(server));
			await deliver(transport, refused);
			expect((await deliver(transport, shortMessage('next'))).kind).toBe('accepted');
			expect(subjectsOf(server.completeMessages)).toEqual(['next']);
			expect(server.connections).toHaveLength(reply === '250' ? 1 : 2);
		},
	);

	it('that gets no answer does not hold the next message', async () => {
		const server = await serve({
			ehlo: [AUTH],
			script: (command, session) =>
				command === 'RSET' ? { then: 'silent' } : refuseFirst(command, session),
		});
		const transport = transportFor(accountAt(server));
		await deliver(transport, refused);
		const report = await deliver(transport, shortMessage('next'), { timeoutMs: 2_000 });
		expect(report.kind).toBe('accepted');
		expect(server.connections).toHaveLength(2);
	});
});
