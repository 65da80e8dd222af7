import type { GoogleDirectory } from './service-accounts.js';
import { isSignedBy, readJwt } from '../net/jwt.js';

/** Where Google's tokens come from: the address, and the `aud` of an assertion. */
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const HOUR_SECONDS = 3_600;
/** How far clocks may differ. */
const SKEW_SECONDS = 300;

/** Why Google refuses, in its words. */
export interface GoogleRefusal {
	readonly status: 400 | 401;
	readonly error: string;
	readonly description: string;
}

/** What an assertion is good for. */
export type GoogleGrant =
	| {
			readonly ok: true;
			readonly email: string;
			readonly user: string | undefined;
			readonly scope: string;
	  }
	| { readonly ok: false; readonly refusal: GoogleRefusal };

/**
 * Checks a service account's signed request as Google documents it
 * (https://developers.google.com/identity/protocols/oauth2/service-account, "Error codes"). The words
 * are those of reports: https://github.com/googleapis/google-api-php-client/issues/2214
 * (unauthorized_client), https://github.com/googleapis/google-cloud-python/issues/10004 (signature),
 * https://github.com/googleapis/python-storage/issues/1387 (lifetime); "Invalid email or User ID" is
 * what Google says to a `sub` that does not exist, "Invalid grant: account not found" to such an `iss`.
 */
export function checkJwtGrant(directory: GoogleDirectory, form: URLSearchParams): GoogleGrant {
	const grantType = form.get('grant_type') ?? '';
	if (grantType !== GRANT_TYPE) {
		return refuse('unsupported_grant_type', `Invalid grant_type: ${grantType}`);
	}
	const jwt = readJwt(form.get('assertion') ?? '');
	if (!jwt) return refuse('invalid_grant', 'Bad Request');
	const claims = new Map(Object.entries(jwt.claims));
	const text = (name: string): string => {
		const value = claims.get(name);
		return typeof value === 'string' ? value : '';
	};

	const account = directory.serviceAccounts.find(({ email }) => email === text('iss'));
	if (!account) return refuse('invalid_grant', 'Invalid grant: account not found');
	if (!account.keys.some((key) => isSignedBy(jwt, key))) {
		return refuse('invalid_grant', 'Invalid JWT Signature.');
	}
	if (text('aud') !== GOOGLE_TOKEN_URL) {
		return refuse('invalid_grant', 'Invalid JWT: Failed audience check.');
	}
	if (!isInTime(claims.get('iat'), claims.get('exp'))) {
		return refuse(
			'invalid_grant',
			'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
		);
	}
	const scope = text('scope');
	if (scope === '') {
		return refuse('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
	}
	if (!claims.has('sub')) return { ok: true, email: account.email, user: undefined, scope };
	const user = text('sub').toLowerCase();
	if (!user.includes('@')) return refuse('invalid_grant', 'Not a valid email');
	const delegated = directory.delegatedScopes(account.clientId, user);
	if (!scope.split(' ').every((one) => delegated.includes(one))) {
		return refuse(
			'unauthorized_client',
			'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
			401,
		);
	}
	if (!directory.users.has(user)) return refuse('invalid_grant', 'Invalid email or User ID');
	return { ok: true, email: account.email, user, scope };
}

function isInTime(iat: unknown, exp: unknown): boolean {
	if (typeof iat !== 'number' || typeof exp !== 'number') return false;
	const now = Date.now() / 1_000;
	const isIssued = iat <= now + SKEW_SECONDS && iat > now - HOUR_SECONDS - SKEW_SECONDS;
	return isIssued && exp > now - SKEW_SECONDS && exp > iat && exp - iat <= HOUR_SECONDS;
}

function refuse(error: string, description: string, status: 400 | 401 = 400): GoogleGrant {
	return { ok: false, refusal: { status, error, description } };
}
