import { quoteSafely } from '../untrusted/redact';
import { readTokenClaims } from '../untrusted/token-claims';
import type { StoredToken } from './stored-token';

/** What may be told of a token without showing it. */
export interface TokenFacts {
	/** Unix ms; missing where nobody says. */
	readonly validUntilMs?: number;
	/** Whether another one can be had without anybody signing in. */
	readonly isRenewable: boolean;
	/** Who fetches it where that takes no refresh token. */
	readonly renewal?: 'application' | 'serviceAccount';
	/** Unix ms: the end of the certificate that the application signs in with. */
	readonly clientCertificateEndsAtMs?: number;
	/** Unix ms: the end of the refresh token, where the provider has said. */
	readonly grantEndsAtMs?: number;
	readonly scopes?: readonly string[];
	/** `aud` of a token that is a JWT (RFC 9068); lower case, without a slash at the end. */
	readonly audiences?: readonly string[];
}

/** Longer texts of a token are cut. */
const MAX_LENGTH = 200;

/** Further scopes and audiences are left out. */
const MAX_COUNT = 20;

/** Reads what a token says of itself, for people to see. It is not verified: that is the server's business. */
export function describeToken(token: StoredToken): TokenFacts {
	const { expiresAtMs, hasRefreshToken, renewal, grantEndsAtMs, secrets } = token;
	const { clientCertificateEndsAtMs } = token;
	const claims = readTokenClaims(token.accessToken);
	const show = (texts: readonly string[]): readonly string[] =>
		texts
			.filter((text) => text !== '')
			.slice(0, MAX_COUNT)
			.map((text) => quoteSafely(text, secrets, MAX_LENGTH));
	const claimed = show([...(claims?.scopes ?? []), ...(claims?.roles ?? [])]);
	const scopes = claimed.length > 0 ? claimed : show(token.scopes ?? []);
	const audiences = show(claims?.audiences ?? []);
	const validUntilMs = expiresAtMs ?? claims?.expiresAtMs;
	return {
		...(validUntilMs === undefined ? {} : { validUntilMs }),
		isRenewable: hasRefreshToken || renewal !== undefined,
		...(renewal === undefined ? {} : { renewal }),
		...(clientCertificateEndsAtMs === undefined ? {} : { clientCertificateEndsAtMs }),
		...(hasRefreshToken && renewal === undefined && grantEndsAtMs !== undefined
			? { grantEndsAtMs }
			: {}),
		...(scopes.length > 0 ? { scopes } : {}),
		...(audiences.length > 0 ? { audiences } : {}),
	};
}
