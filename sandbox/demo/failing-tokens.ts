import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../start-sandbox.js';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A user's tokens that have ended and cannot be renewed, because there is no refresh token. */
export async function expiredTokens(
	{ oauth }: Sandbox,
	user: string,
): Promise<ICredentialDataDecryptedObject> {
	const { access_token, token_type, scope } = await oauth.issueTokens(user);
	await oauth.expireAccessTokens(user);
	return {
		oauthTokenData: { access_token, token_type, scope, n8n_expires_at: String(Date.now() - 1_000) },
	};
}

/**
 * Tokens as Microsoft Entra gives them to a client that asks for the scope `Mail.Send` without
 * `offline_access`: a JWT for Microsoft Graph, good for an hour. Its signature is not a real one.
 */
export function graphTokens(user: string): ICredentialDataDecryptedObject {
	const expiresAtMs = Date.now() + 3_600_000;
	const claims = {
		aud: 'https://graph.microsoft.com',
		tid: '11111111-2222-3333-4444-555555555555',
		scp: 'Mail.Send',
		upn: user,
		exp: Math.round(expiresAtMs / 1_000),
	};
	const signature = Buffer.alloc(256, 'not a signature').toString('base64url');
	const token = `${encode({ typ: 'JWT', alg: 'RS256' })}.${encode(claims)}.${signature}`;
	return {
		oauthTokenData: {
			access_token: token,
			token_type: 'Bearer',
			scope: claims.scp,
			n8n_expires_at: String(expiresAtMs),
		},
	};
}

/**
 * A user's tokens that have ended, and a token endpoint that refuses to renew them word for word as
 * Microsoft Entra does where a policy of Conditional Access forbids it.
 */
export async function blockedByPolicy(
	sandbox: Sandbox,
	user: string,
): Promise<ICredentialDataDecryptedObject> {
	const answer = JSON.stringify({
		error: 'invalid_grant',
		error_description:
			'AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance. Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd Timestamp: 2026-11-28 10:00:00Z',
		error_codes: [53003],
	});
	const server = createServer((request, response) => {
		request.resume();
		response.writeHead(400, { 'content-type': 'application/json', connection: 'close' });
		response.end(answer);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	server.unref();
	const { oauthTokenData } = await expiredTokens(sandbox, user);
	return {
		customAccessTokenUrl: `http://localhost:${String((server.address() as AddressInfo).port)}/token`,
		oauthTokenData: {
			...(Object(oauthTokenData) as IDataObject),
			refresh_token: 'a-refresh-token-of-the-demo',
		},
	};
}
