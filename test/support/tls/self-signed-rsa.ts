import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = {
	name: 'RSASSA-PKCS1-v1_5',
	hash: 'SHA-256',
	modulusLength: 2048,
	publicExponent: new Uint8Array([1, 0, 1]),
};
const DAY_MS = 24 * 60 * 60 * 1_000;

/** A key and a certificate of it, as an application signs in with; both PEM. */
export interface ApplicationCertificate {
	readonly privateKey: string;
	readonly certificate: string;
}

/**
 * Makes a self-signed RSA certificate for an application's sign-in.
 *
 * @param notAfter default: in 30 days; a date in the past makes an expired one
 */
export async function createApplicationCertificate(
	notAfter = new Date(Date.now() + 30 * DAY_MS),
	notBefore = new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS),
): Promise<ApplicationCertificate> {
	const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		serialNumber: '01',
		name: 'CN=n8n mail',
		notBefore,
		notAfter,
		keys,
		signingAlgorithm: ALGORITHM,
	});
	return {
		privateKey: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
		certificate: certificate.toString('pem'),
	};
}
