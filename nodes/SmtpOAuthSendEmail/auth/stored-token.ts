/** The OAuth2 tokens as n8n keeps them in a credential (`oauthTokenData`). */
export interface StoredToken {
	readonly accessToken: string;
	readonly hasRefreshToken: boolean;
	/** Unix ms; missing where n8n (before 2.x) or the provider did not say. */
	readonly expiresAtMs?: number;
	/** Everything in it that must never be shown. */
	readonly secrets: readonly string[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * Reads n8n's `oauthTokenData`. `undefined` when there is no access token in it: the account was
 * never connected. The expiry is n8n's own `n8n_expires_at` (Unix ms, a string).
 */
export function readStoredToken(oauthTokenData: unknown): StoredToken | undefined {
	if (!isRecord(oauthTokenData)) return undefined;
	const accessToken = textOf(oauthTokenData['access_token']);
	if (accessToken === '') return undefined;
	const refreshToken = textOf(oauthTokenData['refresh_token']);
	const idToken = textOf(oauthTokenData['id_token']);
	const expiresAtMs = Number(oauthTokenData['n8n_expires_at'] ?? Number.NaN);
	return {
		accessToken,
		hasRefreshToken: refreshToken !== '',
		...(Number.isFinite(expiresAtMs) && expiresAtMs > 0 ? { expiresAtMs } : {}),
		secrets: [accessToken, refreshToken, idToken].filter((secret) => secret !== ''),
	};
}
