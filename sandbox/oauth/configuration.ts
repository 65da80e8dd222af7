import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { interactionPolicy } from 'oidc-provider';
import type { Configuration, JWK } from 'oidc-provider';
import { renderErrorPage } from './consent-page.js';
import { DEFAULT_SCOPE, registerClients } from './clients.js';
import { interactionUrl } from './interaction.js';
import type { OAuthStore } from './store.js';
import { findUser } from '../accounts/sandbox-user.js';
import type { SandboxUser } from '../accounts/sandbox-user.js';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * The provider's settings: our own pages, store and prompts; nothing is left to its quick-start
 * defaults, so it has nothing to warn about.
 */
export function configureProvider(
	store: OAuthStore,
	users: readonly SandboxUser[],
	redirectUris: readonly string[],
	lifetime: { readonly accessTokenSeconds: number },
): Configuration {
	const policy = interactionPolicy.base();
	policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
	// Native clients are otherwise asked every time; here only what the client's prompt asks for.
	policy.get('consent')?.checks.remove('native_client_prompt');
	const cookie = { httpOnly: true, sameSite: 'lax' as const, signed: true };

	return {
		adapter: (model) => store.adapterFor(model),
		clients: registerClients(redirectUris),
		clientDefaults: { id_token_signed_response_alg: 'ES256' },
		jwks: { keys: [createSigningKey()] },
		cookies: { keys: [randomBytes(32).toString('base64url')], long: cookie, short: cookie },
		scopes: DEFAULT_SCOPE.split(' '),
		// Tokens end exactly when they say, so that a test does not wait 15 more seconds.
		clockTolerance: 0,
		features: {
			devInteractions: { enabled: false },
			clientCredentials: { enabled: true },
			pushedAuthorizationRequests: { enabled: false },
		},
		interactions: { policy, url: (_context, interaction) => interactionUrl(interaction.uid) },
		pkce: { required: (_context, client) => client.tokenEndpointAuthMethod === 'none' },
		// The provider drops offline_access without prompt=consent; who asks to send mail gets a
		// refresh token at every prompt, as from Microsoft.
		issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
		expiresWithSession: async () => false,
		rotateRefreshToken: true,
		ttl: {
			AccessToken: () => lifetime.accessTokenSeconds,
			ClientCredentials: () => lifetime.accessTokenSeconds,
			IdToken: 3600,
			Interaction: 3600,
			Session: DAY_SECONDS,
			Grant: 90 * DAY_SECONDS,
			RefreshToken: 90 * DAY_SECONDS,
		},
		findAccount: (_context, email) => {
			const user = findUser(users, email);
			return user && { accountId: user.email, claims: async () => ({ sub: user.email }) };
		},
		renderError: (context, out) => {
			context.type = 'html';
			context.body = renderErrorPage(out.error, out.error_description ?? '');
		},
	};
}

function createSigningKey(): JWK {
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const key = privateKey.export({ format: 'jwk' });
	return { ...key, kty: 'EC', alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
}
