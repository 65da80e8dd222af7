import type { TokenError } from '../accounts/access-token-check.js';

/** The SASL mechanisms of the sandbox, both carrying an OAuth2 access token. */
export type SaslMechanism = 'XOAUTH2' | 'OAUTHBEARER';

/** What a client's SASL response says. */
export interface SaslResponse {
	/** Empty where OAUTHBEARER leaves the authorization identity to the token. */
	readonly user: string;
	readonly accessToken: string;
	/** OAUTHBEARER only: the server the client believes it talks to. */
	readonly host?: string;
	/** OAUTHBEARER only. */
	readonly port?: number;
}

/**
 * Reads a client's base64 response. Strict, so that a client that is only nearly right is noticed;
 * `undefined` means that the response is not well-formed.
 */
export function parseSaslResponse(
	mechanism: SaslMechanism,
	encoded: string,
): SaslResponse | undefined {
	if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
	const text = Buffer.from(encoded, 'base64').toString('utf8');
	return mechanism === 'XOAUTH2' ? parseXoauth2(text) : parseOauthBearer(text);
}

/** Google's and Microsoft's form: `user=…^Aauth=Bearer …^A^A`. */
function parseXoauth2(text: string): SaslResponse | undefined {
	const fields = text.split('\x01');
	const [user, auth, ...end] = fields;
	if (end.length !== 2 || end.join('') !== '') return undefined;
	if (user === undefined || !user.startsWith('user=') || user === 'user=') return undefined;
	const accessToken = bearerTokenOf(auth);
	return accessToken === undefined ? undefined : { user: user.slice('user='.length), accessToken };
}

/** RFC 7628 §3.1: `n,a=user,^Ahost=…^Aport=…^Aauth=Bearer …^A^A`. */
function parseOauthBearer(text: string): SaslResponse | undefined {
	const [gs2Header, ...fields] = text.split('\x01');
	const authorizationId = /^[ny],(?:a=([^,]+))?,$/.exec(gs2Header ?? '');
	if (!authorizationId || fields.length < 3) return undefined;
	if (fields.at(-1) !== '' || fields.at(-2) !== '') return undefined;

	const values = new Map<string, string>();
	for (const field of fields.slice(0, -2)) {
		const pair = /^([A-Za-z]+)=([\s\S]*)$/.exec(field);
		if (!pair) return undefined;
		values.set(pair[1] ?? '', pair[2] ?? '');
	}
	const accessToken = bearerTokenOf(`auth=${values.get('auth') ?? ''}`);
	if (accessToken === undefined) return undefined;
	const user = (authorizationId[1] ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=');
	const host = values.get('host');
	const port = Number(values.get('port'));
	return {
		user,
		accessToken,
		...(host === undefined ? {} : { host }),
		...(Number.isInteger(port) && port > 0 ? { port } : {}),
	};
}

/** The token characters are those of RFC 6750 §2.1. */
function bearerTokenOf(field: string | undefined): string | undefined {
	return /^auth=Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(field ?? '')?.[1];
}

/**
 * The base64 JSON of the 334 reply by which a server refuses a token: in Google's form for
 * XOAUTH2, as in RFC 7628 §3.2.2 for OAUTHBEARER.
 */
export function encodeRefusal(
	mechanism: SaslMechanism,
	error: TokenError,
	scope: string,
	issuer: string,
): string {
	const refusal =
		mechanism === 'XOAUTH2'
			? { status: error === 'invalid_token' ? '401' : '403', schemes: 'bearer', scope }
			: {
					status: error,
					scope,
					'openid-configuration': `${issuer}/.well-known/openid-configuration`,
				};
	return Buffer.from(JSON.stringify(refusal)).toString('base64');
}
