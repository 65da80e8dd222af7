import { afterAll, describe, expect, it } from 'vitest';
import { entraTokensForSmtp } from '../../../sandbox/entra/smtp-tokens.js';
import { askByName } from '../../support/graph/entra-client.js';
import { claimsOf, startContoso, without } from '../../support/graph/entra-contoso.js';

const SMTP = 'https://outlook.office365.com/.default';

const { app, ask, bySecret, byCertificate, caCertificate, close, entra, tenant } =
	await startContoso();
afterAll(close);

describe("an application's token", () => {
	it('has no roles before an admin has consented, and those granted afterwards', async () => {
		const own = tenant.registerApplication('Own');
		const form = bySecret({ client_id: own.appId, client_secret: own.addClientSecret() });
		const permission = own.addPermission('graph', 'Application', 'Mail.Send');
		expect(tenant.statusOf(own, permission)).toBe('Not granted for Contoso');
		expect(claimsOf(await ask(form))).not.toHaveProperty('roles');
		tenant.grantAdminConsent(own);
		expect(tenant.statusOf(own, permission)).toBe('Granted for Contoso');
		expect(claimsOf(await ask(form, 'contoso.example'))).toMatchObject({
			aud: 'https://graph.microsoft.com',
			tid: tenant.id,
			appid: own.appId,
			appidacr: '1',
			oid: own.enterpriseObjectId,
			roles: ['Mail.Send'],
		});
	});

	it('is for one service, longer than a line of SMTP, and comes without a refresh token', async () => {
		const answer = await ask({ ...byCertificate(), scope: SMTP });
		const token = String(answer.body['access_token']);
		expect(claimsOf(answer)).toMatchObject({ aud: 'https://outlook.office365.com', appidacr: '2' });
		expect(entra.verifyToken(token, 'exchange')).toMatchObject({ ok: true });
		expect(entra.verifyToken(token, 'graph')).toEqual({ ok: false, reason: 'audience' });
		expect(entra.verifyToken(`${token.slice(0, -4)}AAAA`, 'exchange').ok).toBe(false);
		expect(token.length).toBeGreaterThan(1_500);
		expect(Object.keys(answer.body)).toEqual([
			'token_type',
			'expires_in',
			'ext_expires_in',
			'access_token',
		]);
	});

	it('opens SMTP with the role, a service principal by its own object ID, and a mailbox', async () => {
		const own = tenant.registerApplication('SMTP');
		const check = entraTokensForSmtp(entra);
		const form = bySecret({
			client_id: own.appId,
			client_secret: own.addClientSecret(),
			scope: SMTP,
		});
		const opens = async (): Promise<unknown> =>
			check(String((await ask(form)).body['access_token']));
		expect(await opens()).toMatchObject({ ok: false, reason: 'no role SMTP.SendAsApp' });
		own.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(own);
		tenant.exchange.newServicePrincipal(own.appId, own.objectId);
		tenant.exchange.addMailboxPermission('adele@contoso.example', own.objectId);
		tenant.exchange.addMailboxPermission('adele@contoso.example', own.enterpriseObjectId);
		expect(await opens()).toMatchObject({ ok: true, mailboxes: [] });
		tenant.exchange.newServicePrincipal(own.appId, own.enterpriseObjectId);
		expect(await opens()).toMatchObject({ ok: true, mailboxes: ['adele@contoso.example'] });
		expect(check('no token of Entra')).toBeUndefined();
	});

	it('ends when tokens are revoked', async () => {
		const token = String((await ask(bySecret())).body['access_token']);
		entra.revokeAccessTokens();
		expect(entra.verifyToken(token, 'graph')).toEqual({ ok: false, reason: 'revoked' });
		const next = String((await ask(bySecret())).body['access_token']);
		expect(entra.verifyToken(next, 'graph')).toMatchObject({ ok: true });
	});
});

describe("a person's sign-in", () => {
	const scope = 'https://graph.microsoft.com/Mail.Send offline_access';
	const page = async (
		changes: Readonly<Record<string, string>> = {},
		form?: Record<string, string>,
	) => {
		const query = new URLSearchParams({
			client_id: app.appId,
			response_type: 'code',
			redirect_uri: 'http://localhost:1234/rest/oauth2-credential/callback',
			scope,
			state: 'the state',
			...changes,
		});
		const path = `/${tenant.id}/oauth2/v2.0/authorize?${query.toString()}`;
		return await askByName(entra.port, 'login.microsoftonline.com', caCertificate, {
			path,
			...(form ? { form } : {}),
		});
	};
	const allow = { decision: 'allow', account: 'adele@contoso.example' };

	it('leads from the consent page to a code, to tokens, and to further ones', async () => {
		expect((await page()).body).toContain('adele@contoso.example');
		const { status, headers } = await page({}, allow);
		const back = new URL(String(headers['location']));
		expect(status).toBe(302);
		expect(back.searchParams.get('state')).toBe('the state');
		const form = bySecret({
			grant_type: 'authorization_code',
			code: back.searchParams.get('code') ?? '',
			redirect_uri: 'http://localhost:1234/rest/oauth2-credential/callback',
		});
		const first = await ask(form);
		expect(claimsOf(first)).toMatchObject({ scp: 'Mail.Send', upn: 'adele@contoso.example' });
		expect(await ask(form)).toMatchObject({ body: { error_codes: [54005] } });

		const renew = bySecret({
			grant_type: 'refresh_token',
			refresh_token: String(first.body['refresh_token']),
		});
		const second = await ask(without(renew, 'scope'));
		expect(second.status).toBe(200);
		expect(second.body['refresh_token']).not.toBe(first.body['refresh_token']);
		entra.revokeGrants(tenant, 'adele@contoso.example');
		expect(await ask(without(renew, 'scope'))).toMatchObject({ body: { error_codes: [50173] } });
	});

	it('needs consent for each scope', async () => {
		const tokens = entra.connect(tenant, app, 'adele@contoso.example', scope);
		const form = bySecret({
			grant_type: 'refresh_token',
			refresh_token: String(tokens['refresh_token']),
			scope: 'https://graph.microsoft.com/Mail.ReadWrite offline_access',
		});
		expect((await ask(form)).body['error_codes']).toEqual([65001]);
	});

	it.each([
		['an address that is not registered', { redirect_uri: 'https://evil.example/' }, 'AADSTS50011'],
		[
			'scopes of two services',
			{ scope: 'Mail.Send https://outlook.office.com/SMTP.Send' },
			'AADSTS70011',
		],
		[
			'a scope that does not exist',
			{ scope: 'https://graph.microsoft.com/Mail.Post' },
			'AADSTS650053',
		],
	])('stops at %s', async (_what, changes, code) => {
		expect(await page(changes)).toMatchObject({ status: 400 });
		expect((await page(changes)).body).toContain(code);
	});

	it('tells the client that the person declined', async () => {
		const { headers } = await page({}, { decision: 'deny' });
		expect(String(headers['location'])).toContain('error=access_denied');
	});
});
