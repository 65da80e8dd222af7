import { hasBytes, type FileReference } from '../../../message/content/attachment-source';
import { trimPasted } from '../../../message/fields/pasted-text';
import { isObject } from '../../../untrusted/read-property';
import { nameOf, refuse, type NamedValue } from './parameter-reader';
import { unwrapJson } from './text-list';

/** A file as n8n's expressions give it, e.g. `{{ $binary.data }}`. */
function isFile(value: unknown): value is Readonly<Record<string, unknown>> {
	if (!isObject(value)) return false;
	const file: Readonly<Record<string, unknown>> = { ...value };
	// Files of Google Drive and others have IDs of their own
	return hasBytes(file) || (typeof file['mimeType'] === 'string' && file['id'] === undefined);
}

function cleanNames(names: readonly string[]): readonly string[] {
	return names.map(trimPasted).filter((name) => name !== '');
}

/** The names and files that a value holds: a list, or an object such as `{{ $binary }}` with files for its fields. */
function fileEntries(label: string, value: unknown): readonly FileReference[] {
	if (Array.isArray(value)) return value.flatMap((entry) => fileEntries(label, entry));
	if (isFile(value)) return [value];
	if (isObject(value)) {
		const fields: readonly (readonly [string, unknown])[] = Object.entries(value);
		if (fields.every(([, file]) => isObject(file))) {
			// `{{ $binary }}` comes without the bytes of files that are kept in the item
			return fields.map(([name, file]) => (isFile(file) && hasBytes(file) ? file : name));
		}
	}
	if (value === undefined || value === null) return [];
	if (typeof value === 'string') return cleanNames([value]);
	return refuse(
		label,
		`"${label}" must name binary properties or give files of n8n, but the expression gives ${nameOf(value)}${isObject(value) ? ' that is neither' : ''}.`,
		'Give the name of a property, or a file such as {{ $binary.data }}. Fetch a file from elsewhere first, e.g. with HTTP Request or Convert to File.',
	);
}

/**
 * Files: names of binary properties, comma-separated or in a list, or the binary objects that n8n's
 * expressions give, alone or in lists.
 */
export function asFiles({ label, value }: NamedValue): readonly FileReference[] {
	const given = unwrapJson(value);
	return typeof given === 'string'
		? cleanNames(given.split(/[,;\r\n]/))
		: fileEntries(label, given);
}
