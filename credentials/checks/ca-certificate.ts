import { X509Certificate } from 'node:crypto';
import { fieldProblem, type Checked } from './checked-field';
import { writePem } from './pem';

const BLOCK = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----([\s\S]*?)-----END \1-----/g;

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

/** A single-line field turns line breaks into spaces, and JSON into `\n`: both are undone. */
function rewrap(base64: string): string {
	const body = base64.replaceAll('\\n', '').replace(/\s+/g, '');
	return writePem({ label: 'CERTIFICATE', body });
}

/**
 * The certificates in `value`, as clean PEM (RFC 7468); `undefined` where the field is empty.
 * Text around the blocks is dropped. Fails where there is none, one cannot be read, or a private
 * key was pasted.
 */
export function checkCaCertificate(value: unknown): Checked<string | undefined> {
	const text = typeof value === 'string' ? value.trim() : value;
	if (text === undefined || text === null || text === '') return { ok: true, value: undefined };
	if (typeof text !== 'string') return fieldProblem('caCertificate', 'is not text', REMEDY);
	if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
		return fieldProblem(
			'caCertificate',
			'holds a private key',
			'Remove the key: only the certificate of the authority belongs here.',
		);
	}
	const certificates = [...text.matchAll(BLOCK)].map((block) => rewrap(block[2] ?? ''));
	if (certificates.length === 0) {
		return fieldProblem('caCertificate', 'holds no certificate', REMEDY);
	}
	if (!certificates.every(isCertificate)) {
		return fieldProblem('caCertificate', 'holds a certificate that cannot be read', REMEDY);
	}
	return { ok: true, value: certificates.join('') };
}
