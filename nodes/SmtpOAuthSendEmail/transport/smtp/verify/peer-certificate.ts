import type { TLSSocket } from 'node:tls';
import { readProperty } from '../../../untrusted/read-property';
import { quoteSafely } from '../../../untrusted/redact';
import type { PeerCertificate, StageFacts } from '../../../status/verify-report';

/** What a TLS connection tells of its server. */
export interface Peer {
	readonly facts: StageFacts['tls'];
	/** Why Node.js would not have accepted the certificate, in the form of its own errors. */
	readonly problem?: Error | undefined;
}

/** The longest name shown: the server chooses it. */
const MAX_NAME_LENGTH = 200;

/** So many of the names that a certificate is for are shown. */
const MAX_NAMES = 20;

/** The name in `CN` and the organization in `O`, or the whole as it is. */
function readName(distinguishedName: string, secrets: readonly string[]): string {
	const fields = new Map(
		distinguishedName.split('\n').map((line): [string, string] => {
			const end = line.indexOf('=');
			return [line.slice(0, end), line.slice(end + 1)];
		}),
	);
	const named = [fields.get('CN'), fields.get('O')].filter((part) => part !== undefined);
	const text = named.length === 0 ? distinguishedName : [...new Set(named)].join(', ');
	return quoteSafely(text, secrets, MAX_NAME_LENGTH);
}

function readCertificate(
	socket: TLSSocket,
	secrets: readonly string[],
): PeerCertificate | undefined {
	const certificate = socket.getPeerX509Certificate();
	if (certificate === undefined) return undefined;
	return {
		subject: readName(certificate.subject, secrets),
		issuer: readName(certificate.issuer, secrets),
		names: (certificate.subjectAltName ?? '')
			.split(', ')
			.filter((name) => name !== '')
			.slice(0, MAX_NAMES)
			.map((name) =>
				quoteSafely(name.replace(/^(?:DNS|IP Address):/, ''), secrets, MAX_NAME_LENGTH),
			),
		validFromMs: Date.parse(certificate.validFrom),
		validUntilMs: Date.parse(certificate.validTo),
	};
}

function readProblem(
	socket: TLSSocket,
	certificate: PeerCertificate | undefined,
): Error | undefined {
	if (socket.authorized) return undefined;
	// Declared as an error, but a code: OpenSSL's or Node.js's, e.g. `CERT_HAS_EXPIRED`.
	const reason: unknown = readProperty(socket, 'authorizationError');
	const code = typeof reason === 'string' ? reason : 'CERT_REJECTED';
	const names = certificate?.names.join(', ') ?? '';
	const isForOthers = code === 'ERR_TLS_CERT_ALTNAME_INVALID' && names !== '';
	return Object.assign(new Error(isForOthers ? `It is for ${names}.` : code), { code });
}

/** Reads what a connection whose handshake is over tells of its server. */
export function readPeer(socket: TLSSocket, secrets: readonly string[]): Peer {
	const certificate = readCertificate(socket, secrets);
	return {
		facts: {
			version: socket.getProtocol() ?? 'unknown',
			isVerified: socket.authorized,
			certificate,
		},
		problem: readProblem(socket, certificate),
	};
}
