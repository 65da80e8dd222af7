import type { StageFacts } from '../status/verify-report';
import { quoteSafely } from '../untrusted/redact';
import { readTokenClaims } from '../untrusted/token-claims';
import type { StoredToken } from './stored-token';

/** Longer texts of a token are cut. */
const MAX_LENGTH = 200;

/** Further scopes and audiences are left out. */
const MAX_COUNT = 20;

/** Reads what a token says of itself, for people to see. Only the server verifies it. */
export function describeToken(token: StoredToken): StageFacts['token'] {
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
	return {
		validUntilMs: expiresAtMs ?? claims?.expiresAtMs,
		isRenewable: hasRefreshToken || renewal !== undefined,
		renewal,
		clientCertificateEndsAtMs,
		grantEndsAtMs: hasRefreshToken && renewal === undefined ? grantEndsAtMs : undefined,
		scopes: scopes.length > 0 ? scopes : undefined,
		audiences: audiences.length > 0 ? audiences : undefined,
	};
}
