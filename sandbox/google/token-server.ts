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
	/** Which of its tokens open SMTP, and whose mailbox. */
	readonly checkAccessToken: TokenIssuer;
	/** Ends all access tokens. */
	revokeAccessTokens(): void;
	close(): Promise<void>;
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

	/** Status and body of the answer to a request's form. */
	const answer = (form: URLSearchParams): { status: number; body: object } => {
		const grant = checkJwtGrant(directory, form);
		const atMs = Date.now();
		if (!grant.ok) {
			const { status, error, description } = grant.refusal;
			tokenRequests.push({ user: undefined, succeeded: false, error, atMs });
			return { status, body: { error, error_description: description } };
		}
		const { email: clientId, user, scope } = grant;
		tokenRequests.push({ user, succeeded: true, atMs });
		const accessToken = `ya29.c.${randomBytes(700).toString('base64url')}`;
		const endsAtMs = atMs + setting.accessTokenSeconds * 1_000;
		issued.set(accessToken, { user, clientId, scope, endsAtMs });
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
		revokeAccessTokens() {
			issued.clear();
		},
		close: async () => await server.close(),
	};
}
