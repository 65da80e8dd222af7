import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Sandbox } from '../start-sandbox.js';

/**
 * The credential of a sandbox user as its author would enter it (provider Custom, STARTTLS) and
 * as n8n stores it once it is connected.
 *
 * @param tokenSeconds life of the access token; the sandbox's default otherwise
 */
export async function connectedCredential(
	sandbox: Sandbox,
	user: string,
	tokenSeconds?: number,
): Promise<ICredentialDataDecryptedObject> {
	const { oauth, mail } = sandbox;
	const tokens = await oauth.issueTokens(
		user,
		tokenSeconds === undefined ? {} : { expiresInSeconds: tokenSeconds },
	);
	return {
		provider: 'custom',
		grantType: 'authorizationCode',
		customAuthUrl: oauth.authorizationUrl,
		customAccessTokenUrl: oauth.tokenUrl,
		customScope: oauth.scope,
		clientId: oauth.clients.confidential.clientId,
		clientSecret: oauth.clients.confidential.clientSecret,
		user,
		host: mail.host,
		sslMode: 'explicit',
		port: mail.starttlsPort,
		caCertificate: mail.caCertificate,
		oauthTokenData: {
			...tokens,
			n8n_expires_at: String(Date.now() + tokens.expires_in * 1_000),
		},
	};
}
