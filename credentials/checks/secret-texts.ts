import { findPemBlocks, MAX_PEM_CHARACTERS, writePem } from './pem';
import { readKeyFile } from './service-account';

/** Fields that hold secrets. */
const SECRET_FIELDS = ['clientSecret', 'privateKey', 'certificate', 'serviceAccountKey'] as const;

/** A shorter line is no secret by itself, and outside of PEM it may be an ordinary word. */
const MIN_LINE_LENGTH = 20;

/** Of a line of PEM, whose last one may be short. */
const MIN_PEM_LINE_LENGTH = 8;

/** Where a field, or a server that repeats it, breaks lines. */
const BREAK = /\\r|\\n|\s+/;

/**
 * The texts of a field that must never be shown: the whole, and of what stands in lines, such as
 * PEM, every line, since a server that repeats it may break it elsewhere. Of an overlong text only the
 * beginning counts: no sign-in takes it, and a quotation ends long before.
 */
function textsOf(entered: unknown): readonly string[] {
	const value = typeof entered === 'string' ? entered.slice(0, MAX_PEM_CHARACTERS) : entered;
	// Everything else in a service account's key file may be shown: an administrator needs its client ID.
	const file = readKeyFile(value);
	const keyOfFile = file === 'broken' ? undefined : file?.['private_key'];
	if (keyOfFile !== undefined) return textsOf(keyOfFile);
	if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf);
	if (typeof value !== 'string' || value.trim() === '') return [];
	const lines = value.split(BREAK).filter((line) => line.length >= MIN_LINE_LENGTH);
	// As entered they may have no breaks, and get some where they are repeated.
	const pemLines = findPemBlocks(value)
		.flatMap((block) => writePem(block).split('\n').slice(1, -2))
		.filter((line) => line.length >= MIN_PEM_LINE_LENGTH);
	return [value, ...lines, ...pemLines];
}

/** Everything in a decrypted credential that must never be shown, its tokens apart. */
export function secretTexts(fields: Readonly<Record<string, unknown>>): readonly string[] {
	return [...new Set(SECRET_FIELDS.flatMap((name) => textsOf(fields[name])))];
}
