import { ClientSignIns } from './client-sign-in.js';
import type { ClientSignIn } from './client-sign-in.js';
import type { EntraApplication, EntraDirectory, EntraTenant, EntraUser } from './directory.js';
import { REFUSALS } from './errors.js';
import type { EntraRefusal } from './errors.js';
import type { EntraGrants } from './grants.js';
import { readApplicationScope, readDelegatedScopes } from './scopes.js';
import type { AskedScopes } from './scopes.js';
import type { EntraTokens } from './tokens.js';

/** What the token endpoint is made of. */
export interface TokenEndpointParts {
	readonly directory: EntraDirectory;
	readonly tokens: EntraTokens;
	readonly grants: EntraGrants;
	accessTokenSeconds: number;
}

/** A request to the token endpoint, read but not checked. */
export interface TokenEndpointRequest {
	/** The path's first segment. */
	readonly tenant: string;
	readonly loginHost: string;
	readonly form: URLSearchParams;
	/** The header, for clients that sign in by Basic. */
	readonly authorization: string | undefined;
}

/** A token answer (RFC 6749 §5.1), or why there is none. */
export type TokenEndpointAnswer =
	| { readonly ok: true; readonly body: Readonly<Record<string, string | number>> }
	| { readonly ok: false; readonly refusal: EntraRefusal };

const SHARED_TENANTS = ['common', 'organizations', 'consumers'];

/** /{tenant}/oauth2/v2.0/token for client credentials, authorization codes and refresh tokens. */
export class EntraTokenEndpoint {
	readonly #signIns = new ClientSignIns();

	constructor(private readonly parts: TokenEndpointParts) {}

	answer(request: TokenEndpointRequest): TokenEndpointAnswer {
		const { form } = request;
		const grantType = form.get('grant_type');
		if (grantType === null) return refuse(REFUSALS.parameterMissing('grant_type'));
		const { clientId, clientSecret } = readClient(request);
		if (clientId === '') return refuse(REFUSALS.parameterMissing('client_id'));
		const found = this.findClient(request.tenant, request.loginHost, clientId);
		if (!found.ok) return found;
		const { tenant, application } = found;

		const signIn = this.#signIns.check(application, tenant, {
			clientId,
			clientSecret,
			clientAssertion: form.get('client_assertion') ?? undefined,
			clientAssertionType: form.get('client_assertion_type') ?? undefined,
			tokenUrl: `https://${request.loginHost}/${request.tenant}/oauth2/v2.0/token`,
		});
		if (!signIn.ok) return signIn;
		switch (grantType) {
			case 'client_credentials':
				return this.#forApplication(tenant, application, form, signIn.how);
			case 'authorization_code':
				return this.#forCode(application, form, signIn.how);
			case 'refresh_token':
				return this.#forRefreshToken(application, form, signIn.how);
			default:
				return refuse(REFUSALS.grantUnsupported(grantType));
		}
	}

	/** What a person gets who connects and consents to everything that is asked for. */
	connect(
		tenant: EntraTenant,
		application: EntraApplication,
		upn: string,
		scope: string,
	): Readonly<Record<string, string | number>> {
		const user = tenant.findUser(upn);
		if (!user) throw new Error(`${tenant.name} has no user ${upn}`);
		const reading = readDelegatedScopes(tenant, application, scope);
		if (!reading.ok) throw new Error(reading.refusal.text);
		const { resource, scopes } = reading.asked;
		for (const one of scopes) application.consents.add(`${resource}/${one}/${user.upn}`);
		const answer = this.#forUser(tenant, application, user, scope, 'secret');
		if (!answer.ok) throw new Error(answer.refusal.text);
		return answer.body;
	}

	/** The tenant and its application; an application of several tenants also by the shared names. */
	findClient(
		name: string,
		loginHost: string,
		clientId: string,
	):
		| { readonly ok: true; readonly tenant: EntraTenant; readonly application: EntraApplication }
		| { readonly ok: false; readonly refusal: EntraRefusal } {
		const { directory } = this.parts;
		if (SHARED_TENANTS.includes(name)) {
			const tenant = directory.tenants.find((candidate) => candidate.findApplication(clientId));
			const application = tenant?.findApplication(clientId);
			if (!tenant || !application) {
				return refuse(REFUSALS.applicationUnknown(clientId, 'Microsoft Accounts'));
			}
			return application.isMultiTenant
				? { ok: true, tenant, application }
				: refuse(REFUSALS.notMultiTenant(application.appId, application.name));
		}
		const tenant = directory.findTenant(name, loginHost);
		if (!tenant) {
			const isName =
				/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name) || name.includes('.');
			return refuse(isName ? REFUSALS.tenantUnknown(name) : REFUSALS.tenantMalformed(name));
		}
		const application = tenant.findApplication(clientId);
		return application
			? { ok: true, tenant, application }
			: refuse(REFUSALS.applicationUnknown(clientId, tenant.name));
	}

	#forApplication(
		tenant: EntraTenant,
		application: EntraApplication,
		form: URLSearchParams,
		how: 'secret' | 'certificate',
	): TokenEndpointAnswer {
		const scope = form.get('scope');
		if (scope === null) return refuse(REFUSALS.parameterMissing('scope'));
		const reading = readApplicationScope(tenant, scope);
		if (!reading.ok) return reading;
		return { ok: true, body: this.#tokens(tenant, application, reading.asked, how) };
	}

	#forCode(
		application: EntraApplication,
		form: URLSearchParams,
		how: 'secret' | 'certificate',
	): TokenEndpointAnswer {
		const redeemed = this.parts.grants.redeemCode(
			form.get('code') ?? '',
			application,
			form.get('redirect_uri') ?? '',
			form.get('code_verifier') ?? undefined,
		);
		if (!redeemed.ok) return redeemed;
		const { tenant, user, scope } = redeemed.grant;
		return this.#forUser(tenant, application, user, scope, how);
	}

	#forRefreshToken(
		application: EntraApplication,
		form: URLSearchParams,
		how: 'secret' | 'certificate',
	): TokenEndpointAnswer {
		const token = form.get('refresh_token');
		if (token === null) return refuse(REFUSALS.parameterMissing('refresh_token'));
		const redeemed = this.parts.grants.redeemRefreshToken(token, application);
		if (!redeemed.ok) return redeemed;
		const { tenant, user, scope } = redeemed.grant;
		const wanted = form.get('scope') ?? '';
		return this.#forUser(tenant, application, user, wanted === '' ? scope : wanted, how);
	}

	#forUser(
		tenant: EntraTenant,
		application: EntraApplication,
		user: EntraUser,
		scope: string,
		how: 'secret' | 'certificate',
	): TokenEndpointAnswer {
		const reading = readDelegatedScopes(tenant, application, scope);
		if (!reading.ok) return reading;
		const { asked } = reading;
		const isAllowed = asked.scopes.every((one) =>
			application.hasConsent(asked.resource, one, user.upn),
		);
		if (!isAllowed) return refuse(REFUSALS.notConsented(application.appId, application.name));
		return {
			ok: true,
			body: {
				...this.#tokens(tenant, application, asked, how, user),
				scope: asked.scopes.map((one) => `${asked.audience}/${one}`).join(' '),
				...(asked.isOffline
					? {
							refresh_token: this.parts.grants.issueRefreshToken({
								tenant,
								application,
								user,
								scope,
							}),
						}
					: {}),
			},
		};
	}

	#tokens(
		tenant: EntraTenant,
		application: EntraApplication,
		{ resource, audience, scopes }: AskedScopes,
		clientAuthentication: 'secret' | 'certificate',
		user?: EntraUser,
	): Record<string, string | number> {
		const lifetimeSeconds = this.parts.accessTokenSeconds;
		return {
			token_type: 'Bearer',
			expires_in: lifetimeSeconds,
			ext_expires_in: lifetimeSeconds,
			access_token: this.parts.tokens.issue({
				tenant,
				application,
				resource,
				audience,
				clientAuthentication,
				lifetimeSeconds,
				...(user === undefined ? {} : { user, scopes }),
			}),
		};
	}
}

function refuse(refusal: EntraRefusal): Extract<ClientSignIn, { ok: false }> {
	return { ok: false, refusal };
}

/** Body or Basic header; Entra takes both (RFC 6749 §2.3.1). */
function readClient({ form, authorization }: TokenEndpointRequest): {
	clientId: string;
	clientSecret: string | undefined;
} {
	const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
	if (encoded === undefined) {
		return {
			clientId: form.get('client_id') ?? '',
			clientSecret: form.get('client_secret') ?? undefined,
		};
	}
	const text = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = text.indexOf(':');
	return {
		clientId: decodeURIComponent(text.slice(0, colon)),
		clientSecret: decodeURIComponent(text.slice(colon + 1)),
	};
}
