import { afterAll, describe, expect, it } from 'vitest';
import { GRAPH, startContoso, without } from '../../support/graph/entra-contoso.js';
import { createApplicationCertificate } from '../../support/tls/self-signed-rsa.js';

const { ask, bySecret, byCertificate, close, expiredPair, expiredSecret, keyPair, tenant } =
	await startContoso();
const strangePair = await createApplicationCertificate();
afterAll(close);

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
