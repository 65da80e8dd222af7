import type { X509Certificate } from 'node:crypto';
import { fieldProblem, type Checked } from './checked-field';
import { readCertificate, readPem } from './pem';
import { checkPrivateKey } from './private-key';

/** What an application signs in with instead of a secret. */
export interface ClientCertificate {
	/** Unix ms: from then on Microsoft refuses it. */
	readonly endsAtMs: number;
}

const KEY_REMEDY =
	'Paste the RSA private key that the certificate was made with, from "-----BEGIN PRIVATE KEY-----" to "-----END PRIVATE KEY-----".';
const CERTIFICATE_REMEDY =
	'Paste the certificate as PEM text, from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----": the one that you uploaded to the app registration.';
const RENEWAL =
	'Make a new certificate, upload it at entra.microsoft.com → App registrations → your app → Certificates & secrets → Certificates, and paste it and its key here.';

function checkCertificate(value: unknown): Checked<X509Certificate> {
	const read = readPem('certificate', value, CERTIFICATE_REMEDY);
	if (!read.ok) return read;
	const { text, blocks } = read.value;
	if (text === '') return fieldProblem('certificate', 'is empty', CERTIFICATE_REMEDY);
	const [block, another] = blocks.filter(({ label }) => label === 'CERTIFICATE');
	if (blocks.some(({ label }) => label.endsWith('PRIVATE KEY'))) {
		return fieldProblem(
			'certificate',
			'holds a private key',
			'Move the private key to the field Private Key; only the certificate belongs here.',
		);
	}
	if (block === undefined) {
		return fieldProblem('certificate', 'holds no certificate in PEM format', CERTIFICATE_REMEDY);
	}
	if (another !== undefined) {
		return fieldProblem(
			'certificate',
			'holds several certificates',
			"Leave the application's own one only; those of its issuers are not needed.",
		);
	}
	const certificate = readCertificate(block);
	return certificate === undefined
		? fieldProblem('certificate', 'holds a certificate that cannot be read', CERTIFICATE_REMEDY)
		: { ok: true, value: certificate };
}

/**
 * Checks the private key and the certificate of an application, as far as that goes without asking
 * a server: readable, RSA, of one pair, in their time.
 *
 * @param nowMs Unix ms
 */
export function checkClientCertificate(
	fields: Readonly<Record<string, unknown>>,
	nowMs: number,
): Checked<ClientCertificate> {
	const key = checkPrivateKey('privateKey', fields['privateKey'], KEY_REMEDY);
	if (!key.ok) return key;
	const checked = checkCertificate(fields['certificate']);
	if (!checked.ok) return checked;
	const certificate = checked.value;
	if (!certificate.checkPrivateKey(key.value)) {
		return fieldProblem(
			'certificate',
			'does not belong to the private key in the field "Private Key"',
			'Paste the certificate and the private key of one pair: each certificate has one key only.',
		);
	}
	const startsAtMs = Date.parse(certificate.validFrom);
	const endsAtMs = Date.parse(certificate.validTo);
	if (startsAtMs > nowMs) {
		return fieldProblem(
			'certificate',
			`is not valid before ${new Date(startsAtMs).toISOString()}`,
			'Wait until then, or check the clock of the machine that runs n8n.',
		);
	}
	if (endsAtMs <= nowMs) {
		return fieldProblem('certificate', `has ended on ${new Date(endsAtMs).toISOString()}`, RENEWAL);
	}
	return { ok: true, value: { endsAtMs } };
}
