import { parseJson } from './parse-json';
import { isObject, readProperty } from './read-property';

/** What a readable access token says of itself. It is not verified: that is the server's business. */
export interface TokenClaims {
	/** `aud`: whom it is for; lower case, without a slash at the end. */
	readonly audiences: readonly string[];
	/** `scp` (Microsoft) or `scope` (RFC 9068): what its user has allowed; missing where it has neither. */
	readonly scopes?: readonly string[];
	/** `roles`: what its application is allowed. */
	readonly roles: readonly string[];
	/** `tid`: Microsoft's ID of the organization, lower case. */
	readonly tenant?: string;
	/** `appid`, `azp` (Microsoft) or `client_id` (RFC 9068): the application, lower case. */
	readonly clientId?: string;
	/** `oid` (Microsoft): of an application's token, the object ID of its enterprise application. */
	readonly objectId?: string;
	/** Addresses in `upn`, `preferred_username`, `unique_name` and `email`, as written. */
	readonly users: readonly string[];
	/** `exp`, in Unix ms. */
	readonly expiresAtMs?: number;
}

/** Longer tokens are not read; a SASL response may not be longer either (RFC 4954 §4). */
const MAX_TOKEN_LENGTH = 12_288;

/** Longer claims are left out. */
const MAX_CLAIM_LENGTH = 320;

/** Further entries of a list are left out. */
const MAX_LIST_LENGTH = 100;

/** The last moment that a Date can name (ECMA-262, "Time Values and Time Range"). */
const MAX_TIME_MS = 8.64e15;

const CLIENT_CLAIMS = ['appid', 'azp', 'client_id'] as const;
const USER_CLAIMS = ['upn', 'preferred_username', 'unique_name', 'email'] as const;

/** The payload of a signed JWT (RFC 7515 §7.1); the header and the signature are not looked at. */
function readPayload(token: string): unknown {
	if (token.length > MAX_TOKEN_LENGTH) return undefined;
	// An encrypted one has five parts (RFC 7516 §7.1), an opaque token any form it likes.
	const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1];
	return payload === undefined
		? undefined
		: parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
}

function isShort(value: unknown): value is string {
	return typeof value === 'string' && value !== '' && value.length <= MAX_CLAIM_LENGTH;
}

function readList(value: unknown): string[] {
	const entries: unknown[] = Array.isArray(value) ? value.slice(0, MAX_LIST_LENGTH) : [value];
	return entries.filter(isShort);
}

/** A list of names, separated by blanks (RFC 6749 §3.3) or as JSON. */
function readNames(value: unknown): string[] | undefined {
	if (typeof value !== 'string') return Array.isArray(value) ? readList(value) : undefined;
	return value.split(' ', MAX_LIST_LENGTH).filter(isShort);
}

/**
 * Reads the claims of an access token that is a signed JWT (RFC 7519). `undefined` for every other:
 * those of Google, Yahoo and personal Microsoft accounts are opaque or encrypted. Never throws.
 */
export function readTokenClaims(token: string): TokenClaims | undefined {
	const payload = readPayload(token);
	if (!isObject(payload)) return undefined;
	const scopes =
		readNames(readProperty(payload, 'scp')) ?? readNames(readProperty(payload, 'scope'));
	const tenant = readProperty(payload, 'tid');
	const expiry = readProperty(payload, 'exp');
	const expiresAtMs = typeof expiry === 'number' ? expiry * 1_000 : Number.NaN;
	const clientId = CLIENT_CLAIMS.map((claim) => readProperty(payload, claim)).find(isShort);
	const objectId = readProperty(payload, 'oid');
	const users = USER_CLAIMS.map((claim) => readProperty(payload, claim)).filter(isShort);
	return {
		audiences: readList(readProperty(payload, 'aud')).map((audience) =>
			audience.toLowerCase().replace(/\/$/, ''),
		),
		...(scopes === undefined ? {} : { scopes }),
		roles: readNames(readProperty(payload, 'roles')) ?? [],
		...(isShort(tenant) ? { tenant: tenant.toLowerCase() } : {}),
		...(clientId === undefined ? {} : { clientId: clientId.toLowerCase() }),
		...(isShort(objectId) ? { objectId: objectId.toLowerCase() } : {}),
		users: [...new Set(users.filter((user) => user.includes('@')))],
		...(expiresAtMs > 0 && expiresAtMs <= MAX_TIME_MS ? { expiresAtMs } : {}),
	};
}
