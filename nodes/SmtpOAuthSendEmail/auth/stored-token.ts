import { isRecord } from '../../../credentials/checks/record';

/** The OAuth2 tokens as n8n keeps them in a credential (`oauthTokenData`). */
export interface StoredToken {
	readonly accessToken: string;
	readonly hasRefreshToken: boolean;
	/** Who fetches another one where no refresh token is needed for it. */
	readonly renewal?: 'application' | 'serviceAccount' | undefined;
	/** Unix ms: the end of the certificate without which there will be no other one. */
	readonly clientCertificateEndsAtMs?: number | undefined;
	/** Unix ms; missing where n8n (before 2.x) or the provider did not say. */
	readonly expiresAtMs?: number | undefined;
	/** Its whole life in ms, where the provider has said (`expires_in`, RFC 6749 §5.1). */
	readonly lifeMs?: number | undefined;
	/** Unix ms: the end of the refresh token, where the provider has said how long it lives. */
	readonly grantEndsAtMs?: number | undefined;
	/** What the user has allowed (RFC 6749 §3.3), where the provider has said. */
	readonly scopes?: readonly string[] | undefined;
	/** Everything in it that must never be shown. */
	readonly secrets: readonly string[];
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/** The last instant that a date can hold (ECMA-262, "Time Values and Time Range"). */
const LAST_INSTANT_MS = 8.64e15;

/** An instant in Unix ms; `undefined` for none, and for one so late that it stands for "never". */
function instantOf(value: unknown): number | undefined {
	const ms = Number(value ?? Number.NaN);
	return ms > 0 && ms <= LAST_INSTANT_MS ? ms : undefined;
}

/**
 * When something ends that lives for a number of seconds; `undefined` where there is no such number,
 * or where it stands for "never".
 */
export function endOf(fromMs: number, lifeSeconds: unknown): number | undefined {
	const seconds = Number(lifeSeconds ?? Number.NaN);
	return seconds > 0 ? instantOf(fromMs + seconds * 1_000) : undefined;
}

/**
 * When the refresh token ends: its life in seconds as the token endpoint gave it together with the
 * access token (Google for apps in "Testing" and for time-based access; Keycloak by a name of its
 * own, where 0 means no end).
 */
function grantEnd(
	tokenData: Readonly<Record<string, unknown>>,
	expiresAtMs: number | undefined,
): number | undefined {
	if (expiresAtMs === undefined) return undefined;
	const issuedAtMs = expiresAtMs - Number(tokenData['expires_in'] ?? Number.NaN) * 1_000;
	return endOf(
		issuedAtMs,
		tokenData['refresh_token_expires_in'] ?? tokenData['refresh_expires_in'],
	);
}

/**
 * Reads n8n's `oauthTokenData`. `undefined` when there is no access token in it: the account is
 * not connected. The expiry is n8n's own `n8n_expires_at` (Unix ms, a string).
 */
export function readStoredToken(oauthTokenData: unknown): StoredToken | undefined {
	if (!isRecord(oauthTokenData)) return undefined;
	const accessToken = textOf(oauthTokenData['access_token']);
	if (accessToken === '') return undefined;
	const refreshToken = textOf(oauthTokenData['refresh_token']);
	const idToken = textOf(oauthTokenData['id_token']);
	const expiresAtMs = instantOf(oauthTokenData['n8n_expires_at']);
	const scopes = textOf(oauthTokenData['scope'])
		.split(/\s+/)
		.filter((scope) => scope !== '');
	return {
		accessToken,
		hasRefreshToken: refreshToken !== '',
		expiresAtMs,
		lifeMs: endOf(0, oauthTokenData['expires_in']),
		grantEndsAtMs: grantEnd(oauthTokenData, expiresAtMs),
		scopes: scopes.length > 0 ? scopes : undefined,
		secrets: [accessToken, refreshToken, idToken].filter((secret) => secret !== ''),
	};
}
