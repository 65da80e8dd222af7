import { describe, expect, it } from 'vitest';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

describe('the name in EHLO', () => {
	it.each(['implicit', 'explicit'] as const)('is the configured one (%s)', async (sslMode) => {
		const server = await serve({ tls: sslMode === 'implicit' ? 'implicit' : 'starttls' });
		const account = accountAt(server, { sslMode, ehloName: 'n8n.example.com' });
		expect((await deliver(transportFor(account))).kind).toBe('accepted');
		const greetings = commandsOf(server, 'EHLO');
		expect(greetings).toHaveLength(sslMode === 'implicit' ? 1 : 2);
		expect(new Set(greetings)).toEqual(new Set(['EHLO n8n.example.com']));
	});

	it('is a domain or an address literal where none is configured', async () => {
		const server = await serve();
		await deliver(transportFor(accountAt(server)));
		expect(commandsOf(server, 'EHLO')[0]).toMatch(
			/^EHLO (?:\[[\d.]+\]|\[IPv6:[\da-f:]+\]|[\w.-]+\.[\w-]+)$/,
		);
	});
});

describe('a server that refuses the name in EHLO', () => {
	it.each([
		{ reply: '421 4.7.0 Try again later, closing connection. (EHLO)', sslMode: 'implicit' },
		{ reply: '421 4.7.0 Try again later, closing connection. (EHLO)', sslMode: 'explicit' },
		{ reply: '501 Syntactically invalid EHLO argument(s)', sslMode: 'implicit' },
		{ reply: '501 Syntactically invalid EHLO argument(s)', sslMode: 'explicit' },
		{ reply: '504 5.5.2 <localhost>: Helo command rejected', sslMode: 'implicit' },
		{ reply: '550 5.7.1 Access denied - Invalid HELO name', sslMode: 'explicit' },
	] as const)('by "$reply" is quoted, at the stage ehlo ($sslMode)', async ({ reply, sslMode }) => {
		const server = await serve({
			tls: sslMode === 'implicit' ? 'implicit' : 'starttls',
			script: (command, { isSecure }) =>
				command.startsWith('EHLO') && isSecure ? reply : undefined,
		});
		const report = await deliver(transportFor(accountAt(server, { sslMode })));
		const failure = failureOf(report);
		expect(failure).toMatchObject({ stage: 'ehlo', replyCode: Number(reply.slice(0, 3)) });
		expect(failure.message).toContain(reply);
		expect(report).toMatchObject({ response: reply });
		// HELO would not help: a sign-in needs EHLO.
		expect(commandsOf(server, 'HELO')).toEqual([]);
		expect(['MECHANISM_NOT_OFFERED', 'TLS_NOT_OFFERED']).not.toContain(failure.code);
	});

	it('before TLS is quoted as well', async () => {
		const reply = '501 Syntactically invalid EHLO argument(s)';
		const server = await serve({
			tls: 'starttls',
			script: (command) => (command.startsWith('EHLO') ? reply : undefined),
		});
		const account = accountAt(server, { sslMode: 'explicit' });
		const failure = failureOf(await deliver(transportFor(account)));
		expect(failure).toMatchObject({ stage: 'ehlo', replyCode: 501 });
		expect(failure.code).not.toBe('TLS_NOT_OFFERED');
	});
});
