import type { ClientMetadata } from 'oidc-provider';

/** The one scope that opens SMTP in the sandbox. */
export const SMTP_SCOPE = 'mail:smtp';

/** What a client asks for to send mail and to stay connected. */
export const DEFAULT_SCOPE = `openid offline_access ${SMTP_SCOPE}`;

/** The applications that are registered with the sandbox's OAuth2 server. */
export const OAUTH_CLIENTS = {
	/** Authorization code with a secret, sent by Basic header or in the body. */
	confidential: { clientId: 'n8n-confidential', clientSecret: 'sandbox-confidential-secret' },
	/** Authorization code with PKCE (RFC 7636) and no secret. */
	public: { clientId: 'n8n-public' },
	/** Client credentials: the application signs in for any mailbox. */
	application: { clientId: 'n8n-application', clientSecret: 'sandbox-application-secret' },
} as const;

/** n8n's callback; on loopback every port is accepted (RFC 8252 §7.3). */
const N8N_CALLBACK_PATH = '/rest/oauth2-credential/callback';
export const N8N_REDIRECT_URIS = [
	`http://localhost${N8N_CALLBACK_PATH}`,
	`http://127.0.0.1${N8N_CALLBACK_PATH}`,
] as const;

/** The registrations as the provider wants them (RFC 7591 §2). */
export function registerClients(redirectUris: readonly string[]): ClientMetadata[] {
	const userClient = {
		// For native applications the provider takes any port on loopback.
		application_type: 'native' as const,
		redirect_uris: [...redirectUris],
		response_types: ['code' as const],
		grant_types: ['authorization_code', 'refresh_token'],
	};
	return [
		{
			...userClient,
			client_id: OAUTH_CLIENTS.confidential.clientId,
			client_secret: OAUTH_CLIENTS.confidential.clientSecret,
			client_name: 'n8n',
			token_endpoint_auth_method: 'client_secret_basic',
		},
		{
			...userClient,
			client_id: OAUTH_CLIENTS.public.clientId,
			client_name: 'n8n (PKCE)',
			token_endpoint_auth_method: 'none',
		},
		{
			client_id: OAUTH_CLIENTS.application.clientId,
			client_secret: OAUTH_CLIENTS.application.clientSecret,
			client_name: 'n8n (application)',
			redirect_uris: [],
			response_types: [],
			grant_types: ['client_credentials'],
			token_endpoint_auth_method: 'client_secret_basic',
		},
	];
}
