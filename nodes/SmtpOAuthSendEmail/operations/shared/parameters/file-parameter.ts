import { hasBytes, type FileReference } from '../../../message/content/attachment-source';
import { trimPasted } from '../../../message/fields/pasted-text';
import { asString, parseTextList, type NamedValue } from './parameter-reader';

/** A file as n8n's expressions give it, e.g. `{{ $binary.data }}`. */
function isFile(value: unknown): value is Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null) return false;
	const { id, data, mimeType }: Readonly<Record<string, unknown>> = { ...value };
	return [id, data, mimeType].some((part) => typeof part === 'string');
}

/** The entries of a list of files: what it holds, or what an object such as `{{ $binary }}` has as its fields. */
function fileEntries({ label, value }: NamedValue): readonly unknown[] {
	if (Array.isArray(value)) return value;
	if (isFile(value)) return [value];
	if (typeof value === 'object' && value !== null) {
		const fields: readonly (readonly [string, unknown])[] = Object.entries(value);
		// `{{ $binary }}` comes without the bytes of files that are kept in the item
		const files = fields.map(([name, file]) => (isFile(file) && !hasBytes(file) ? name : file));
		if (fields.every(([, file]) => isFile(file))) return files;
	}
	const text = asString({ label, value });
	return parseTextList(text) ?? text.split(/[,\r\n]/);
}

/**
 * Files: names of binary properties, comma-separated or in a list, or the binary objects that n8n's
 * expressions give, alone or in a list.
 */
export function asFiles(named: NamedValue): readonly FileReference[] {
	const { label } = named;
	return fileEntries(named).flatMap((entry): readonly FileReference[] => {
		if (isFile(entry)) return [entry];
		const name = trimPasted(asString({ label, value: entry }));
		return name === '' ? [] : [name];
	});
}
