import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import type { ServiceAccountKeyFile } from '../../../sandbox/google/service-accounts.js';
import {
	startGoogleTokenServer,
	type GoogleTokenServer,
} from '../../../sandbox/google/token-server.js';
import { signJwt } from '../../../sandbox/net/jwt.js';
import { askByName } from '../../support/graph/entra-client.js';

const SCOPE = 'https://mail.google.com/';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

let google: GoogleTokenServer;
let caCertificate: string;
let key: ServiceAccountKeyFile;

beforeAll(async () => {
	const authority = await createCertificateAuthority();
	const certificate = await authority.issueServerCertificate({
		hosts: ['oauth2.googleapis.com'],
	});
	caCertificate = certificate.caCertificate;
	google = await startGoogleTokenServer({ certificate });
	const account = google.directory.createServiceAccount('n8n-mail');
	key = account.createKey();
	google.directory.users.add('adele@workspace.example');
	google.directory.delegate('workspace.example', account.clientId, [SCOPE]);
});

afterAll(async () => {
	await google.close();
});

async function ask(
	changes: Readonly<Record<string, unknown>> = {},
	privateKey = key.private_key,
	grantType = GRANT,
): Promise<{ status: number; body: Record<string, unknown> }> {
	const now = Math.floor(Date.now() / 1_000);
	const assertion = signJwt(
		{
			iss: key.client_email,
			sub: 'adele@workspace.example',
			scope: SCOPE,
			aud: key.token_uri,
			iat: now,
			exp: now + 3_600,
			...changes,
		},
		privateKey,
	);
	const { status, body } = await askByName(google.port, 'oauth2.googleapis.com', caCertificate, {
		path: '/token',
		form: { grant_type: grantType, assertion },
	});
	return { status, body: JSON.parse(body) as Record<string, unknown> };
}

describe("Google's stand-in refuses", () => {
	const now = Math.floor(Date.now() / 1_000);
	const window = /^Invalid JWT: Token must be a short-lived token \(60 minutes\)/;
	it.each([
		[
			'an unknown account',
			{ iss: 'x@y.iam.gserviceaccount.com' },
			400,
			'invalid_grant',
			'Invalid grant: account not found',
		],
		[
			'another audience',
			{ aud: 'https://example.com/token' },
			400,
			'invalid_grant',
			'Invalid JWT: Failed audience check.',
		],
		['more than an hour', { exp: now + 3_700 }, 400, 'invalid_grant', window],
		['the day before', { iat: now - 86_400, exp: now - 82_800 }, 400, 'invalid_grant', window],
		['no time of issue', { iat: undefined }, 400, 'invalid_grant', window],
		[
			'no scope',
			{ scope: undefined },
			400,
			'invalid_scope',
			'Invalid OAuth scope or ID token audience provided.',
		],
		[
			'a scope that was not delegated',
			{ scope: `${SCOPE} https://www.googleapis.com/auth/drive` },
			401,
			'unauthorized_client',
			/^Client is unauthorized to retrieve access tokens using this method/,
		],
		[
			'a domain that has not delegated',
			{ sub: 'adele@other.example' },
			401,
			'unauthorized_client',
			/^Client is unauthorized/,
		],
		[
			'a person who does not exist',
			{ sub: 'nobody@workspace.example' },
			400,
			'invalid_grant',
			'Invalid email or User ID',
		],
		['a subject that is no address', { sub: 'adele' }, 400, 'invalid_grant', 'Not a valid email'],
	])('%s', async (_what, changes, status, error, description) => {
		const answer = await ask(changes);
		expect(answer).toMatchObject({ status, body: { error } });
		expect(answer.body['error_description']).toMatch(description);
	});

	it("another key's signature", async () => {
		const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
		expect(await ask({}, pem)).toEqual({
			status: 400,
			body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
		});
	});

	it('another grant', async () => {
		expect(await ask({}, key.private_key, 'client_credentials')).toMatchObject({
			status: 400,
			body: { error: 'unsupported_grant_type' },
		});
	});
});

it("gives tokens that open the person's mailbox until they end", async () => {
	const { status, body } = await ask();
	expect(status).toBe(200);
	expect(body).toEqual({
		access_token: expect.stringMatching(/^ya29\./),
		expires_in: 3_599,
		token_type: 'Bearer',
	});
	const token = String(body['access_token']);
	expect(google.checkAccessToken(token)).toMatchObject({
		ok: true,
		accountId: 'adele@workspace.example',
	});
	google.revokeAccessTokens();
	expect(google.checkAccessToken(token)).toBeUndefined();
});

it('gives a service account its own token without a subject, which opens no mailbox', async () => {
	const { body } = await ask({ sub: undefined });
	expect(google.checkAccessToken(String(body['access_token']))).toMatchObject({ ok: false });
});
