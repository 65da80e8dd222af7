import { randomBytes } from 'node:crypto';
import { checkJwtGrant } from './jwt-grant.js';
import { GoogleDirectory } from './service-accounts.js';
import { startHttpsServer, type HttpsServerOptions } from '../net/https-server.js';
import type { TokenIssuer } from '../accounts/access-token-check.js';
import { readBody } from '../net/read-body.js';

/** What opens Gmail's SMTP. */
const MAIL_SCOPE = 'https://mail.google.com/';

/** A request to the token endpoint, without its secrets. */
export interface GoogleTokenRequest {
	/** The person a service account asked for. */
	readonly user: string | undefined;
	readonly succeeded: boolean;
	readonly error?: string;
	/** Unix time. */
	readonly atMs: number;
}

/** The running stand-in for oauth2.googleapis.com. */
export interface GoogleTokenServer {
	readonly port: number;
	readonly directory: GoogleDirectory;
	/** The lifetime of access tokens issued from now on; default 3599. */
	accessTokenSeconds: number;
	readonly tokenRequests: readonly GoogleTokenRequest[];
	/** Which of its tokens open SMTP, and for which mailbox. */
	readonly checkAccessToken: TokenIssuer;
	/** What a person gets who has connected an app: token data as Google gives it, with a refresh token. */
	grant(user: string, scopes: readonly string[]): GoogleTokenData;
	/** The account and the scopes of an access token; for the stand-ins of APIs. */
	verifyToken(
		token: string,
	):
		| { readonly ok: true; readonly user: string; readonly scopes: readonly string[] }
		| { readonly ok: false };
	/** Ends all access tokens. */
	revokeAccessTokens(): void;
	close(): Promise<void>;
}

/** The answer of the token endpoint to a person's grant (RFC 6749 §5.1). */
export interface GoogleTokenData {
	readonly access_token: string;
	readonly expires_in: number;
	readonly token_type: 'Bearer';
	readonly scope: string;
	readonly refresh_token?: string;
}

interface IssuedToken {
	readonly user: string | undefined;
	readonly clientId: string;
	readonly scope: string;
	readonly endsAtMs: number;
}

/** Starts it on loopback, over TLS: POST /token with a signed assertion (RFC 7523 §2.1). */
export async function startGoogleTokenServer(
	options: HttpsServerOptions,
): Promise<GoogleTokenServer> {
	const directory = new GoogleDirectory();
	const tokenRequests: GoogleTokenRequest[] = [];
	const issued = new Map<string, IssuedToken>();
	const setting = { accessTokenSeconds: 3_599 };

	/** What people have granted, by refresh token. */
	const grants = new Map<string, { readonly user: string; readonly scope: string }>();

	const issue = (token: Omit<IssuedToken, 'endsAtMs'>): string => {
		const accessToken = `ya29.c.${randomBytes(700).toString('base64url')}`;
		const endsAtMs = Date.now() + setting.accessTokenSeconds * 1_000;
		issued.set(accessToken, { ...token, endsAtMs });
		return accessToken;
	};
	const dataOf = (user: string, scope: string): GoogleTokenData => ({
		access_token: issue({ user, clientId: 'app', scope }),
		expires_in: setting.accessTokenSeconds,
		token_type: 'Bearer',
		scope,
	});

	/** Status and body of the answer to a request's form. */
	const answer = (form: URLSearchParams): { status: number; body: object } => {
		const atMs = Date.now();
		const granted = grants.get(form.get('refresh_token') ?? '');
		if (form.get('grant_type') === 'refresh_token') {
			tokenRequests.push({ user: granted?.user, succeeded: granted !== undefined, atMs });
			return granted === undefined
				? { status: 400, body: { error: 'invalid_grant', error_description: 'Bad Request' } }
				: { status: 200, body: dataOf(granted.user, granted.scope) };
		}
		const grant = checkJwtGrant(directory, form);
		if (!grant.ok) {
			const { status, error, description } = grant.refusal;
			tokenRequests.push({ user: undefined, succeeded: false, error, atMs });
			return { status, body: { error, error_description: description } };
		}
		const { email: clientId, user, scope } = grant;
		tokenRequests.push({ user, succeeded: true, atMs });
		const accessToken = issue({ user, clientId, scope });
		return {
			status: 200,
			body: {
				access_token: accessToken,
				expires_in: setting.accessTokenSeconds,
				token_type: 'Bearer',
			},
		};
	};
	const server = await startHttpsServer(options, async (request, response) => {
		if (request.method !== 'POST' || request.url !== '/token') {
			response.writeHead(404).end();
			return;
		}
		const form = new URLSearchParams((await readBody(request)).toString('utf8'));
		const { status, body } = answer(form);
		response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
		response.end(JSON.stringify(body));
	});

	return {
		port: server.port,
		directory,
		get accessTokenSeconds() {
			return setting.accessTokenSeconds;
		},
		set accessTokenSeconds(seconds: number) {
			setting.accessTokenSeconds = seconds;
		},
		tokenRequests,
		checkAccessToken(token) {
			const found = issued.get(token);
			if (!found) return undefined;
			const { user, clientId, scope, endsAtMs } = found;
			if (endsAtMs <= Date.now()) return { ok: false, error: 'invalid_token', reason: 'expired' };
			if (user === undefined) {
				return { ok: false, error: 'invalid_token', reason: "the service account's own token" };
			}
			return scope.split(' ').includes(MAIL_SCOPE)
				? { ok: true, clientId, accountId: user }
				: { ok: false, error: 'insufficient_scope', reason: `no scope ${MAIL_SCOPE}` };
		},
		grant(user, scopes) {
			const scope = scopes.join(' ');
			const refreshToken = `1//${randomBytes(40).toString('base64url')}`;
			grants.set(refreshToken, { user, scope });
			return { ...dataOf(user, scope), refresh_token: refreshToken };
		},
		verifyToken(token) {
			const { user, scope = '', endsAtMs = 0 } = issued.get(token) ?? {};
			if (user === undefined || endsAtMs <= Date.now()) return { ok: false };
			return { ok: true, user, scopes: scope.split(' ') };
		},
		revokeAccessTokens() {
			issued.clear();
		},
		close: async () => await server.close(),
	};
}
