import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { OAuthBrowser } from '../../support/n8n/oauth-browser.js';
import {
	ALICE,
	CALLBACK,
	refresh,
	requestToken,
	signIn,
	withSandbox,
	xoauth2,
} from '../../support/n8n/sandbox-client.js';

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
