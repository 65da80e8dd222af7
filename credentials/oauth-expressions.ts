import { providerIds, providerOf, type Provider } from './providers';

/** The value of another field of the credential, as an expression sees it. */
function field(name: string): string {
	return `$self[${JSON.stringify(name)}]`;
}

function trimmed(name: string): string {
	return `(${field(name)} || "").trim()`;
}

/** What stands for `{tenant}` in an address. */
const TENANT = `encodeURIComponent(${trimmed('tenant')} || "common")`;

/** A JavaScript string literal, or a sum of some, in which `{tenant}` is filled in. */
function literal(text: string): string {
	return text
		.split('{tenant}')
		.map((part) => JSON.stringify(part))
		.join(` + ${TENANT} + `);
}

/** JavaScript that gives the selected preset's value of `read`, or that of `custom`. */
function byProvider(read: (provider: Provider) => string, custom: string): string {
	const cases = providerIds().map((id) => {
		const provider = providerOf(id);
		const value = provider === undefined ? '' : read(provider);
		return `${field('provider')} === ${JSON.stringify(id)} ? ${literal(value)} : `;
	});
	return `(${cases.join('')}${custom})`;
}

function expression(code: string): string {
	return `={{ ${code} }}`;
}

const CUSTOM_PARAMETERS = `${trimmed('customAuthQueryParameters')}.replace(/^[?&]+/, "").replace(/&+$/, "")`;

const HAS_OWN_PROMPT = `${field('provider')} === "custom" && /(^|&)prompt=/.test(${CUSTOM_PARAMETERS})`;

const PROMPT = `(${field('prompt')} === "none" || (${HAS_OWN_PROMPT}) ? "" : "prompt=" + ${field('prompt')})`;

/** n8n joins scopes by commas as soon as it sees one; authorization servers want spaces (RFC 6749 §3.3). */
const CUSTOM_SCOPE = `${trimmed('customScope')}.split(/[\\s,]+/).filter((part) => part !== "").join(" ")`;

const PARAMETERS = byProvider((provider) => provider.authorizeParameters, CUSTOM_PARAMETERS);

const PKCE_PROVIDERS = JSON.stringify(providerIds((provider) => provider.needsPkce));

/**
 * The parent type's fields that n8n's OAuth2 flow reads, as expressions over the fields that the
 * user sees. Generated from the providers' table; none contains `}}` before its end.
 */
export const OAUTH_EXPRESSIONS = {
	authUrl: expression(byProvider((provider) => provider.authorizeUrl, trimmed('customAuthUrl'))),
	accessTokenUrl: expression(
		byProvider((provider) => provider.tokenUrl, trimmed('customAccessTokenUrl')),
	),
	scope: expression(byProvider((provider) => provider.scope, CUSTOM_SCOPE)),
	authQueryParameters: expression(
		`[${PARAMETERS}, ${PROMPT}].filter((part) => part !== "").join("&")`,
	),
	// Every authorization server must take the secret in the header (RFC 6749 §2.3.1).
	authentication: expression(byProvider((provider) => provider.clientAuthentication, '"header"')),
	// Newer n8n then uses PKCE even where the grant type was left at its default.
	usePkce: expression(`${PKCE_PROVIDERS}.includes(${field('provider')})`),
} as const;
