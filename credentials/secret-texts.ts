import { findPemBlocks } from './pem';

/** Fields that hold something nobody may see. */
const SECRET_FIELDS = ['clientSecret', 'privateKey', 'certificate', 'serviceAccountKey'] as const;

/** A line shorter than this is no secret by itself, and may be an ordinary word. */
const MIN_LINE_LENGTH = 20;

/**
 * The texts of a field that must never be shown: the whole, and of what stands in lines, such as
 * PEM, every line and all of them without breaks, since whoever repeats it may break it elsewhere.
 */
function textsOf(value: unknown): readonly string[] {
	if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf);
	if (typeof value !== 'string' || value.trim() === '') return [];
	const lines = value.split(/\\r|\\n|\s+/).filter((line) => line.length >= MIN_LINE_LENGTH);
	const bodies = findPemBlocks(value).map(({ body }) => body);
	return [value, ...lines, ...bodies];
}

/** Everything in a decrypted credential that must never be shown, its tokens apart. */
export function secretTexts(fields: Readonly<Record<string, unknown>>): readonly string[] {
	return [...new Set(SECRET_FIELDS.flatMap((name) => textsOf(fields[name])))];
}
