import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { CLOUDS } from './clouds.js';
import type { EntraResource } from './clouds.js';
import type { EntraApplication, EntraDirectory, EntraTenant, EntraUser } from './directory.js';
import { isSignedBy, readJwt, signJwt } from '../net/jwt.js';

/** What a token is to be about. */
export interface TokenSubject {
	readonly tenant: EntraTenant;
	readonly application: EntraApplication;
	readonly resource: EntraResource;
	/** What the client called the service; becomes `aud`. */
	readonly audience: string;
	/** How the client signed in: `appidacr` 1 or 2, 0 for none. */
	readonly clientAuthentication: 'none' | 'secret' | 'certificate';
	/** Missing: the application's own token. */
	readonly user?: EntraUser;
	/** Delegated scopes, without the service's name. */
	readonly scopes?: readonly string[];
	readonly lifetimeSeconds: number;
}

/** The claims that the services look at. */
export interface EntraClaims {
	readonly aud: string;
	readonly tid: string;
	readonly appid: string;
	/** Of the user, or of the enterprise application. */
	readonly oid: string;
	readonly roles: readonly string[];
	readonly scopes: readonly string[];
	readonly upn: string | undefined;
}

/** What a service learns about a token. `error` as in RFC 6750 §3.1. */
export type EntraTokenCheck =
	| { readonly ok: true; readonly tenant: EntraTenant; readonly claims: EntraClaims }
	| {
			readonly ok: false;
			readonly reason: 'malformed' | 'signature' | 'expired' | 'revoked' | 'audience' | 'tenant';
	  };

/** Makes and checks access tokens in the form that Exchange Online and Graph get (version 1.0). */
export class EntraTokens {
	readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	readonly #keyId = randomBytes(20).toString('base64url');
	/** Of the token issued last. */
	#serial = 0;
	/** Tokens up to this one are refused. */
	#lastRevoked = 0;

	constructor(private readonly directory: EntraDirectory) {}

	/**
	 * An access token, longer than 1,500 characters as the real ones are. Claims:
	 * https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
	 */
	issue(subject: TokenSubject): string {
		const { tenant, application, resource, audience, user, lifetimeSeconds } = subject;
		const now = Math.floor(Date.now() / 1_000);
		const appidacr = { none: '0', secret: '1', certificate: '2' }[subject.clientAuthentication];
		const roles = [...application.grantedRoles]
			.filter((role) => role.startsWith(`${resource}/`))
			.map((role) => role.slice(resource.length + 1));
		this.#serial += 1;
		const who =
			user === undefined
				? {
						idtyp: 'app',
						oid: application.enterpriseObjectId,
						...(roles.length > 0 ? { roles } : {}),
					}
				: {
						idtyp: 'user',
						oid: user.objectId,
						name: user.upn.split('@')[0],
						scp: (subject.scopes ?? []).join(' '),
						unique_name: user.upn,
						upn: user.upn,
					};
		return signJwt(
			{
				aud: audience,
				iss: `https://sts.windows.net/${tenant.id}/`,
				iat: now,
				nbf: now,
				exp: now + lifetimeSeconds,
				aio: randomBytes(480).toString('base64url'),
				app_displayname: application.name,
				appid: application.appId,
				appidacr,
				idp: `https://sts.windows.net/${tenant.id}/`,
				...who,
				rh: `1.${randomBytes(40).toString('base64url')}.`,
				sub:
					user === undefined
						? application.enterpriseObjectId
						: randomBytes(32).toString('base64url'),
				tid: tenant.id,
				uti: `${randomBytes(12).toString('base64url')}.${String(this.#serial)}`,
				ver: '1.0',
				wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
			},
			this.#keys.privateKey,
			{ x5t: this.#keyId, kid: this.#keyId },
		);
	}

	/** Whether a token is ours, in its time, and for this service of its tenant's cloud. */
	verify(token: string, resource: EntraResource): EntraTokenCheck {
		const read = readJwt(token);
		if (!read) return { ok: false, reason: 'malformed' };
		if (!isSignedBy(read, this.#keys.publicKey)) return { ok: false, reason: 'signature' };
		const { claims } = read;
		const serial = Number(textOf(claims['uti']).split('.').at(-1));
		if (Number(claims['exp']) * 1_000 <= Date.now()) return { ok: false, reason: 'expired' };
		if (serial <= this.#lastRevoked) return { ok: false, reason: 'revoked' };
		const tenant = this.directory.tenants.find(({ id }) => id === claims['tid']);
		if (!tenant) return { ok: false, reason: 'tenant' };
		const aud = textOf(claims['aud']);
		if (!CLOUDS[tenant.cloud].audiences[resource].includes(aud)) {
			return { ok: false, reason: 'audience' };
		}
		const { upn } = claims;
		return {
			ok: true,
			tenant,
			claims: {
				aud,
				tid: tenant.id,
				appid: textOf(claims['appid']),
				oid: textOf(claims['oid']),
				roles: Array.isArray(claims['roles']) ? claims['roles'].map(textOf) : [],
				scopes: textOf(claims['scp']).split(' ').filter(Boolean),
				upn: typeof upn === 'string' ? upn : undefined,
			},
		};
	}

	/** Ends all tokens issued so far. */
	revokeAll(): void {
		this.#lastRevoked = this.#serial;
	}
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
