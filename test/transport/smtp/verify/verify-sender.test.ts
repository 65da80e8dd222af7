import { describe, expect, it, onTestFinished } from 'vitest';
import { verifyMailbox } from '../../../../nodes/SmtpOAuthSendEmail/transport/smtp/verify/verify-smtp.js';
import {
	accountAt,
	commandsOf,
	PLENTY,
	serve,
	tokensOf,
	USER,
} from '../../../support/smtp/transport-setting.js';
import {
	TOKEN,
	expectNothingSent,
	failureAt,
	outline,
	verify,
} from '../../../support/smtp/verify-mailbox.js';

describe('the sender', () => {
	it.each([
		'550 5.7.60 SMTP; Client does not have permissions to send as this sender',
		'553 5.7.1 <boss@example.com>: Sender address rejected: not owned by user user@example.com',
	])('is refused: %s', async (reply) => {
		const server = await serve({
			script: (command) => (command.startsWith('MAIL') ? reply : undefined),
		});
		const report = await verify(accountAt(server), { from: 'boss@example.com' });
		expect(outline(report)).toMatchObject({ failed: ['mailFrom'], skipped: [] });
		expect(failureAt(report, 'mailFrom')).toMatchObject({
			code: 'SENDER_NOT_ALLOWED',
			stage: 'mailFrom',
			replyCode: Number(reply.slice(0, 3)),
		});
		expect(commandsOf(server, 'QUIT')).toHaveLength(1);
		await expectNothingSent(server);
	});

	it('is offered with SMTPUTF8 where it needs that, or not at all', async () => {
		const from = 'jürgen@example.com';
		const able = await serve();
		expect(outline(await verify(accountAt(able), { from })).failed).toEqual([]);
		expect(commandsOf(able, 'MAIL')).toEqual([`MAIL FROM:<${from}> SMTPUTF8`]);
		const unable = await serve({ ehlo: ['AUTH XOAUTH2'] });
		const report = await verify(accountAt(unable), { from });
		expect(failureAt(report, 'mailFrom')).toMatchObject({ code: 'SMTPUTF8_NOT_OFFERED' });
		expect(commandsOf(unable, 'MAIL')).toEqual([]);
	});

	it.each(['EHLO', 'AUTH', 'MAIL'])('a connection lost at %s is told there', async (at) => {
		const server = await serve({
			script: (command) => (command.startsWith(at) ? { then: 'reset' } : undefined),
		});
		const stage = ({ EHLO: 'ehlo', AUTH: 'auth', MAIL: 'mailFrom' } as const)[at];
		if (stage === undefined) throw new Error(at);
		const report = await verify(accountAt(server));
		expect(outline(report).failed).toEqual([stage]);
		expect(failureAt(report, stage)).toMatchObject({ code: 'CONNECTION_LOST', stage });
	});
});

describe('what a server says', () => {
	it('comes out without the token, wherever it repeats it', async () => {
		const server = await serve({
			greeting: `220 hello ${TOKEN}`,
			script: (command) => {
				if (command.startsWith('EHLO')) {
					return ['250-scripted.test', `250-XSECRET ${TOKEN}`, '250 AUTH XOAUTH2'];
				}
				return command.startsWith('MAIL') ? `250 2.1.0 ${TOKEN}` : undefined;
			},
		});
		const report = await verify(accountAt(server));
		expect(outline(report).failed).toEqual([]);
		expect(JSON.stringify(report)).not.toContain(TOKEN);
		expect(report.stages.ehlo).toMatchObject({ facts: { extensions: ['XSECRET [redacted]'] } });
	});
});

describe('stopping the execution', () => {
	it('ends the check where it is', async () => {
		const stop = new AbortController();
		onTestFinished(() => {
			stop.abort();
		});
		const server = await serve({
			script: (command) => {
				if (!command.startsWith('MAIL')) return undefined;
				stop.abort();
				return { then: 'silent' };
			},
		});
		const limits = { ...PLENTY, signal: stop.signal };
		const report = await verifyMailbox(accountAt(server), tokensOf(TOKEN), USER, limits);
		expect(failureAt(report, 'mailFrom')).toMatchObject({ code: 'CANCELLED', stage: 'mailFrom' });
		await expectNothingSent(server);
	});
});
