import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
	createCertificateAuthority,
	createSelfSignedCertificate,
} from '../../sandbox/certificates.js';
import { startSandbox } from '../../sandbox/start-sandbox.js';
import type { Sandbox, SandboxOptions } from '../../sandbox/start-sandbox.js';
import { OAuthBrowser } from '../support/oauth-browser.js';
import { RawSmtpClient } from '../support/raw-smtp-client.js';

const CALLBACK = 'http://localhost:5678/rest/oauth2-credential/callback';
const ALICE = 'alice@sandbox.test';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const xoauth2 = (user: string, token: string) =>
	base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`);
const oauthBearer = (user: string, token: string) =>
	base64(`n,a=${user},\x01host=localhost\x01port=465\x01auth=Bearer ${token}\x01\x01`);
const messageFrom = (from: string, subject = 'Hello') =>
	`From: ${from}\r\nTo: carol@example.com\r\nSubject: ${subject}\r\n\r\nHi.\r\n..dotted\r\n`;

async function withSandbox(options: SandboxOptions, work: (sandbox: Sandbox) => Promise<void>) {
	const sandbox = await startSandbox(options);
	try {
		await work(sandbox);
	} finally {
		await sandbox.close({ removeData: true });
	}
}

async function requestToken(
	{ oauth }: Sandbox,
	fields: Record<string, string>,
	basic?: { clientId: string; clientSecret: string },
) {
	const authorization = basic && `Basic ${base64(`${basic.clientId}:${basic.clientSecret}`)}`;
	const response = await fetch(oauth.tokenUrl, {
		method: 'POST',
		headers: authorization ? { authorization } : {},
		body: new URLSearchParams(fields),
	});
	const body = (await response.json()) as Record<string, unknown>;
	return { status: response.status, body };
}

const refresh = (sandbox: Sandbox, token: string) =>
	requestToken(
		sandbox,
		{ grant_type: 'refresh_token', refresh_token: token },
		sandbox.oauth.clients.confidential,
	);

/** Signs in on the implicit port and returns the client together with the server's last word. */
async function signIn(sandbox: Sandbox, mechanism: string, response: string) {
	const client = await RawSmtpClient.connect(sandbox.mail.implicitPort, sandbox.mail.caCertificate);
	await client.read();
	await client.say('EHLO client.test');
	await client.say(`AUTH ${mechanism}`);
	return { client, reply: await client.say(response) };
}

async function signInAs(sandbox: Sandbox, email: string) {
	const { access_token: token } = await sandbox.oauth.issueTokens(email);
	const { client, reply } = await signIn(sandbox, 'XOAUTH2', xoauth2(email, token));
	expect(reply.code).toBe(235);
	return client;
}

async function sendMessage(client: RawSmtpClient, envelopeFrom: string, message: string) {
	expect((await client.say(`MAIL FROM:<${envelopeFrom}>`)).code).toBe(250);
	expect((await client.say('RCPT TO:<carol@example.com>')).code).toBe(250);
	expect((await client.say('DATA')).code).toBe(354);
	client.write(message);
	return client.say('.');
}

/** Sends one message as nodemailer would, the SASL response on a line of its own. */
function sendWithNodemailer(sandbox: Sandbox, secure: boolean, token: string, ca?: string) {
	return new Promise<void>((resolve, reject) => {
		const connection = new SMTPConnection({
			host: sandbox.mail.host,
			port: secure ? sandbox.mail.implicitPort : sandbox.mail.starttlsPort,
			secure,
			requireTLS: !secure,
			tls: ca === undefined ? {} : { ca },
			customAuth: {
				XOAUTH2: async (context: SMTPConnectionCustomAuthContext) => {
					await context.sendCommand('AUTH XOAUTH2');
					const { response } = await context.sendCommand(xoauth2(ALICE, token));
					if (!response.startsWith('235')) throw new Error(response);
				},
			},
		});
		const settle = (error?: Error | null) => {
			connection.close();
			if (error) reject(error);
			else resolve();
		};
		connection.once('error', settle);
		connection.connect(() => {
			connection.login({ method: 'XOAUTH2', user: ALICE }, (loginError) => {
				if (loginError) return settle(loginError);
				const envelope = { from: ALICE, to: ['carol@example.com'], size: 200 };
				connection.send(envelope, messageFrom(ALICE), (error) => settle(error));
			});
		});
	});
}

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

describe('the sandbox, configured', () => {
	it('enforces the size it announces', async () => {
		await withSandbox({ mail: { maxMessageBytes: 1000 } }, async (sandbox) => {
			const client = await signInAs(sandbox, ALICE);
			expect((await client.say(`MAIL FROM:<${ALICE}> SIZE=1001`)).lines[0]).toMatch(
				/^552 5\.3\.4 /,
			);
			const big = `${messageFrom(ALICE)}${'x'.repeat(990)}\r\n`;
			expect((await sendMessage(client, ALICE, big)).lines[0]).toMatch(/^552 5\.3\.4 /);
			expect((await sendMessage(client, ALICE, messageFrom(ALICE))).code).toBe(250);
			client.close();
			expect(sandbox.mail.messages).toHaveLength(1);
		});
	});

	it('offers only what it is told to offer, and refuses the rest', async () => {
		const mail = {
			offerMechanisms: ['OAUTHBEARER'],
			offerSmtpUtf8: false,
			offerDsn: false,
			refusalStyle: 'plain',
		} as const;
		await withSandbox({ mail }, async (sandbox) => {
			const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
			const { client, reply } = await signIn(sandbox, 'OAUTHBEARER', oauthBearer(ALICE, 'no'));
			expect(reply.lines[0]).toMatch(/^535 5\.7\.3 /);
			expect((await client.say('AUTH XOAUTH2')).code).toBe(504);
			const ehlo = await client.say('EHLO client.test');
			expect(ehlo.lines.join()).not.toMatch(/SMTPUTF8|DSN|XOAUTH2/);
			await client.say('AUTH OAUTHBEARER');
			expect((await client.say(oauthBearer(ALICE, token))).code).toBe(235);
			expect((await client.say(`MAIL FROM:<${ALICE}> SMTPUTF8`)).code).toBe(555);
			expect((await client.say(`MAIL FROM:<${ALICE}> RET=FULL`)).code).toBe(555);
			client.close();
		});
	});

	it('refuses sign-ins and messages in the words it is given', async () => {
		const refuseSignInWith = '535 5.7.139 Authentication unsuccessful, SMTP AUTH is off.';
		await withSandbox({ mail: { refuseSignInWith } }, async (sandbox) => {
			const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
			const { client, reply } = await signIn(sandbox, 'XOAUTH2', xoauth2(ALICE, token));
			expect(reply.lines).toEqual([refuseSignInWith]);
			expect(sandbox.mail.authAttempts).toMatchObject([{ accepted: false }]);
			client.close();
		});
		const refuseMessageWith = '432 4.3.2 Concurrent connections limit exceeded.';
		await withSandbox({ mail: { refuseMessageWith } }, async (sandbox) => {
			const client = await signInAs(sandbox, ALICE);
			const reply = await sendMessage(client, ALICE, messageFrom(ALICE));
			expect(reply.lines).toEqual([refuseMessageWith]);
			expect(sandbox.mail.messages).toEqual([]);
			client.close();
		});
	});

	it.each([
		['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT', () => createSelfSignedCertificate()],
		[
			'expired',
			'CERT_HAS_EXPIRED',
			async () =>
				(await createCertificateAuthority()).issueServerCertificate({
					notAfter: new Date(Date.now() - 60_000),
				}),
		],
		[
			'wrong-name',
			'ERR_TLS_CERT_ALTNAME_INVALID',
			async () =>
				(await createCertificateAuthority()).issueServerCertificate({ hosts: ['other.test'] }),
		],
	])('shows a %s certificate as such', async (kind, code, issue) => {
		const certificate = await issue();
		await withSandbox({ mail: { certificate } }, async (sandbox) => {
			const ca = kind === 'self-signed' ? undefined : certificate.caCertificate;
			await expect(sendWithNodemailer(sandbox, true, 'x', ca)).rejects.toMatchObject({
				originalCode: code,
			});
		});
	});

	it('starts silently and leaves nothing open when it is closed', async () => {
		const spies = [
			vi.spyOn(console, 'warn'),
			vi.spyOn(console, 'info'),
			vi.spyOn(console, 'error'),
		];
		const sandbox = await startSandbox();
		const client = await signInAs(sandbox, ALICE);
		expect(sandbox.mail.openConnectionCount).toBe(1);
		await sandbox.close({ removeData: true });
		await client.waitForEnd();
		for (const spy of spies) {
			expect(spy).not.toHaveBeenCalled();
			spy.mockRestore();
		}
		await expect(fetch(sandbox.oauth.tokenUrl)).rejects.toThrow();
		await expect(RawSmtpClient.connect(sandbox.mail.implicitPort)).rejects.toThrow();
	});
});

describe('the OAuth2 server of the sandbox', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	afterAll(async () => {
		await sandbox.close({ removeData: true });
	});

	const authorizeUrl = (parameters: Record<string, string>) => {
		const url = new URL(sandbox.oauth.authorizationUrl);
		const defaults = {
			client_id: sandbox.oauth.clients.confidential.clientId,
			redirect_uri: CALLBACK,
			response_type: 'code',
			scope: sandbox.oauth.scope,
			state: 'xyz',
		};
		for (const [name, value] of Object.entries({ ...defaults, ...parameters })) {
			url.searchParams.set(name, value);
		}
		return url.href;
	};
	const ALLOW = { account: ALICE, decision: 'allow' };

	it('rotates refresh tokens and ends the grant when an old one is used again', async () => {
		const first = await sandbox.oauth.issueTokens(ALICE);
		const second = await refresh(sandbox, first.refresh_token);
		expect(second).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
		expect(second.body['refresh_token']).not.toBe(first.refresh_token);
		expect(second.body['access_token']).not.toBe(first.access_token);

		const again = await refresh(sandbox, first.refresh_token);
		expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
		expect(sandbox.oauth.tokenRequests.slice(-2)).toMatchObject([
			{ grantType: 'refresh_token', clientId: 'n8n-confidential', succeeded: true },
			{ succeeded: false, error: 'invalid_grant', errorDetail: 'refresh token already used' },
		]);
	});

	it('issues tokens for as long as it is told to', async () => {
		const { refresh_token: token } = await sandbox.oauth.issueTokens(ALICE);
		sandbox.oauth.accessTokenTtlSeconds = 7;
		const { body } = await refresh(sandbox, token);
		sandbox.oauth.accessTokenTtlSeconds = 3600;
		expect(body['expires_in']).toBe(7);
	});

	it('ends everything of a user who revokes the access, and only of that user', async () => {
		const alice = await sandbox.oauth.issueTokens(ALICE);
		const bob = await sandbox.oauth.issueTokens('bob@sandbox.test');
		await sandbox.oauth.revoke(ALICE);
		expect((await refresh(sandbox, alice.refresh_token)).body['error']).toBe('invalid_grant');
		expect(await sandbox.oauth.checkAccessToken(alice.access_token)).toMatchObject({ ok: false });
		expect(await sandbox.oauth.checkAccessToken(bob.access_token)).toMatchObject({ ok: true });
	});

	it('expires access tokens on demand; refreshing still works', async () => {
		const tokens = await sandbox.oauth.issueTokens(ALICE);
		await sandbox.oauth.expireAccessTokens(ALICE);
		expect(await sandbox.oauth.checkAccessToken(tokens.access_token)).toMatchObject({
			ok: false,
			reason: 'expired',
		});
		const { body } = await refresh(sandbox, tokens.refresh_token);
		expect(await sandbox.oauth.checkAccessToken(String(body['access_token']))).toMatchObject({
			ok: true,
			accountId: ALICE,
		});
	});

	it('gives an application a token that opens any mailbox', async () => {
		const { clientId, clientSecret } = sandbox.oauth.clients.application;
		const { status, body } = await requestToken(sandbox, {
			grant_type: 'client_credentials',
			scope: 'mail:smtp',
			client_id: clientId,
			client_secret: clientSecret,
		});
		expect(status).toBe(200);
		expect(body['refresh_token']).toBeUndefined();
		const token = String(body['access_token']);
		for (const email of [ALICE, 'bob@sandbox.test']) {
			const { client, reply } = await signIn(sandbox, 'XOAUTH2', xoauth2(email, token));
			expect(reply.code).toBe(235);
			client.close();
		}
		const stranger = await signIn(sandbox, 'XOAUTH2', xoauth2('eve@sandbox.test', token));
		expect(stranger.reply.code).toBe(334);
		stranger.client.close();
	});

	it('takes the client secret by header and in the body, and no wrong one', async () => {
		const { clientId, clientSecret } = sandbox.oauth.clients.confidential;
		const { refresh_token: token } = await sandbox.oauth.issueTokens(ALICE);
		const { status, body } = await refresh(sandbox, token);
		expect(status).toBe(200);
		const fields = {
			grant_type: 'refresh_token',
			refresh_token: String(body['refresh_token']),
			client_id: clientId,
		};
		const wrong = await requestToken(sandbox, { ...fields, client_secret: 'wrong' });
		expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
		expect((await requestToken(sandbox, { ...fields, client_secret: clientSecret })).status).toBe(
			200,
		);
	});

	it('leads through the consent page to tokens that open the mailbox, with PKCE', async () => {
		const verifier = randomBytes(32).toString('base64url');
		const clientId = sandbox.oauth.clients.public.clientId;
		const browser = new OAuthBrowser();
		const page = await browser.open(
			authorizeUrl({
				client_id: clientId,
				prompt: 'consent',
				code_challenge: createHash('sha256').update(verifier).digest('base64url'),
				code_challenge_method: 'S256',
			}),
			CALLBACK,
		);
		expect(page.status).toBe(200);
		expect(page.html).toContain('data-test="allow"');
		expect(page.html).toContain('data-test="account-bob@sandbox.test"');

		const { url } = await browser.submit(page, CALLBACK, ALLOW);
		expect(url.searchParams.get('state')).toBe('xyz');
		const exchange = {
			grant_type: 'authorization_code',
			code: url.searchParams.get('code') ?? '',
			redirect_uri: CALLBACK,
			client_id: clientId,
		};
		const forged = await requestToken(sandbox, { ...exchange, code_verifier: 'x'.repeat(43) });
		expect(forged.body['error']).toBe('invalid_grant');
		const { status, body } = await requestToken(sandbox, { ...exchange, code_verifier: verifier });
		expect(status).toBe(200);
		const token = String(body['access_token']);
		const { client, reply } = await signIn(sandbox, 'XOAUTH2', xoauth2(ALICE, token));
		expect(reply.code).toBe(235);
		client.close();

		const renewed = await requestToken(sandbox, {
			grant_type: 'refresh_token',
			refresh_token: String(body['refresh_token']),
			client_id: clientId,
		});
		expect(renewed.status).toBe(200);
	});

	it.each(['', 'select_account', 'login', 'consent'])(
		'gives a refresh token at prompt "%s", which it honours',
		async (prompt) => {
			const browser = new OAuthBrowser();
			const plain = await browser.open(authorizeUrl({}), CALLBACK);
			await browser.submit(plain, CALLBACK, ALLOW);

			// A session and a grant are there now: only the prompt can bring the page up.
			const second = await browser.open(authorizeUrl(prompt ? { prompt } : {}), CALLBACK);
			let arrival = second;
			if (prompt !== '') {
				expect(second.html).toContain(`data-prompt="${prompt}"`);
				arrival = await browser.submit(second, CALLBACK, ALLOW);
			}
			const { body } = await requestToken(
				sandbox,
				{
					grant_type: 'authorization_code',
					code: arrival.url.searchParams.get('code') ?? '',
					redirect_uri: CALLBACK,
				},
				sandbox.oauth.clients.confidential,
			);
			expect(body['refresh_token']).toEqual(expect.any(String));
			expect(String(body['scope'])).toContain('mail:smtp');
		},
	);

	it('tells the application when the user cancels', async () => {
		const browser = new OAuthBrowser();
		const page = await browser.open(authorizeUrl({ prompt: 'consent' }), CALLBACK);
		const { url } = await browser.submit(page, CALLBACK, { decision: 'deny' });
		expect(url.searchParams.get('error')).toBe('access_denied');
	});

	it('shows an error page instead of going to a foreign redirect address', async () => {
		const page = await new OAuthBrowser().open(
			authorizeUrl({ redirect_uri: 'http://evil.test/callback' }),
			CALLBACK,
		);
		expect(page.status).toBe(400);
		expect(page.html).toContain('invalid_redirect_uri');
	});

	it('demands PKCE of a client without secret', async () => {
		const { url } = await new OAuthBrowser().open(
			authorizeUrl({ client_id: sandbox.oauth.clients.public.clientId }),
			CALLBACK,
		);
		expect(url.searchParams.get('error')).toBe('invalid_request');
	});

	it('asks for the password of a user who has one', async () => {
		const users = [{ email: ALICE, password: 'secret' }];
		await withSandbox({ users }, async (other) => {
			const url = new URL(authorizeUrl({ prompt: 'login' }));
			url.host = new URL(other.oauth.issuer).host;
			const browser = new OAuthBrowser();
			const page = await browser.open(url.href, CALLBACK);
			const refused = await browser.submit(page, CALLBACK, { ...ALLOW, password: 'guess' });
			expect(refused.html).toContain('data-test="problem"');
			const done = await browser.submit(refused, CALLBACK, { ...ALLOW, password: 'secret' });
			expect(done.url.searchParams.get('code')).not.toBeNull();
		});
	});
});
