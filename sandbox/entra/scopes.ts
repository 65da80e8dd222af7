import { CLOUDS, findResource, PERMISSIONS } from './clouds.js';
import type { EntraResource } from './clouds.js';
import type { EntraApplication, EntraTenant } from './directory.js';
import { REFUSALS } from './errors.js';
import type { EntraRefusal } from './errors.js';

/** What a `scope` parameter asks for. */
export interface AskedScopes {
	readonly resource: EntraResource;
	/** What the client called the service. */
	readonly audience: string;
	/** Without the service's name; of an application's request `.default`. */
	readonly scopes: readonly string[];
	/** Whether a refresh token is to come with it. */
	readonly isOffline: boolean;
}

export type ScopeReading =
	| { readonly ok: true; readonly asked: AskedScopes }
	| { readonly ok: false; readonly refusal: EntraRefusal };

const OPENID = ['openid', 'profile', 'email', 'offline_access'];
const DEFAULT = '/.default';

/**
 * What an application asks for by itself: one service with `/.default`
 * (https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 */
export function readApplicationScope(tenant: EntraTenant, scope: string): ScopeReading {
	if (!scope.endsWith(DEFAULT) || scope.includes(' ')) {
		return { ok: false, refusal: REFUSALS.scopeWithoutDefault(scope) };
	}
	const audience = scope.slice(0, -DEFAULT.length);
	const resource = findResource(tenant.cloud, audience);
	if (resource === undefined) {
		return { ok: false, refusal: REFUSALS.resourceUnknown(audience, tenant.name) };
	}
	return {
		ok: true,
		asked: {
			resource,
			audience: audience.replace(/\/$/, ''),
			scopes: ['.default'],
			isOffline: false,
		},
	};
}

/** What is asked for in a person's name: scopes of one service; without a service's name, Graph's. */
export function readDelegatedScopes(
	tenant: EntraTenant,
	application: EntraApplication,
	scope: string,
): ScopeReading {
	const asked = scope.split(' ').filter(Boolean);
	const parts = asked
		.filter((one) => !OPENID.includes(one))
		.map((one) => {
			const slash = one.lastIndexOf('/');
			return slash === -1
				? { audience: CLOUDS[tenant.cloud].audiences.graph[0] ?? '', name: one }
				: { audience: one.slice(0, slash), name: one.slice(slash + 1) };
		});
	const audience = parts[0]?.audience ?? CLOUDS[tenant.cloud].audiences.graph[0] ?? '';
	if (parts.some((part) => part.audience !== audience)) {
		return { ok: false, refusal: REFUSALS.scopesIncompatible(scope) };
	}
	const resource = findResource(tenant.cloud, audience);
	if (resource === undefined) {
		return { ok: false, refusal: REFUSALS.resourceUnknown(audience, tenant.name) };
	}
	const unknown = parts.find(({ name }) => !PERMISSIONS[resource].scopes.includes(name));
	if (unknown) {
		return {
			ok: false,
			refusal: REFUSALS.scopeUnknown(application.appId, unknown.name, audience),
		};
	}
	return {
		ok: true,
		asked: {
			resource,
			audience,
			scopes: parts.map(({ name }) => name),
			isOffline: asked.includes('offline_access'),
		},
	};
}
