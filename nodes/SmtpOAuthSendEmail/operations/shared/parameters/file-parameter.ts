import { hasBytes, type FileReference } from '../../../message/content/attachment-source';
import { trimPasted } from '../../../message/fields/pasted-text';
import { asString, type NamedValue } from './parameter-reader';
import { unwrapJson } from './text-list';

/** A file as n8n's expressions give it, e.g. `{{ $binary.data }}`. */
function isFile(value: unknown): value is Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null) return false;
	const file: Readonly<Record<string, unknown>> = { ...value };
	return typeof file['mimeType'] === 'string' || hasBytes(file);
}

/** The names and files that a value holds: a list, or an object such as `{{ $binary }}` with files for its fields. */
function fileEntries(label: string, given: unknown): readonly FileReference[] {
	const value = unwrapJson(given);
	if (Array.isArray(value)) return value.flatMap((entry) => fileEntries(label, entry));
	if (isFile(value)) return [value];
	if (typeof value === 'object' && value !== null) {
		const fields: readonly (readonly [string, unknown])[] = Object.entries(value);
		if (fields.every(([, file]) => isFile(file))) {
			// `{{ $binary }}` comes without the bytes of files that are kept in the item
			return fields.map(([name, file]) => (isFile(file) && hasBytes(file) ? file : name));
		}
	}
	return asString({ label, value })
		.split(/[,\r\n]/)
		.map(trimPasted)
		.filter((name) => name !== '');
}

/**
 * Files: names of binary properties, comma-separated or in a list, or the binary objects that n8n's
 * expressions give, alone or in lists.
 */
export function asFiles({ label, value }: NamedValue): readonly FileReference[] {
	return fileEntries(label, value);
}
