import { describe, expect, it } from 'vitest';
import type { messageFields } from '../../../support/message/prepared-message.js';
import { prepare, valueOf } from '../../../support/message/prepared-message.js';
import type { ScriptedServer } from '../../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	messageOf,
	serve,
	shortMessage,
	transportFor,
} from '../../../support/smtp/transport-setting.js';
import { AUTH, to } from '../../../support/smtp/envelope-to.js';

/** A message as the node composes it. */
const composed = async (changes: Parameters<typeof messageFields>[0]) =>
	valueOf(await prepare(changes));

/** The commands of transactions, as the server got them. */
function transactionsOf(server: ScriptedServer): string[] {
	return server.connections.flatMap(({ tlsLines }) =>
		tlsLines.filter((line) => /^(?:MAIL|RCPT|DATA|RSET)/.test(line)),
	);
}

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
