import tls from 'node:tls';

/** The certificate authorities Node.js trusts, with those of NODE_EXTRA_CA_CERTS where it can tell them. */
function trustedAuthorities(): readonly string[] {
	// `getCACertificates` came with Node.js 22.15; on older ones the extra ones cannot be listed.
	const getCACertificates: unknown = Reflect.get(tls, 'getCACertificates');
	if (typeof getCACertificates !== 'function') return tls.rootCertificates;
	const listed: unknown = Reflect.apply(getCACertificates, tls, ['default']);
	return Array.isArray(listed)
		? listed.filter((entry): entry is string => typeof entry === 'string')
		: tls.rootCertificates;
}

/**
 * TLS as we speak it: 1.2 or newer, the certificate checked against the trusted authorities and
 * the host's name unless the user has explicitly given that up.
 *
 * @param trust `caCertificate`: an extra trusted authority, PEM
 */
export function tlsOptions(trust: {
	readonly caCertificate?: string | undefined;
	readonly allowUnauthorizedCerts: boolean;
}): tls.ConnectionOptions {
	const { caCertificate, allowUnauthorizedCerts } = trust;
	return {
		minVersion: 'TLSv1.2',
		rejectUnauthorized: !allowUnauthorizedCerts,
		ca: caCertificate === undefined ? undefined : [...trustedAuthorities(), caCertificate],
	};
}

/**
 * The same for several connections: an extra authority is read once, together with all those that
 * Node.js trusts, which takes as long as composing a hundred messages. A certificate that cannot be
 * read is left to the connection to fail with.
 */
export function sharedTlsOptions(trust: Parameters<typeof tlsOptions>[0]): tls.ConnectionOptions {
	const options = tlsOptions(trust);
	if (options.ca === undefined) return options;
	try {
		const { minVersion, ca, ...others } = options;
		return { ...others, secureContext: tls.createSecureContext({ minVersion, ca }) };
	} catch {
		return options;
	}
}
