import { createPrivateKey, type KeyObject } from 'node:crypto';
import { fieldProblem, type Checked } from './checked-field';
import type { LabelledField } from './field-labels';
import { readPem, writePem } from './pem';

/** Both kinds of assertion are signed by RS256, for which RFC 7518 §3.3 wants 2048 bits. */
const MIN_BITS = 2_048;

function readKey(pem: string): KeyObject | undefined {
	try {
		return createPrivateKey(pem);
	} catch {
		return undefined;
	}
}

/**
 * The RSA private key in a field. Fails with what is wrong and how to get a right one; never shows
 * anything of the key.
 *
 * @param remedy where such a key is to be had
 */
export function checkPrivateKey(
	field: LabelledField,
	value: unknown,
	remedy: string,
): Checked<KeyObject> {
	const read = readPem(field, value, remedy);
	if (!read.ok) return read;
	const { text, blocks } = read.value;
	if (text === '') return fieldProblem(field, 'is empty', remedy);
	if (blocks.some(({ label }) => label === 'ENCRYPTED PRIVATE KEY') || /^Proc-Type:/m.test(text)) {
		return fieldProblem(
			field,
			'holds a private key that a passphrase protects',
			'Take the passphrase off, e.g. with openssl pkey -in key.pem -out open.pem, and paste what comes out: n8n encrypts the field itself.',
		);
	}
	const block = blocks.find(({ label }) => label.endsWith('KEY'));
	if (block === undefined) {
		return blocks.some(({ label }) => label.endsWith('CERTIFICATE'))
			? fieldProblem(field, 'holds a certificate, not a private key', remedy)
			: fieldProblem(field, 'holds no private key in PEM format', remedy);
	}
	const key = readKey(writePem(block));
	if (key === undefined || key.type !== 'private') {
		return fieldProblem(field, 'holds a private key that cannot be read', remedy);
	}
	if (key.asymmetricKeyType !== 'rsa') {
		const kind = key.asymmetricKeyType === 'ec' ? 'an elliptic-curve key' : 'no RSA key';
		return fieldProblem(field, `holds ${kind}; the sign-in needs an RSA key`, remedy);
	}
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (bits < MIN_BITS) {
		return fieldProblem(
			field,
			`holds an RSA key of ${String(bits)} bits; at least ${String(MIN_BITS)} are needed`,
			remedy,
		);
	}
	return { ok: true, value: key };
}
