import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerAuthorize } from './authorize.js';
import type { EntraResource } from './clouds.js';
import { EntraDirectory } from './directory.js';
import type { EntraApplication, EntraTenant } from './directory.js';
import { refusalBody } from './errors.js';
import { EntraGrants } from './grants.js';
import { EntraTokenEndpoint } from './token-endpoint.js';
import type { TokenEndpointAnswer } from './token-endpoint.js';
import { EntraTokens } from './tokens.js';
import type { EntraTokenCheck } from './tokens.js';
import { startHttpsServer, type HttpsServerOptions } from '../net/https-server.js';
import { readBody } from '../net/read-body.js';

/** A request to the token endpoint, without its secrets. */
export interface EntraTokenRequest {
	readonly loginHost: string;
	/** As the request's path names it. */
	readonly tenant: string;
	readonly grantType: string;
	readonly clientId: string;
	readonly scope: string;
	readonly proof: 'secret' | 'certificate' | 'none';
	readonly succeeded: boolean;
	/** The number behind AADSTS, of a refusal. */
	readonly code?: number;
	/** Unix time. */
	readonly atMs: number;
}

/** An answer in place of the right one. */
export interface ForcedAnswer {
	readonly status: number;
	readonly body: string;
	/** Default application/json. */
	readonly contentType?: string;
}

/** The running stand-in for Entra's sign-in, at all its hosts. */
export interface EntraServer {
	readonly port: number;
	/** The portal: organizations, apps, permissions, consent. */
	readonly directory: EntraDirectory;
	/** The lifetime of access tokens issued from now on; default 3599. */
	accessTokenSeconds: number;
	readonly tokenRequests: readonly EntraTokenRequest[];
	/** Answers for the next token requests, first in, first out. */
	readonly forcedAnswers: ForcedAnswer[];
	/** The tokens of a person who has just connected and consented, as the token endpoint gives them. */
	connect(
		tenant: EntraTenant,
		application: EntraApplication,
		upn: string,
		scope: string,
	): Readonly<Record<string, string | number>>;
	/** Whether a token is Entra's, in its time, and for this service of its tenant's cloud. */
	verifyToken(token: string, resource: EntraResource): EntraTokenCheck;
	/** Ends all access tokens; refresh tokens and secrets stay good. */
	revokeAccessTokens(): void;
	/** Ends a person's refresh tokens. */
	revokeGrants(tenant: EntraTenant, upn: string): void;
	close(): Promise<void>;
}

const PATH = /^\/([^/]+)\/oauth2\/v2\.0\/(authorize|token)$/;

/** Starts it on loopback, over TLS. The Host header says which cloud's sign-in is asked. */
export async function startEntraServer(options: HttpsServerOptions): Promise<EntraServer> {
	const directory = new EntraDirectory();
	const tokens = new EntraTokens(directory);
	const grants = new EntraGrants();
	const parts = { directory, tokens, grants, accessTokenSeconds: 3_599 };
	const endpoint = new EntraTokenEndpoint(parts);
	const tokenRequests: EntraTokenRequest[] = [];
	const forcedAnswers: ForcedAnswer[] = [];

	const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const loginHost = (request.headers.host ?? '').split(':')[0] ?? '';
		const address = new URL(request.url ?? '/', `https://${loginHost}`);
		const [, tenant = '', page] = PATH.exec(address.pathname) ?? [];
		const body = (await readBody(request)).toString('utf8');
		if (page === 'token' && request.method === 'POST') {
			const form = new URLSearchParams(body);
			const forced = forcedAnswers.shift();
			const { authorization } = request.headers;
			const result = forced
				? undefined
				: endpoint.answer({ tenant, loginHost, form, authorization });
			tokenRequests.push(record(tenant, loginHost, form, authorization, result));
			sendTokenAnswer(response, loginHost, result, forced);
		} else if (page === 'authorize') {
			const shown = answerAuthorize(endpoint, grants, {
				tenant: decodeURIComponent(tenant),
				loginHost,
				address: `${address.pathname}${address.search}`,
				query: address.searchParams,
				...(request.method === 'POST' ? { form: new URLSearchParams(body) } : {}),
			});
			if (shown.status === 302) response.writeHead(302, { location: shown.location }).end();
			else response.writeHead(shown.status, { 'content-type': 'text/html' }).end(shown.html);
		} else {
			response.writeHead(404).end();
		}
	};
	const server = await startHttpsServer(options, answer);

	return {
		port: server.port,
		directory,
		get accessTokenSeconds() {
			return parts.accessTokenSeconds;
		},
		set accessTokenSeconds(seconds: number) {
			parts.accessTokenSeconds = seconds;
		},
		tokenRequests,
		forcedAnswers,
		connect: (tenant, application, upn, scope) => endpoint.connect(tenant, application, upn, scope),
		verifyToken: (token, resource) => tokens.verify(token, resource),
		revokeAccessTokens: () => {
			tokens.revokeAll();
		},
		revokeGrants(tenant, upn) {
			const user = tenant.findUser(upn);
			if (user) grants.revoke(user);
		},
		close: async () => await server.close(),
	};
}

function record(
	tenant: string,
	loginHost: string,
	form: URLSearchParams,
	authorization: string | undefined,
	result: TokenEndpointAnswer | undefined,
): EntraTokenRequest {
	const hasSecret = form.has('client_secret') || authorization !== undefined;
	return {
		loginHost,
		tenant,
		grantType: form.get('grant_type') ?? '',
		clientId: form.get('client_id') ?? '',
		scope: form.get('scope') ?? '',
		proof: form.has('client_assertion') ? 'certificate' : hasSecret ? 'secret' : 'none',
		succeeded: result?.ok ?? false,
		...(result && !result.ok ? { code: result.refusal.code } : {}),
		atMs: Date.now(),
	};
}

function sendTokenAnswer(
	response: ServerResponse,
	loginHost: string,
	result: TokenEndpointAnswer | undefined,
	forced: ForcedAnswer | undefined,
): void {
	const headers = { 'cache-control': 'no-store, no-cache', 'x-content-type-options': 'nosniff' };
	const json = 'application/json; charset=utf-8';
	if (forced) {
		response.writeHead(forced.status, { ...headers, 'content-type': forced.contentType ?? json });
		response.end(forced.body);
	} else if (result?.ok === true) {
		response.writeHead(200, { ...headers, 'content-type': json });
		response.end(JSON.stringify(result.body));
	} else if (result) {
		response.writeHead(result.refusal.status, { ...headers, 'content-type': json });
		response.end(refusalBody(result.refusal, loginHost));
	}
}
