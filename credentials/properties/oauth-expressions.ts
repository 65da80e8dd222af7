import { MICROSOFT_CLOUD_IDS, MICROSOFT_CLOUDS } from '../providers/microsoft-clouds';
import {
	CUSTOM_PROVIDER,
	hasTransport,
	providerIds,
	providerOf,
	type Provider,
} from '../providers/providers';
import { TRANSPORTS } from '../providers/transports';

/*
 * n8n 1's editor puts the whole credential, expressions included, into the address of the request that
 * begins a sign-in, and its server takes 16 kB of headers. So they are kept short, and strings stand
 * between apostrophes: each quotation mark takes six characters there.
 */

/** The value of another field of the credential, as an expression sees it. */
function field(name: string): string {
	return `$self.${name}`;
}

function trimmed(name: string): string {
	return `(${field(name)}||'').trim()`;
}

/** A JavaScript string; the tables hold no apostrophes, backslashes or line breaks. */
function quoted(text: string): string {
	if (/['\\\n]/.test(text)) throw new Error(`not fit for an expression: ${text}`);
	return `'${text}'`;
}

/** What stands for `{tenant}` in an address. */
const TENANT = `encodeURIComponent(${trimmed('tenant')}||'common')`;

/** JavaScript that gives the selected cloud's host; the global one's where there is no choice. */
function byCloud(name: 'loginHost' | 'graphHost'): string {
	const { global } = MICROSOFT_CLOUDS;
	const others = MICROSOFT_CLOUD_IDS.filter((id) => MICROSOFT_CLOUDS[id] !== global).map(
		(id) => `${id}:${quoted(MICROSOFT_CLOUDS[id][name])}`,
	);
	return `({${others.join()}}[${field('cloud')}]||${quoted(global[name])})`;
}

/** A JavaScript string literal, or a sum of some, in which `{tenant}` and `{login}` are filled in. */
function literal(text: string): string {
	if (text === '') return "''";
	return text
		.split(/(\{tenant\}|\{login\})/)
		.filter((part) => part !== '')
		.map((part) =>
			part === '{tenant}' ? TENANT : part === '{login}' ? byCloud('loginHost') : quoted(part),
		)
		.join('+');
}

/**
 * JavaScript that gives the selected preset's value of `read`, itself JavaScript, or that of
 * `custom`. Presets of the same value share a case; that of most is the last.
 */
function byProvider(read: (provider: Provider) => string, custom: string): string {
	const cases = new Map<string, string[]>([[custom, [CUSTOM_PROVIDER]]]);
	for (const id of providerIds()) {
		const provider = providerOf(id);
		const value = provider === undefined ? "''" : read(provider);
		cases.set(value, [...(cases.get(value) ?? []), id]);
	}
	const [last, ...others] = [...cases].sort(([, one], [, other]) => other.length - one.length);
	const tests = others.map(([value, ids]) => {
		const [id = '', ...more] = ids;
		const is = more.length === 0 ? `p==${quoted(id)}` : `[${ids.map(quoted).join()}].includes(p)`;
		return `${is}?${value}:`;
	});
	return `(p=>${tests.join('')}${last?.[0] ?? "''"})(${field('provider')})`;
}

/** The address of an endpoint, at the host of the selected cloud where the provider has such. */
function endpoint(provider: Provider, url: string): string {
	const { loginHost } = MICROSOFT_CLOUDS.global;
	return literal(hasTransport(provider, 'graph') ? url.replace(loginHost, '{login}') : url);
}

const IS_APPLICATION = `${field('grantType')}=='clientCredentials'`;
const IS_GRAPH = `${field('deliverVia')}=='graph'`;

/** Permissions of Graph (https://learn.microsoft.com/en-us/graph/permissions-reference). */
function graphScopes(): string {
	const isLarge = `${field('graphLargeMessages')}===true`;
	const isShared = `${field('graphSharedMailbox')}===true`;
	const names = [
		`${IS_APPLICATION}?'.default':'Mail.Send'`,
		...[
			[isLarge, 'Mail.ReadWrite'],
			[isShared, 'Mail.Send.Shared'],
			[`${isLarge}&&${isShared}`, 'Mail.ReadWrite.Shared'],
		].map(([isWanted = '', name = '']) => `!(${IS_APPLICATION})&&${isWanted}&&${quoted(name)}`),
	];
	const host = byCloud('graphHost');
	return `[${names.join()}].filter(n=>n).map(n=>'https://'+${host}+'/'+n).join(' ')+(${IS_APPLICATION}?'':' offline_access')`;
}

function scopeOf(provider: Provider): string {
	const { scope, applicationScope } = provider;
	const smtp =
		applicationScope === undefined
			? literal(scope)
			: `(${IS_APPLICATION}?${literal(applicationScope)}:${literal(scope)})`;
	if (hasTransport(provider, 'graph')) return `(${IS_GRAPH}?${graphScopes()}:${smtp})`;
	return provider.transports
		.map((id) => ({ id, own: TRANSPORTS[id].scope }))
		.reduce(
			(others, { id, own }) =>
				own === undefined
					? others
					: `(${field('deliverVia')}==${quoted(id)}?${literal(own)}:${others})`,
			smtp,
		);
}

function expression(code: string): string {
	return `={{ ${code} }}`;
}

const CUSTOM_PARAMETERS = `${trimmed('customAuthQueryParameters')}.replace(/^[?&]+/,'').replace(/&+$/,'')`;

const HAS_OWN_PROMPT = `${field('provider')}=='custom'&&/(^[?&]*|&)prompt=/.test(${trimmed('customAuthQueryParameters')})`;

const PROMPT = `(${field('prompt')}=='none'||(${HAS_OWN_PROMPT})?'':'prompt='+${field('prompt')})`;

/** n8n joins scopes by commas as soon as it sees one; authorization servers want spaces (RFC 6749 §3.3). */
const CUSTOM_SCOPE = `${trimmed('customScope')}.split(/[\\s,]+/).filter(s=>s).join(' ')`;

const PARAMETERS = byProvider(
	(provider) => literal(provider.authorizeParameters),
	CUSTOM_PARAMETERS,
);

const PKCE_PROVIDERS = `[${providerIds((provider) => provider.needsPkce)
	.map(quoted)
	.join()}]`;

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
	authQueryParameters: expression(`[${PARAMETERS},${PROMPT}].filter(s=>s).join('&')`),
	// Every authorization server must take the secret in the header (RFC 6749 §2.3.1).
	authentication: expression(
		byProvider((provider) => literal(provider.clientAuthentication), "'header'"),
	),
	// Newer n8n then uses PKCE even where the grant type was left at its default.
	usePkce: expression(`${PKCE_PROVIDERS}.includes(${field('provider')})`),
} as const;
