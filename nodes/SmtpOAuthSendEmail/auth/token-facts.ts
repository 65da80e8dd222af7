import { quoteSafely } from '../failure/redact';
import type { StoredToken } from './stored-token';

/** What may be told of a token without showing it. */
export interface TokenFacts {
	/** Unix ms; missing where nobody says. */
	readonly validUntilMs?: number;
	/** Whether there is a refresh token. */
	readonly isRenewable: boolean;
	/** Unix ms: the end of the refresh token, where the provider has said. */
	readonly grantEndsAtMs?: number;
	readonly scopes?: readonly string[];
	/** `aud` of a token that is a JWT (RFC 9068). */
	readonly audiences?: readonly string[];
}

/** Longer texts of a token are cut. */
const MAX_LENGTH = 200;

/** Further scopes and audiences are left out. */
const MAX_COUNT = 20;

function readClaims(accessToken: string): Readonly<Record<string, unknown>> {
	const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(accessToken)?.[1] ?? '';
	try {
		const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
		return typeof claims === 'object' && claims !== null ? { ...claims } : {};
	} catch {
		return {};
	}
}

function listOf(value: unknown): readonly string[] {
	const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
	return entries.flatMap((entry) => (typeof entry === 'string' ? entry.split(' ') : []));
}

/** Reads what a token says of itself, for people to see. It is not verified: that is the server's business. */
export function describeToken(token: StoredToken): TokenFacts {
	const { expiresAtMs, hasRefreshToken, grantEndsAtMs, secrets } = token;
	const { aud, scp, scope, roles, exp } = readClaims(token.accessToken);
	const show = (texts: readonly string[]): readonly string[] =>
		texts
			.filter((text) => text !== '')
			.slice(0, MAX_COUNT)
			.map((text) => quoteSafely(text, secrets, MAX_LENGTH));
	const claimed = show([...listOf(scp ?? scope), ...listOf(roles)]);
	const scopes = claimed.length > 0 ? claimed : show(token.scopes ?? []);
	const audiences = show(listOf(aud));
	const validUntilMs = expiresAtMs ?? (typeof exp === 'number' ? exp * 1_000 : undefined);
	return {
		...(validUntilMs === undefined ? {} : { validUntilMs }),
		isRenewable: hasRefreshToken,
		...(hasRefreshToken && grantEndsAtMs !== undefined ? { grantEndsAtMs } : {}),
		...(scopes.length > 0 ? { scopes } : {}),
		...(audiences.length > 0 ? { audiences } : {}),
	};
}
