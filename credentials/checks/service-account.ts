import type { KeyObject } from 'node:crypto';
import { cleanField, fieldProblem, type Checked } from './checked-field';
import { checkPrivateKey } from './private-key';
import { tooLong } from './pem';
import { isRecord } from './record';

/** A service account of Google Cloud, ready to sign with. */
export interface ServiceAccount {
	readonly email: string;
	readonly privateKey: KeyObject;
	/** Google's ID of the key; known if the whole key file was entered. */
	readonly keyId?: string;
	/** The number that domain-wide delegation names it by; known if the whole key file was entered. */
	readonly clientId?: string;
}

const REMEDY =
	'Paste the whole JSON key file: console.cloud.google.com → IAM & Admin → Service accounts → the account → Keys → Add key → Create new key → JSON.';

/** A service account's address: https://cloud.google.com/iam/docs/service-account-overview */
const EMAIL = /^[a-z0-9._-]+@[a-z0-9.-]+\.gserviceaccount\.com$/i;

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The key file in a field, if it is one; n8n's expressions may give it as an object. */
export function readKeyFile(
	value: unknown,
): Readonly<Record<string, unknown>> | 'broken' | undefined {
	if (isRecord(value)) return value;
	const text = textOf(value);
	if (text?.startsWith('{') !== true) return undefined;
	try {
		const parsed: unknown = JSON.parse(text);
		return isRecord(parsed) ? parsed : 'broken';
	} catch {
		return 'broken';
	}
}

/** Reads a service account's address and key. Never shows anything of the key. */
export function checkServiceAccount(
	fields: Readonly<Record<string, unknown>>,
): Checked<ServiceAccount> {
	const value = fields['serviceAccountKey'];
	const excess = typeof value === 'string' ? tooLong(value) : undefined;
	if (excess !== undefined) return fieldProblem('serviceAccountKey', excess, REMEDY);
	const file = readKeyFile(value);
	if (file === 'broken') {
		return fieldProblem('serviceAccountKey', 'holds JSON that cannot be read', REMEDY);
	}
	if (file !== undefined && file['type'] !== 'service_account') {
		return fieldProblem(
			'serviceAccountKey',
			'holds a JSON file, but not the key file of a service account',
			REMEDY,
		);
	}
	const privateKey = checkPrivateKey(
		'serviceAccountKey',
		file === undefined ? value : file['private_key'],
		REMEDY,
	);
	if (!privateKey.ok) return privateKey;
	const inFile = textOf(file?.['client_email']);
	const entered = textOf(cleanField(fields['serviceAccountEmail']));
	if (entered !== undefined && inFile !== undefined && entered !== inFile) {
		return fieldProblem(
			'serviceAccountEmail',
			'names another service account than the key file',
			'Leave it empty: the key file names its service account.',
		);
	}
	const email = entered ?? inFile;
	if (email === undefined || !EMAIL.test(email)) {
		return fieldProblem(
			'serviceAccountEmail',
			email === undefined ? 'is empty' : 'is not the address of a service account',
			'Enter the address of the service account (it ends in .gserviceaccount.com), or paste the whole JSON key file into Service Account Key. The mailbox that sends belongs into User.',
		);
	}
	const keyId = textOf(file?.['private_key_id']);
	const clientId = textOf(file?.['client_id']);
	return {
		ok: true,
		value: {
			email,
			privateKey: privateKey.value,
			...(keyId === undefined ? {} : { keyId }),
			...(clientId === undefined ? {} : { clientId }),
		},
	};
}
