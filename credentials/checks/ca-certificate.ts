import { fieldProblem, type Checked } from './checked-field';
import { readCertificate, readPem, writePem } from './pem';

/** The labels of a certificate; OpenSSL writes the other two. */
const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

const REMEDY =
	'Paste the certificate as text (PEM), from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".';

/**
 * The certificates in `value`, as clean PEM (RFC 7468); `undefined` where the field is empty.
 * Text around the blocks is dropped. Fails where there is none, one cannot be read, a private key was
 * pasted, or the text is too long.
 */
export function checkCaCertificate(value: unknown): Checked<string | undefined> {
	const read = readPem('caCertificate', value, REMEDY);
	if (!read.ok) return read;
	const { text, blocks } = read.value;
	if (text === '') return { ok: true, value: undefined };
	if (/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/.test(text)) {
		return fieldProblem(
			'caCertificate',
			'holds a private key',
			'Remove the key: only the certificate of the authority belongs here.',
		);
	}
	const certificates = blocks
		.filter(({ label }) => LABELS.includes(label))
		.map(({ body }) => ({ label: 'CERTIFICATE', body }));
	if (certificates.length === 0) {
		return fieldProblem('caCertificate', 'holds no certificate', REMEDY);
	}
	if (certificates.some((block) => readCertificate(block) === undefined)) {
		return fieldProblem('caCertificate', 'holds a certificate that cannot be read', REMEDY);
	}
	return { ok: true, value: certificates.map(writePem).join('') };
}
