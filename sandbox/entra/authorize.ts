import { renderConsentPage, renderErrorPage } from '../oauth/consent-page.js';
import { REFUSALS, refusalBody } from './errors.js';
import type { EntraRefusal } from './errors.js';
import type { EntraGrants } from './grants.js';
import { readDelegatedScopes } from './scopes.js';
import type { EntraTokenEndpoint } from './token-endpoint.js';

/** What the browser gets: a page, or where to go. */
export type AuthorizeAnswer =
	| { readonly status: 200 | 400; readonly html: string }
	| { readonly status: 302; readonly location: string };

/** A request to the authorization endpoint: shown (GET) or decided (POST). */
export interface AuthorizeRequest {
	readonly tenant: string;
	readonly loginHost: string;
	/** Path and query, which the consent page's form goes back to. */
	readonly address: string;
	readonly query: URLSearchParams;
	/** What the person chose on the consent page. */
	readonly form?: URLSearchParams;
}

/**
 * /{tenant}/oauth2/v2.0/authorize: one page for choosing the account and consenting
 * (https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow).
 */
export function answerAuthorize(
	endpoint: EntraTokenEndpoint,
	grants: EntraGrants,
	request: AuthorizeRequest,
): AuthorizeAnswer {
	const { query, form, loginHost } = request;
	const fail = (refusal: EntraRefusal): AuthorizeAnswer => {
		const { error_description } = JSON.parse(refusalBody(refusal, loginHost)) as {
			error_description: string;
		};
		return { status: 400, html: renderErrorPage(refusal.error, error_description) };
	};
	const found = endpoint.findClient(request.tenant, loginHost, query.get('client_id') ?? '');
	if (!found.ok) return fail(found.refusal);
	const { tenant, application } = found;
	const redirectUri = query.get('redirect_uri') ?? '';
	if (!application.redirectUris.some((known) => isSameRedirect(known, redirectUri))) {
		return fail(REFUSALS.redirectUriUnknown(redirectUri, application.appId));
	}
	if (query.get('response_type') !== 'code')
		return fail(REFUSALS.parameterMissing('response_type'));
	const scope = query.get('scope') ?? '';
	const reading = readDelegatedScopes(tenant, application, scope);
	if (!reading.ok) return fail(reading.refusal);
	const { resource, scopes } = reading.asked;

	const goBack = (result: Readonly<Record<string, string>>): AuthorizeAnswer => {
		const location = new URL(redirectUri);
		const state = query.get('state');
		for (const [name, value] of Object.entries(result)) location.searchParams.set(name, value);
		if (state !== null) location.searchParams.set('state', state);
		return { status: 302, location: location.href };
	};
	if (form === undefined) {
		const hint = query.get('login_hint');
		const selected = tenant.users.find(({ upn }) => upn === hint) ?? tenant.users[0];
		return {
			status: 200,
			html: renderConsentPage({
				action: request.address,
				clientName: application.name,
				prompt: query.get('prompt') ?? 'consent',
				scopes: scope.split(' ').filter(Boolean),
				accounts: tenant.users.map(({ upn }) => upn),
				...(selected ? { selectedAccount: selected.upn } : {}),
				asksPassword: false,
			}),
		};
	}
	const user = tenant.findUser(form.get('account') ?? '');
	if (form.get('decision') !== 'allow' || !user) {
		return goBack({
			error: 'access_denied',
			error_description: 'AADSTS65004: User declined to consent to access the app.',
		});
	}
	for (const one of scopes) application.consents.add(`${resource}/${one}/${user.upn}`);
	const challenge = query.get('code_challenge') ?? undefined;
	return goBack({
		code: grants.issueCode({ tenant, application, user, scope }, redirectUri, challenge),
	});
}

/** Entra takes any port of localhost, as RFC 8252 §7.3 asks of loopback. */
function isSameRedirect(registered: string, asked: string): boolean {
	if (!URL.canParse(asked)) return false;
	const [known, wanted] = [new URL(registered), new URL(asked)];
	if (known.hostname === 'localhost') {
		known.port = '';
		wanted.port = '';
	}
	return known.href === wanted.href;
}
