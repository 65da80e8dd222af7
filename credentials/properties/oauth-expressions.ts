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
 * n8n parses each expression when it meets it first, which takes it longer than sending a mail, and
 * works all of them out whenever a node reads the credential. That time grows with the pieces of code
 * and not with the length of texts: so tables are texts (`lookUp`), and what has two values only is no
 * expression but a field that is shown or not (hidden-properties.ts).
 *
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

/** Rows of a table: a key, whose parts stand between slashes, and a text. */
type Rows = readonly (readonly [key: string, text: string])[];

/**
 * JavaScript that gives the text of the first row whose key matches a pattern: a regular expression with
 * the names of fields, in braces, where it has their values. The parts of a key after the first are
 * optional in it, so that a row leaves out those that make no difference.
 */
function lookUp(rows: Rows, pattern: string): string {
	const table = rows.map((row) => `;${row.join(' ')}`).join('');
	const key = pattern.replace(/\{(\w+)\}/g, (_braces, name: string) => `'+${field(name)}+'`);
	return `${quoted(table)}.match(';${key} ([^;]*)')[1]`;
}

/** JavaScript that gives `custom`, itself JavaScript, for a server of one's own, else `preset`. */
function unlessCustom(custom: string, preset: string): string {
	return `${field('provider')}==${quoted(CUSTOM_PROVIDER)}?${custom}:${preset}`;
}

/** The rows of a table over the presets. */
function presetRows(rowsOf: (preset: Provider) => Rows): Rows {
	return providerIds().flatMap((id) => {
		const preset = providerOf(id);
		return preset === undefined
			? []
			: rowsOf(preset).map(([key, text]) => [id + key, text] as const);
	});
}

/** The clouds whose hosts are others than the global one's. */
const OTHER_CLOUDS = MICROSOFT_CLOUD_IDS.filter((id) => id !== 'global');

const HTTPS = 'https://';

/** JavaScript that gives an endpoint of the selected preset, for its tenant and at the host of its cloud. */
function endpoint(urlOf: (preset: Provider) => string): string {
	const rows = presetRows((preset) => {
		const address = urlOf(preset).slice(HTTPS.length);
		const clouds = hasTransport(preset, 'graph') ? OTHER_CLOUDS : [];
		const others = clouds.map((id): [string, string] => [
			`/${id}`,
			address.replace(MICROSOFT_CLOUDS.global.loginHost, MICROSOFT_CLOUDS[id].loginHost),
		]);
		return [...others, ['', address]];
	});
	const address = lookUp(rows, '{provider}(?:/{cloud})?');
	const tenant = `encodeURIComponent(${trimmed('tenant')}||'common')`;
	return `${quoted(HTTPS)}+${address}.replace('{tenant}',${tenant})`;
}

/** Delegated permissions of Graph, by whether large messages and shared mailboxes are wanted. */
const GRAPH_PERMISSIONS: Rows = [
	['/true/true', 'Mail.Send Mail.ReadWrite Mail.Send.Shared Mail.ReadWrite.Shared'],
	['/true/false', 'Mail.Send Mail.ReadWrite'],
	['/false/true', 'Mail.Send Mail.Send.Shared'],
	['', 'Mail.Send'],
];

/** Scopes of Graph (https://learn.microsoft.com/en-us/graph/permissions-reference). */
function graphScopes(): Rows {
	const scopes = (names: string): string => names.replace(/\S+/g, 'https://{graph}/$&');
	return [
		['/graph/clientCredentials', scopes('.default')],
		...GRAPH_PERMISSIONS.map(
			([key, names]) => [`/graph${key}`, `${scopes(names)} offline_access`] as const,
		),
	];
}

/** JavaScript that gives the selected preset's scopes for who signs in and how messages go out. */
function presetScope(): string {
	const rows = presetRows(({ scope, applicationScope, transports }) => [
		...(transports.includes('graph') ? graphScopes() : []),
		...transports.flatMap((id): Rows => {
			const own = TRANSPORTS[id].scope;
			return own === undefined ? [] : [[`/${id}`, own]];
		}),
		...(applicationScope === undefined ? [] : [['/clientCredentials', applicationScope] as const]),
		['', scope],
	]);
	const hosts = OTHER_CLOUDS.map((id) => `${id}:${quoted(MICROSOFT_CLOUDS[id].graphHost)}`);
	const host = `({${hosts.join()}}[${field('cloud')}]||${quoted(MICROSOFT_CLOUDS.global.graphHost)})`;
	const flags = '{graphLargeMessages}/{graphSharedMailbox}';
	const scope = lookUp(
		rows,
		`{provider}(?:/{deliverVia}(?:/{grantType}|/${flags})?|/{grantType})?`,
	);
	return `${scope}.replace(/{graph}/g,${host})`;
}

function expression(code: string): string {
	return `={{ ${code} }}`;
}

/** n8n joins scopes by commas as soon as it sees one; authorization servers want spaces (RFC 6749 §3.3). */
const CUSTOM_SCOPE = `(${field('customScope')}||'').replace(/[\\s,]+/g,' ').trim()`;

const CUSTOM_PARAMETERS = `${trimmed('customAuthQueryParameters')}.replace(/^[?&]+|&+$/g,'')`;

const PRESET_PARAMETERS = lookUp(
	presetRows(({ authorizeParameters = '' }) => [['', authorizeParameters]]),
	'{provider}',
);

/** The parameters with the prompt, unless that is among them. */
const WITH_PROMPT = `(q=>${field('prompt')}=='none'||/(^|&)prompt=/.test(q)?q:q+(q&&'&')+'prompt='+${field('prompt')})`;

/**
 * The parent type's fields that n8n's OAuth2 flow reads, as expressions over the fields that the
 * user sees. Generated from the providers' table; none contains `}}` before its end.
 */
export const OAUTH_EXPRESSIONS = {
	authUrl: expression(
		unlessCustom(
			trimmed('customAuthUrl'),
			endpoint(({ authorizeUrl }) => authorizeUrl),
		),
	),
	accessTokenUrl: expression(
		unlessCustom(
			trimmed('customAccessTokenUrl'),
			endpoint(({ tokenUrl }) => tokenUrl),
		),
	),
	scope: expression(unlessCustom(CUSTOM_SCOPE, presetScope())),
	authQueryParameters: expression(
		`${WITH_PROMPT}(${unlessCustom(CUSTOM_PARAMETERS, PRESET_PARAMETERS)})`,
	),
} as const;
