import { readProperty } from '../../untrusted/read-property';

/** A property as a text: numbers as they read; empty where it is neither text nor number. */
export function readText(value: unknown, key: string): string {
	const property = readProperty(value, key);
	if (typeof property === 'string') return property;
	return typeof property === 'number' && Number.isFinite(property) ? String(property) : '';
}

/** The first of these properties that holds a text; empty where none does. */
export function firstText(value: unknown, keys: readonly string[]): string {
	for (const key of keys) {
		const text = readText(value, key).trim();
		if (text !== '') return text;
	}
	return '';
}
