import { MICROSOFT_CLOUD_IDS, MICROSOFT_CLOUDS } from './microsoft-clouds';
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

/** JavaScript that gives the selected cloud's host; the global one's where there is no choice. */
function byCloud(name: 'loginHost' | 'graphHost'): string {
	const cases = MICROSOFT_CLOUD_IDS.slice(1).map(
		(id) =>
			`${field('cloud')} === ${JSON.stringify(id)} ? ${JSON.stringify(MICROSOFT_CLOUDS[id][name])} : `,
	);
	return `(${cases.join('')}${JSON.stringify(MICROSOFT_CLOUDS.global[name])})`;
}

/** A JavaScript string literal, or a sum of some, in which `{tenant}` and `{login}` are filled in. */
function literal(text: string): string {
	if (text === '') return '""';
	return text
		.split(/(\{tenant\}|\{login\})/)
		.filter((part) => part !== '')
		.map((part) =>
			part === '{tenant}'
				? TENANT
				: part === '{login}'
					? byCloud('loginHost')
					: JSON.stringify(part),
		)
		.join(' + ');
}

/** JavaScript that gives the selected preset's value of `read`, itself JavaScript, or that of `custom`. */
function byProvider(read: (provider: Provider) => string, custom: string): string {
	const cases = providerIds().map((id) => {
		const provider = providerOf(id);
		const value = provider === undefined ? '""' : read(provider);
		return `${field('provider')} === ${JSON.stringify(id)} ? ${value} : `;
	});
	return `(${cases.join('')}${custom})`;
}

/** The address of an endpoint, at the host of the selected cloud where the provider has such. */
function endpoint({ hasGraph }: Provider, url: string): string {
	const { loginHost } = MICROSOFT_CLOUDS.global;
	return literal(hasGraph === true ? url.replace(loginHost, '{login}') : url);
}

const IS_APPLICATION = `${field('grantType')} === "clientCredentials"`;
const IS_GRAPH = `${field('deliverVia')} === "graph"`;
const GRAPH = `"https://" + ${byCloud('graphHost')}`;

/** Permissions of Graph (https://learn.microsoft.com/en-us/graph/permissions-reference). */
function graphScopes(): string {
	const scope = (name: string, ...isWanted: readonly string[]): string =>
		isWanted.length === 0
			? `${GRAPH} + "/${name}"`
			: `(${isWanted.join(' && ')} ? " https://" + ${byCloud('graphHost')} + "/${name}" : "")`;
	const isLarge = `${field('graphLargeMessages')} === true`;
	const isShared = `${field('graphSharedMailbox')} === true`;
	return [
		scope('Mail.Send'),
		scope('Mail.ReadWrite', isLarge),
		scope('Mail.Send.Shared', isShared),
		scope('Mail.ReadWrite.Shared', isLarge, isShared),
		'" offline_access"',
	].join(' + ');
}

function scopeOf(provider: Provider): string {
	const { scope, applicationScope, hasGraph } = provider;
	const smtp =
		applicationScope === undefined
			? literal(scope)
			: `(${IS_APPLICATION} ? ${literal(applicationScope)} : ${literal(scope)})`;
	return hasGraph === true
		? `(${IS_GRAPH} ? (${IS_APPLICATION} ? ${GRAPH} + "/.default" : ${graphScopes()}) : ${smtp})`
		: smtp;
}

function expression(code: string): string {
	return `={{ ${code} }}`;
}

const CUSTOM_PARAMETERS = `${trimmed('customAuthQueryParameters')}.replace(/^[?&]+/, "").replace(/&+$/, "")`;

const HAS_OWN_PROMPT = `${field('provider')} === "custom" && /(^|&)prompt=/.test(${CUSTOM_PARAMETERS})`;

const PROMPT = `(${field('prompt')} === "none" || (${HAS_OWN_PROMPT}) ? "" : "prompt=" + ${field('prompt')})`;

/** n8n joins scopes by commas as soon as it sees one; authorization servers want spaces (RFC 6749 §3.3). */
const CUSTOM_SCOPE = `${trimmed('customScope')}.split(/[\\s,]+/).filter((part) => part !== "").join(" ")`;

const PARAMETERS = byProvider(
	(provider) => literal(provider.authorizeParameters),
	CUSTOM_PARAMETERS,
);

const PKCE_PROVIDERS = JSON.stringify(providerIds((provider) => provider.needsPkce));

/**
 * The parent type's fields that n8n's OAuth2 flow reads, as expressions over the fields that the
 * user sees. Generated from the providers' table; none contains `}}` before its end.
 */
export const OAUTH_EXPRESSIONS = {
	authUrl: expression(
		byProvider((provider) => endpoint(provider, provider.authorizeUrl), trimmed('customAuthUrl')),
	),
	accessTokenUrl: expression(
		byProvider(
			(provider) => endpoint(provider, provider.tokenUrl),
			trimmed('customAccessTokenUrl'),
		),
	),
	scope: expression(byProvider(scopeOf, CUSTOM_SCOPE)),
	authQueryParameters: expression(
		`[${PARAMETERS}, ${PROMPT}].filter((part) => part !== "").join("&")`,
	),
	// Every authorization server must take the secret in the header (RFC 6749 §2.3.1).
	authentication: expression(
		byProvider((provider) => literal(provider.clientAuthentication), '"header"'),
	),
	// Newer n8n then uses PKCE even where the grant type was left at its default.
	usePkce: expression(`${PKCE_PROVIDERS}.includes(${field('provider')})`),
} as const;
