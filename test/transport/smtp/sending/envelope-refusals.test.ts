import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';
import { AUTH, to } from '../../../support/smtp/envelope-to.js';

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
