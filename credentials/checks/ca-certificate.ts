import { X509Certificate } from 'node:crypto';
import { fieldProblem, type Checked } from './checked-field';
import { findPemBlocks, tooLong, writePem } from './pem';

/** The labels of a certificate; OpenSSL writes the other two. */
const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

const REMEDY =
	'Paste the certificate as text (PEM), from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".';

function isCertificate(pem: string): boolean {
	try {
		new X509Certificate(pem);
		return true;
	} catch {
		return false;
	}
}

/**
 * The certificates in `value`, as clean PEM (RFC 7468); `undefined` where the field is empty.
 * Text around the blocks is dropped. Fails where there is none, one cannot be read, a private key was
 * pasted, or the text is too long.
 */
export function checkCaCertificate(value: unknown): Checked<string | undefined> {
	const text = typeof value === 'string' ? value.trim() : value;
	if (text === undefined || text === null || text === '') return { ok: true, value: undefined };
	if (typeof text !== 'string') return fieldProblem('caCertificate', 'is not text', REMEDY);
	const excess = tooLong(text);
	if (excess !== undefined) return fieldProblem('caCertificate', excess, REMEDY);
	if (/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/.test(text)) {
		return fieldProblem(
			'caCertificate',
			'holds a private key',
			'Remove the key: only the certificate of the authority belongs here.',
		);
	}
	const certificates = findPemBlocks(text)
		.filter(({ label }) => LABELS.includes(label))
		.map(({ body }) => writePem({ label: 'CERTIFICATE', body }));
	if (certificates.length === 0) {
		return fieldProblem('caCertificate', 'holds no certificate', REMEDY);
	}
	if (!certificates.every(isCertificate)) {
		return fieldProblem('caCertificate', 'holds a certificate that cannot be read', REMEDY);
	}
	return { ok: true, value: certificates.join('') };
}
