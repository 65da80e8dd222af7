import type { AccessTokenCheck } from '../accounts/access-token-check.js';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { DEFAULT_SCOPE, N8N_REDIRECT_URIS, OAUTH_CLIENTS, SMTP_SCOPE } from './clients.js';
import { configureProvider } from './configuration.js';
import { answerInteraction, isInteraction } from './interaction.js';
import { OAuthStore } from './store.js';
import { DEFAULT_USERS, findUser } from '../accounts/sandbox-user.js';
import type { SandboxUser } from '../accounts/sandbox-user.js';

export interface OAuthServerOptions {
	/** Default 0: any free port. */
	readonly port?: number;
	readonly users?: readonly SandboxUser[];
	/** A file that keeps grants and tokens for a next server; default: they end with this one. */
	readonly grantsPath?: string;
	/** Default: n8n's callback on loopback, on any port. */
	readonly redirectUris?: readonly string[];
	/** Default 3600. */
	readonly accessTokenTtlSeconds?: number;
}

/** A request to the token endpoint, without its secrets. */
export interface TokenRequest {
	readonly grantType: string;
	readonly clientId: string | undefined;
	readonly succeeded: boolean;
	/** The OAuth2 error code, e.g. `invalid_grant` (RFC 6749 §5.2). */
	readonly error?: string;
	/** The provider's own words for it, e.g. `refresh token already used`. */
	readonly errorDetail?: string;
	/** Unix time. */
	readonly atMs: number;
}

/** A token response as n8n stores it (RFC 6749 §5.1). */
export interface IssuedTokens {
	readonly access_token: string;
	readonly refresh_token: string;
	readonly token_type: 'Bearer';
	readonly scope: string;
	/** Seconds. */
	readonly expires_in: number;
}

export interface IssueTokensOptions {
	/** Default: the server's `accessTokenTtlSeconds`. */
	readonly expiresInSeconds?: number;
	/** Default: the confidential client. */
	readonly clientId?: string;
	/** Default: everything that sending needs. */
	readonly scope?: string;
}

/** The running OAuth2 server. */
export interface OAuthServer {
	readonly issuer: string;
	readonly authorizationUrl: string;
	readonly tokenUrl: string;
	/** What a client should ask for. */
	readonly scope: string;
	readonly clients: typeof OAUTH_CLIENTS;
	/** The lifetime of access tokens issued from now on. */
	accessTokenTtlSeconds: number;
	readonly tokenRequests: readonly TokenRequest[];
	/** A real grant of the provider, as if the user had just connected. */
	issueTokens(email: string, options?: IssueTokensOptions): Promise<IssuedTokens>;
	/** Ends all grants of a user: refreshing gives `invalid_grant`, access tokens are refused. */
	revoke(email: string): Promise<void>;
	/** Ends the access tokens of a user, or of all users; refresh tokens stay good. */
	expireAccessTokens(email?: string): Promise<void>;
	/** Whether a token is known, not expired, and opens SMTP. */
	checkAccessToken(token: string): Promise<AccessTokenCheck>;
	close(): Promise<void>;
}

/** Starts an OAuth2 server (oidc-provider) on loopback, over plain HTTP. Fails if the port is taken. */
export async function startOAuthServer(options: OAuthServerOptions = {}): Promise<OAuthServer> {
	const users = options.users ?? DEFAULT_USERS;
	const server = createServer();
	server.listen(options.port ?? 0, '127.0.0.1');
	await once(server, 'listening');
	const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;

	const store = new OAuthStore(options.grantsPath);
	const lifetime = { accessTokenSeconds: options.accessTokenTtlSeconds ?? 3600 };
	const redirectUris = options.redirectUris ?? N8N_REDIRECT_URIS;
	const provider = new Provider(issuer, configureProvider(store, users, redirectUris, lifetime));
	const tokenRequests = recordTokenRequests(provider);
	const answer = provider.callback();
	server.on('request', (request, response) => {
		if (isInteraction(request.url)) void answerInteraction(provider, users, request, response);
		else void answer(request, response);
	});

	return {
		issuer,
		authorizationUrl: `${issuer}/auth`,
		tokenUrl: `${issuer}/token`,
		scope: DEFAULT_SCOPE,
		clients: OAUTH_CLIENTS,
		get accessTokenTtlSeconds() {
			return lifetime.accessTokenSeconds;
		},
		set accessTokenTtlSeconds(seconds: number) {
			lifetime.accessTokenSeconds = seconds;
		},
		tokenRequests,
		async issueTokens(email, wanted = {}) {
			const user = findUser(users, email);
			if (!user) throw new Error(`The sandbox has no user ${email}`);
			return issueTokens(provider, user.email, wanted);
		},
		async revoke(email) {
			store.revokeGrantsOf(email);
		},
		async expireAccessTokens(email) {
			store.expireAccessTokens(email);
		},
		async checkAccessToken(token) {
			return checkAccessToken(provider, token);
		},
		async close() {
			await closeHttpServer(server);
		},
	};
}

function recordTokenRequests(provider: Provider): readonly TokenRequest[] {
	const requests: TokenRequest[] = [];
	const identify = (oidc: {
		readonly params?: Readonly<Record<string, unknown>> | undefined;
		readonly client?: { readonly clientId: string } | undefined;
	}) => ({
		grantType: String(oidc.params?.['grant_type']),
		clientId: oidc.client?.clientId,
		atMs: Date.now(),
	});
	provider.on('grant.success', ({ oidc }) => {
		requests.push({ ...identify(oidc), succeeded: true });
	});
	provider.on('grant.error', ({ oidc }, { error, error_detail: errorDetail }) => {
		const detail = errorDetail === undefined ? {} : { errorDetail };
		requests.push({ ...identify(oidc), succeeded: false, error, ...detail });
	});
	return requests;
}

async function issueTokens(
	provider: Provider,
	accountId: string,
	options: IssueTokensOptions,
): Promise<IssuedTokens> {
	const clientId = options.clientId ?? OAUTH_CLIENTS.confidential.clientId;
	const client = await provider.Client.find(clientId);
	if (!client) throw new Error(`The sandbox has no client ${clientId}`);
	const scope = options.scope ?? DEFAULT_SCOPE;

	const grant = new provider.Grant({ accountId, clientId });
	grant.addOIDCScope(scope);
	const grantId = await grant.save();
	const granted = { client, accountId, grantId, scope, gty: 'authorization_code' };
	const accessToken = new provider.AccessToken({
		...granted,
		...(options.expiresInSeconds === undefined ? {} : { expiresIn: options.expiresInSeconds }),
	});
	const refreshToken = new provider.RefreshToken({ ...granted, rotations: 0 });
	return {
		access_token: await accessToken.save(),
		refresh_token: await refreshToken.save(),
		token_type: 'Bearer',
		scope,
		expires_in: accessToken.expiration,
	};
}

async function checkAccessToken(provider: Provider, token: string): Promise<AccessTokenCheck> {
	const found =
		(await provider.AccessToken.find(token, { ignoreExpiration: true })) ??
		(await provider.ClientCredentials.find(token, { ignoreExpiration: true }));
	if (!found) return { ok: false, error: 'invalid_token', reason: 'unknown or revoked' };
	if (found.isExpired) return { ok: false, error: 'invalid_token', reason: 'expired' };
	if (!found.scopes.has(SMTP_SCOPE)) {
		return { ok: false, error: 'insufficient_scope', reason: `no scope ${SMTP_SCOPE}` };
	}
	const accountId = 'accountId' in found ? found.accountId : undefined;
	return { ok: true, clientId: found.clientId ?? '', accountId };
}

async function closeHttpServer(server: Server): Promise<void> {
	if (!server.listening) return;
	const closed = once(server, 'close');
	server.close();
	server.closeAllConnections();
	await closed;
}
