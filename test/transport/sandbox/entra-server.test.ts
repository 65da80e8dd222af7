import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import type { EntraApplication, EntraTenant } from '../../../sandbox/entra/directory.js';
import { startEntraServer, type EntraServer } from '../../../sandbox/entra/entra-server.js';
import { entraTokensForSmtp } from '../../../sandbox/entra/smtp-tokens.js';
import { readJwt } from '../../../sandbox/net/jwt.js';
import { NAMED_HOSTS } from '../../../sandbox/net/named-hosts.js';
import {
	askByName,
	askEntra,
	assertionFields,
	type TokenAnswer,
} from '../../support/graph/entra-client.js';
import {
	createApplicationCertificate,
	type ApplicationCertificate,
} from '../../support/tls/self-signed-rsa.js';

const GRAPH = 'https://graph.microsoft.com/.default';
const SMTP = 'https://outlook.office365.com/.default';
const REDIRECT = 'http://localhost:5678/rest/oauth2-credential/callback';

let entra: EntraServer;
let caCertificate: string;
let tenant: EntraTenant;
let app: EntraApplication;
let secret: string;
let expiredSecret: string;
let keyPair: ApplicationCertificate;
let expiredPair: ApplicationCertificate;
let strangePair: ApplicationCertificate;

beforeAll(async () => {
	const authority = await createCertificateAuthority();
	const certificate = await authority.issueServerCertificate({ hosts: NAMED_HOSTS });
	caCertificate = certificate.caCertificate;
	entra = await startEntraServer({ certificate });
	tenant = entra.directory.addTenant('Contoso', 'contoso.example');
	tenant.addUser('adele@contoso.example');
	app = tenant.registerApplication('n8n mail', { redirectUris: [REDIRECT] });
	secret = app.addClientSecret();
	expiredSecret = app.addClientSecret(Date.now() - 1_000);
	keyPair = await createApplicationCertificate();
	expiredPair = await createApplicationCertificate(new Date(Date.now() - 3_600_000));
	strangePair = await createApplicationCertificate();
	app.uploadCertificate(keyPair.certificate);
	app.uploadCertificate(expiredPair.certificate);
});

afterAll(async () => {
	await entra.close();
});

async function ask(
	form: Readonly<Record<string, string>>,
	at = tenant.id,
	host?: string,
): Promise<TokenAnswer> {
	return await askEntra(entra, caCertificate, at, form, host);
}

function bySecret(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
	const grant = { grant_type: 'client_credentials', scope: GRAPH };
	return { ...grant, client_id: app.appId, client_secret: secret, ...changes };
}

function byCertificate(
	pair = keyPair,
	changes: Readonly<Record<string, unknown>> = {},
	header: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
	const tokenUrl = `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`;
	const proof = assertionFields(app.appId, tokenUrl, pair, changes, header);
	return { grant_type: 'client_credentials', scope: GRAPH, ...proof };
}

function without(form: Readonly<Record<string, string>>, name: string): Record<string, string> {
	return Object.fromEntries(Object.entries(form).filter(([key]) => key !== name));
}

function claimsOf({ body }: TokenAnswer): Readonly<Record<string, unknown>> {
	return readJwt(String(body['access_token']))?.claims ?? {};
}

describe("Entra's stand-in refuses", () => {
	const now = (): number => Math.floor(Date.now() / 1_000);
	type Case = [string, number, string, number, () => [Record<string, string>, string?, string?]];
	const cases: Case[] = [
		['a tenant it does not know', 400, 'invalid_request', 90002, () => [bySecret(), 'no.example']],
		[
			'a tenant of another cloud',
			400,
			'invalid_request',
			90002,
			() => [bySecret(), tenant.id, 'login.microsoftonline.us'],
		],
		['a tenant that is no name', 400, 'invalid_request', 900023, () => [bySecret(), 'contoso']],
		[
			'common, for an app of one tenant',
			400,
			'invalid_request',
			50194,
			() => [bySecret(), 'common'],
		],
		[
			'an app it does not know',
			400,
			'unauthorized_client',
			700016,
			() => [bySecret({ client_id: '00000000-0000-0000-0000-000000000000' })],
		],
		['a wrong secret', 401, 'invalid_client', 7000215, () => [bySecret({ client_secret: 'x' })]],
		[
			'an expired secret',
			401,
			'invalid_client',
			7000222,
			() => [bySecret({ client_secret: expiredSecret })],
		],
		['no secret', 401, 'invalid_client', 7000218, () => [without(bySecret(), 'client_secret')]],
		[
			'a scope without /.default',
			400,
			'invalid_scope',
			1002012,
			() => [bySecret({ scope: 'https://graph.microsoft.com/Mail.Send' })],
		],
		[
			'two scopes',
			400,
			'invalid_scope',
			1002012,
			() => [bySecret({ scope: `offline_access ${GRAPH}` })],
		],
		['no scope', 400, 'invalid_request', 900144, () => [without(bySecret(), 'scope')]],
		[
			'a service of another cloud',
			400,
			'invalid_resource',
			500011,
			() => [bySecret({ scope: 'https://graph.microsoft.us/.default' })],
		],
		[
			'another grant',
			400,
			'unsupported_grant_type',
			70003,
			() => [bySecret({ grant_type: 'password' })],
		],
		[
			'a certificate that was not uploaded',
			401,
			'invalid_client',
			700027,
			() => [byCertificate(strangePair)],
		],
		['an expired certificate', 401, 'invalid_client', 700027, () => [byCertificate(expiredPair)]],
		[
			"another key's signature",
			401,
			'invalid_client',
			700027,
			() => [byCertificate({ ...keyPair, privateKey: strangePair.privateKey })],
		],
		[
			'an assertion without thumbprint',
			401,
			'invalid_client',
			50027,
			() => [byCertificate(keyPair, {}, { x5t: undefined })],
		],
		[
			'an assertion for another address',
			401,
			'invalid_client',
			700023,
			() => [
				byCertificate(keyPair, {
					aud: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
				}),
			],
		],
		[
			'an assertion of another app',
			401,
			'invalid_client',
			700021,
			() => [byCertificate(keyPair, { sub: 'x' })],
		],
		[
			'an assertion that has ended',
			401,
			'invalid_client',
			700024,
			() => [byCertificate(keyPair, { nbf: now() - 900, exp: now() - 600 })],
		],
		[
			'an assertion without an ID',
			401,
			'invalid_client',
			50027,
			() => [byCertificate(keyPair, { jti: undefined })],
		],
		[
			'an assertion of another type',
			401,
			'invalid_client',
			50027,
			() => [{ ...byCertificate(), client_assertion_type: 'x' }],
		],
		[
			'a refresh token it did not issue',
			400,
			'invalid_grant',
			70000,
			() => [bySecret({ grant_type: 'refresh_token', refresh_token: 'x' })],
		],
		[
			'a code it did not issue',
			400,
			'invalid_grant',
			9002313,
			() => [bySecret({ grant_type: 'authorization_code', code: 'x' })],
		],
	];

	it.each(cases)('%s (%d %s AADSTS%d)', async (_what, status, error, code, make) => {
		const [form, at, host] = make();
		const answer = await ask(form, at, host);
		expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
		expect(answer.body['error_description']).toMatch(
			new RegExp(`^AADSTS${String(code)}: .+ Trace ID: .+ Correlation ID: .+ Timestamp: .+Z$`),
		);
	});

	it('an assertion that was used before', async () => {
		const form = byCertificate();
		expect(await ask(form)).toMatchObject({ status: 200 });
		expect(await ask(form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
	});
});

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
