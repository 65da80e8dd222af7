import { checkCaCertificate } from './ca-certificate';
import {
	checkAll,
	checkChoice,
	checkCount,
	checkSwitch,
	fieldProblem,
	quote,
	type Checked,
	type FieldProblem,
} from './checked-field';
import {
	CUSTOM_PROVIDER,
	hasSslModeChoice,
	providerIds,
	providerOf,
	type Provider,
	type ProviderLimits,
	type SaslMechanismChoice,
	type SslMode,
} from '../providers/providers';
import { checkEhloName } from './ehlo-name';
import { checkServerAddress } from './server-address';
import { TRANSPORTS } from '../providers/transports';
import { resolveSignIn, type SignIn } from './sign-in';

/** How to reach a mailbox's server, and how hard it may be used. */
export interface Endpoint {
	readonly host: string;
	readonly port: number;
	readonly sslMode: SslMode;
	readonly saslMechanism: SaslMechanismChoice;
	/** PEM of further trusted authorities. */
	readonly caCertificate?: string;
	readonly allowUnauthorizedCerts: boolean;
	/** What the client calls itself in EHLO; missing: the transport chooses. */
	readonly ehloName?: string;
	/** At least 1. */
	readonly maxConnections: number;
	/** 0: no rate limit. */
	readonly messagesPerMinute: number;
}

/** Connections at a time where the provider has published no limit. */
const DEFAULT_CONNECTIONS = 3;

/** RFC 8314 §3.3 and RFC 6409 §3.1. */
const DEFAULT_PORTS: Readonly<Record<SslMode, number>> = { implicit: 465, explicit: 587 };

/** The options of SSL Mode as the dialog names them. */
const MODE_NAMES: Readonly<Record<SslMode, string>> = {
	implicit: 'Implicit (SSL/TLS)',
	explicit: 'Explicit (STARTTLS)',
};

const PORT_REMEDY =
	'Use a whole number from 1 to 65535. Empty or 0 means 465 with SSL Mode Implicit, and 587 with Explicit.';
const LIMIT_REMEDY = "Use a whole number. Empty or 0 takes the provider's published limit.";

type Fields = Readonly<Record<string, unknown>>;
type ServerAccess = Omit<Endpoint, 'ehloName' | 'maxConnections' | 'messagesPerMinute'>;

function checkPort(fields: Fields): Checked<number> {
	return checkCount('port', fields['port'], { min: 1, max: 65_535, remedy: PORT_REMEDY });
}

function checkSslMode(fields: Fields): Checked<SslMode> {
	return checkChoice('sslMode', fields['sslMode'], ['explicit', 'implicit']);
}

function customAccess(fields: Fields): Checked<ServerAccess> {
	const { saslMechanism, allowUnauthorizedCerts } = fields;
	const read = checkAll({
		host: checkServerAddress(fields['host']),
		sslMode: checkSslMode(fields),
		port: checkPort(fields),
		saslMechanism: checkChoice('saslMechanism', saslMechanism, ['auto', 'XOAUTH2', 'OAUTHBEARER']),
		caCertificate: checkCaCertificate(fields['caCertificate']),
		allowUnauthorizedCerts: checkSwitch('allowUnauthorizedCerts', allowUnauthorizedCerts),
	});
	if (!read.ok) return read;
	const { port, caCertificate, ...access } = read.value;
	return {
		ok: true,
		value: {
			...access,
			port: given(port) ?? DEFAULT_PORTS[access.sslMode],
			...(caCertificate === undefined ? {} : { caCertificate }),
		},
	};
}

/** Fields that a preset hides keep what was typed for another provider: they are not looked at. */
function presetAccess(provider: Provider, fields: Fields): Checked<ServerAccess> {
	const common = {
		host: provider.smtpHost,
		saslMechanism: provider.saslMechanism ?? 'auto',
		allowUnauthorizedCerts: false,
	} as const;
	if (!hasSslModeChoice(provider)) {
		const sslMode = provider.ports.explicit.length > 0 ? 'explicit' : 'implicit';
		const port = provider.ports[sslMode][0] ?? DEFAULT_PORTS[sslMode];
		return { ok: true, value: { ...common, sslMode, port } };
	}
	const read = checkAll({ sslMode: checkSslMode(fields), port: checkPort(fields) });
	if (!read.ok) return read;
	const { sslMode, port } = read.value;
	const ports = provider.ports[sslMode];
	const otherMode = sslMode === 'explicit' ? 'implicit' : 'explicit';
	if (provider.ports[otherMode].includes(port) && !ports.includes(port)) {
		return fieldProblem(
			'port',
			`is ${String(port)}, which belongs to SSL Mode ${MODE_NAMES[otherMode]} at ${provider.smtpHost}`,
			`Leave Port empty (it is ${ports.join(' or ')} then), or SSL Mode to ${MODE_NAMES[otherMode]}.`,
		);
	}
	const usualPort = ports[0] ?? DEFAULT_PORTS[sslMode];
	return { ok: true, value: { ...common, sslMode, port: given(port) ?? usualPort } };
}

/** An API has one address, and speaks HTTPS only. */
function httpsAccess({ saslMechanism = 'auto' }: Provider, host: string): Checked<ServerAccess> {
	return {
		ok: true,
		value: { host, port: 443, sslMode: 'implicit', saslMechanism, allowUnauthorizedCerts: false },
	};
}

function accessBy(
	{ deliverVia, cloud }: SignIn,
	provider: Provider,
	fields: Fields,
): Checked<ServerAccess> {
	switch (deliverVia) {
		case 'smtp':
			return presetAccess(provider, fields);
		case 'graph':
			return httpsAccess(provider, cloud?.graphHost ?? TRANSPORTS.graph.hostOf(provider));
		case 'gmailApi':
			return httpsAccess(provider, TRANSPORTS.gmailApi.hostOf(provider));
		default: {
			const unreachable: never = deliverVia;
			return unreachable;
		}
	}
}

function unknownProvider(value: unknown): FieldProblem {
	const known = [...providerIds(), CUSTOM_PROVIDER].join(', ');
	return fieldProblem('provider', `is ${quote(value)}`, `Use one of ${known}.`);
}

/** In number fields 0 means "not given". */
function given(count: number): number | undefined {
	return count === 0 ? undefined : count;
}

/**
 * Reads the server's part of a decrypted `smtpOAuth2Api` credential, whose values may come from
 * expressions. What the provider's preset hides, the preset supplies. Fails with the first field
 * that cannot be used.
 */
export function resolveEndpoint(
	fields: Fields,
	signIn: Checked<SignIn> = resolveSignIn(fields),
): Checked<Endpoint> {
	const id = fields['provider'];
	if (typeof id !== 'string') return unknownProvider(id);
	const provider = providerOf(id);
	if (provider === undefined && id !== CUSTOM_PROVIDER) return unknownProvider(id);

	if (!signIn.ok) return signIn;
	const access =
		provider === undefined ? customAccess(fields) : accessBy(signIn.value, provider, fields);
	if (!access.ok) return access;
	const isSmtp = signIn.value.deliverVia === 'smtp';
	const limit = { min: 1, max: 1_000_000, remedy: LIMIT_REMEDY };
	const read = checkAll({
		ehloName: checkEhloName(isSmtp ? fields['ehloName'] : undefined),
		maxConnections: checkCount('maxConnections', fields['maxConnections'], limit),
		messagesPerMinute: checkCount('messagesPerMinute', fields['messagesPerMinute'], limit),
	});
	if (!read.ok) return read;
	const { ehloName, maxConnections, messagesPerMinute } = read.value;
	const limits: ProviderLimits = provider?.limits ?? {};
	const connections = TRANSPORTS[signIn.value.deliverVia].connections ?? limits.connections;
	return {
		ok: true,
		value: {
			...access.value,
			...(ehloName === undefined ? {} : { ehloName }),
			maxConnections: given(maxConnections) ?? connections ?? DEFAULT_CONNECTIONS,
			messagesPerMinute: given(messagesPerMinute) ?? limits.messagesPerMinute ?? 0,
		},
	};
}
