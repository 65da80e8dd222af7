import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Sandbox } from '../start-sandbox.js';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A user's tokens that have ended and cannot be renewed, for want of a refresh token. */
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
 * Tokens as Microsoft Entra gives them to who asks for the scope `Mail.Send` without
 * `offline_access`: a JWT for Microsoft Graph, good for an hour. Its signature is nobody's.
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
