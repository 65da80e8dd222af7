import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	KeyUsageFlags,
	KeyUsagesExtension,
	SubjectAlternativeNameExtension,
	SubjectKeyIdentifierExtension,
	X509CertificateGenerator,
} from '@peculiar/x509';
import type { Extension } from '@peculiar/x509';

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** The names and addresses under which the sandbox's servers are reachable. */
export const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'] as const;

/** What a certificate is for and how long it is valid. */
export interface CertificateRequest {
	/** DNS names and IP addresses of the subject alternative name; default: the loopback ones. */
	readonly hosts?: readonly string[];
	/** Default: yesterday. */
	readonly notBefore?: Date;
	/** Default: in 30 days. A date in the past makes an expired certificate. */
	readonly notAfter?: Date;
}

/** A server's certificate with its key, and the certificate a client has to trust; all PEM. */
export interface ServerCertificate {
	readonly certificate: string;
	readonly privateKey: string;
	readonly caCertificate: string;
}

/** A private certificate authority that lives as long as the process holds it. */
export interface CertificateAuthority {
	/** The authority's own certificate (PEM): what a client trusts. */
	readonly caCertificate: string;
	/** Issues a certificate for a TLS server (RFC 5280; names in the SAN only, RFC 9525 §2). */
	issueServerCertificate(request?: CertificateRequest): Promise<ServerCertificate>;
}

/** Makes a new authority with a key of its own. Nothing is written to disk. */
export async function createCertificateAuthority(
	name = 'SMTP OAuth Sandbox CA',
	request: Pick<CertificateRequest, 'notAfter'> = {},
): Promise<CertificateAuthority> {
	const keys = await generateKeys();
	const authority = await X509CertificateGenerator.createSelfSigned({
		serialNumber: newSerialNumber(),
		name: `CN=${name}`,
		...validityOf(request),
		keys,
		signingAlgorithm: SIGNING_ALGORITHM,
		extensions: [
			new BasicConstraintsExtension(true, 0, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	const caCertificate = authority.toString('pem');

	return {
		caCertificate,
		async issueServerCertificate(request = {}) {
			const serverKeys = await generateKeys();
			const certificate = await X509CertificateGenerator.create({
				serialNumber: newSerialNumber(),
				subject: 'CN=SMTP OAuth Sandbox',
				issuer: authority.subject,
				...validityOf(request),
				publicKey: serverKeys.publicKey,
				signingKey: keys.privateKey,
				signingAlgorithm: SIGNING_ALGORITHM,
				extensions: serverExtensions(request),
			});
			return {
				certificate: certificate.toString('pem'),
				privateKey: exportPrivateKey(serverKeys),
				caCertificate,
			};
		},
	};
}

/** Makes a certificate signed by its own key and by no authority (DEPTH_ZERO_SELF_SIGNED_CERT). */
export async function createSelfSignedCertificate(
	request: CertificateRequest = {},
): Promise<ServerCertificate> {
	const keys = await generateKeys();
	const generated = await X509CertificateGenerator.createSelfSigned({
		serialNumber: newSerialNumber(),
		name: 'CN=SMTP OAuth Sandbox (self-signed)',
		...validityOf(request),
		keys,
		signingAlgorithm: SIGNING_ALGORITHM,
		extensions: serverExtensions(request),
	});
	const certificate = generated.toString('pem');
	return { certificate, privateKey: exportPrivateKey(keys), caCertificate: certificate };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
	return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function exportPrivateKey(keys: webcrypto.CryptoKeyPair): string {
	return KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** RFC 5280 §4.1.2.2 wants a positive serial number of at most 20 octets. */
function newSerialNumber(): string {
	return `01${randomBytes(15).toString('hex')}`;
}

function validityOf(request: CertificateRequest): { notBefore: Date; notAfter: Date } {
	const notAfter = request.notAfter ?? new Date(Date.now() + 30 * DAY_MS);
	// An expired certificate must still have been valid once.
	const latestStart = Math.min(Date.now(), notAfter.getTime()) - DAY_MS;
	return { notBefore: request.notBefore ?? new Date(latestStart), notAfter };
}

function serverExtensions(request: CertificateRequest): Extension[] {
	const names = (request.hosts ?? LOOPBACK_HOSTS).map((host) => ({
		type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const),
		value: host,
	}));
	return [
		new BasicConstraintsExtension(false, undefined, true),
		new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
		new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
		new SubjectAlternativeNameExtension(names),
	];
}
