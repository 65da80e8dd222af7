import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { RawSmtpClient } from '../../support/smtp/raw-smtp-client.js';
import {
	ALICE,
	messageFrom,
	oauthBearer,
	sendMessage,
	sendWithNodemailer,
	signIn,
	signInAs,
	xoauth2,
} from '../../support/n8n/sandbox-client.js';

describe('the sandbox', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	afterAll(async () => {
		await sandbox.close({ removeData: true });
	});

	describe.each([
		{ name: 'implicit', secure: true },
		{ name: 'starttls', secure: false },
	])('$name port', ({ name, secure }) => {
		it('takes a message from nodemailer and keeps it as .eml', async () => {
			const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
			const before = sandbox.mail.messages.length;
			await sendWithNodemailer(sandbox, secure, token, sandbox.mail.caCertificate);

			const message = (await sandbox.mail.waitForMessages(before + 1))[before];
			expect(message).toMatchObject({
				envelope: { from: ALICE, to: ['carol@example.com'] },
				mailFromArgs: { SIZE: '200' },
				user: ALICE,
				mechanism: 'XOAUTH2',
				port: name,
				tls: { version: 'TLSv1.3' },
				parsed: { subject: 'Hello', from: { address: ALICE } },
			});
			expect(await readFile(message?.emlPath ?? '', 'utf8')).toBe(messageFrom(ALICE));
		});

		it('is refused by a client that does not trust its authority', async () => {
			const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
			await expect(sendWithNodemailer(sandbox, secure, token)).rejects.toMatchObject({
				originalCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			});
		});
	});

	it('takes OAUTHBEARER, on a line of its own and as initial response', async () => {
		const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
		const first = await signIn(sandbox, 'OAUTHBEARER', oauthBearer(ALICE, token));
		expect(first.reply.code).toBe(235);
		first.client.close();

		const client = await RawSmtpClient.connect(
			sandbox.mail.implicitPort,
			sandbox.mail.caCertificate,
		);
		await client.read();
		await client.say('EHLO client.test');
		const reply = await client.say(`AUTH OAUTHBEARER ${oauthBearer(ALICE, token)}`);
		expect(reply.code).toBe(235);
		client.close();
		expect(sandbox.mail.authAttempts.slice(-2)).toMatchObject([
			{ mechanism: 'OAUTHBEARER', user: ALICE, accepted: true, hadInitialResponse: false },
			{ mechanism: 'OAUTHBEARER', user: ALICE, accepted: true, hadInitialResponse: true },
		]);
	});

	it('explains a refused token in each mechanism, then says 535 5.7.8', async () => {
		const bearer = await signIn(sandbox, 'OAUTHBEARER', oauthBearer(ALICE, 'nonsense'));
		expect(bearer.reply.code).toBe(334);
		const reason = JSON.parse(atob(bearer.reply.lines[0]?.slice(4) ?? '')) as unknown;
		expect(reason).toMatchObject({ status: 'invalid_token', scope: sandbox.oauth.scope });
		expect((await bearer.client.say('AQ==')).lines[0]).toMatch(/^535 5\.7\.8 /);

		const google = await signIn(sandbox, 'XOAUTH2', xoauth2(ALICE, 'nonsense'));
		expect(google.reply.code).toBe(334);
		expect(JSON.parse(atob(google.reply.lines[0]?.slice(4) ?? ''))).toMatchObject({
			status: '401',
		});
		expect((await google.client.say('')).code).toBe(535);
		// The connection is still good for another try.
		const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
		await google.client.say('AUTH XOAUTH2');
		expect((await google.client.say(xoauth2(ALICE, token))).code).toBe(235);

		expect(sandbox.mail.authAttempts.slice(-3).map((attempt) => attempt.refusalAnswer)).toEqual([
			'AQ==',
			'',
			undefined,
		]);
		bearer.client.close();
		google.client.close();
	});

	it.each([
		['of another mailbox', () => sandbox.oauth.issueTokens('bob@sandbox.test')],
		['that has expired', () => sandbox.oauth.issueTokens(ALICE, { expiresInSeconds: -1 })],
		['without the SMTP scope', () => sandbox.oauth.issueTokens(ALICE, { scope: 'openid' })],
	])('refuses a token %s', async (_, issue) => {
		const { client, reply } = await signIn(
			sandbox,
			'XOAUTH2',
			xoauth2(ALICE, (await issue()).access_token),
		);
		expect(reply.code).toBe(334);
		expect((await client.say('')).code).toBe(535);
		client.close();
	});

	it('refuses an AUTH line of more than 2,048 octets, but takes 12,288 after the 334', async () => {
		const client = await RawSmtpClient.connect(
			sandbox.mail.implicitPort,
			sandbox.mail.caCertificate,
		);
		await client.read();
		await client.say('EHLO client.test');
		expect((await client.say(`AUTH XOAUTH2 ${'A'.repeat(2048)}`)).code).toBe(500);
		await client.say('AUTH XOAUTH2');
		const response = xoauth2(ALICE, 'A'.repeat(9216 - 22 - ALICE.length));
		expect(response.length).toBeGreaterThanOrEqual(12_280);
		expect((await client.say(response)).code).toBe(334);
		client.close();
	});

	it('offers no AUTH and takes no mail before STARTTLS', async () => {
		const client = await RawSmtpClient.connect(sandbox.mail.starttlsPort);
		await client.read();
		const clear = await client.say('EHLO client.test');
		expect(clear.lines.join()).toContain('STARTTLS');
		expect(clear.lines.join()).not.toContain('AUTH');
		expect((await client.say('AUTH XOAUTH2')).code).toBe(538);
		expect((await client.say(`MAIL FROM:<${ALICE}>`)).code).toBe(530);

		expect((await client.say('STARTTLS')).code).toBe(220);
		await client.upgrade(sandbox.mail.caCertificate);
		const secure = await client.say('EHLO client.test');
		expect(secure.lines.join()).toMatch(/AUTH XOAUTH2 OAUTHBEARER/);
		expect(secure.lines.join()).toMatch(/SMTPUTF8.*DSN.*SIZE 35882577/);
		expect((await client.say(`MAIL FROM:<${ALICE}>`)).code).toBe(530);
		client.close();

		const lines = sandbox.mail.sessions.at(-1)?.lines ?? [];
		expect(lines.filter(({ isSecure }) => isSecure).map(({ line }) => line)).toEqual([
			'EHLO client.test',
			`MAIL FROM:<${ALICE}>`,
		]);
	});

	it('lets nobody send as somebody else, in the envelope or in the header', async () => {
		const client = await signInAs(sandbox, ALICE);
		expect((await client.say('MAIL FROM:<mallory@sandbox.test>')).lines[0]).toMatch(
			/^553 5\.7\.1 /,
		);
		const refusal = await sendMessage(client, ALICE, messageFrom('mallory@sandbox.test'));
		expect(refusal.lines[0]).toBe(
			`554 5.2.252 SendAsDenied; ${ALICE} not allowed to send as mallory@sandbox.test`,
		);
		const granted = await sendMessage(client, ALICE, messageFrom('"S" <support@sandbox.test>'));
		expect(granted.code).toBe(250);
		client.close();
	});

	it('refuses unknown recipients for good and others for now', async () => {
		const client = await signInAs(sandbox, ALICE);
		await client.say(`MAIL FROM:<${ALICE}>`);
		expect((await client.say('RCPT TO:<unknown@example.com>')).lines[0]).toMatch(/^550 5\.1\.1 /);
		expect((await client.say('RCPT TO:<dora@reject.test>')).code).toBe(550);
		expect((await client.say('RCPT TO:<tempfail@example.com>')).lines[0]).toMatch(/^451 4\.3\.0 /);
		expect((await client.say('RCPT TO:<dörte@example.com>')).lines[0]).toMatch(/^553 5\.6\.7 /);
		expect((await client.say('RCPT TO:<carol@example.com>')).code).toBe(250);
		client.close();
	});

	it('keeps envelope parameters and addresses as they came', async () => {
		const client = await signInAs(sandbox, ALICE);
		const before = sandbox.mail.messages.length;
		await client.say(`MAIL FROM:<${ALICE}> SMTPUTF8 RET=HDRS ENVID=a+2Bb`);
		await client.say('RCPT TO:<dörte@xn--bcher-kva.example> NOTIFY=SUCCESS,DELAY');
		await client.say('RCPT TO:<carol@example.com> ORCPT=rfc822;carol@example.com');
		await client.say('DATA');
		client.write(messageFrom(ALICE));
		expect((await client.say('.')).code).toBe(250);
		client.close();
		expect(sandbox.mail.messages[before]).toMatchObject({
			envelope: { from: ALICE, to: ['dörte@xn--bcher-kva.example', 'carol@example.com'] },
			mailFromArgs: { SMTPUTF8: true, RET: 'HDRS', ENVID: 'a+b' },
			rcptArgs: [{ NOTIFY: 'SUCCESS,DELAY' }, { ORCPT: 'rfc822;carol@example.com' }],
		});
	});

	it('does not keep a message whose connection broke before the final dot', async () => {
		const client = await signInAs(sandbox, ALICE);
		const before = sandbox.mail.messages.length;
		await client.say(`MAIL FROM:<${ALICE}>`);
		await client.say('RCPT TO:<carol@example.com>');
		await client.say('DATA');
		client.write(messageFrom(ALICE));
		client.close();
		const other = await signInAs(sandbox, ALICE);
		await sendMessage(other, ALICE, messageFrom(ALICE, 'whole'));
		other.close();
		expect(sandbox.mail.messages.slice(before).map(({ parsed }) => parsed.subject)).toEqual([
			'whole',
		]);
	});
});
