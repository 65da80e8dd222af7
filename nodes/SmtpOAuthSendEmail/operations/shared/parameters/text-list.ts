import { trimPasted } from '../../../message/fields/pasted-text';
import { parseJson } from '../../../untrusted/parse-json';
import { nameOf, refuse, type NamedValue } from './parameter-reader';

/** How deep and how wide an object is searched for the text that was meant. */
const MAX_DEPTH = 4;
const MAX_FIELDS = 50;
/** The longest text that is looked into, in characters: no field takes more addresses. */
const MAX_JSON = 300_000;

/**
 * The list, object or text that a text is when an expression has written one as JSON, e.g.
 * `["a","b"]`, a comma too many forgiven; any other value as it is.
 */
export function unwrapJson(value: unknown): unknown {
	if (typeof value !== 'string' || value.length > MAX_JSON) return value;
	const text = trimPasted(value);
	if (!/^(?:\[.*\]|\{.*\}|".*")$/s.test(text)) return value;
	const parsed = parseJson(text.replace(/,\s{0,99}\]$/, ']'));
	return parsed === undefined ? value : unwrapJson(parsed);
}

/** How an expression reaches a field of a value. */
interface Field {
	readonly path: string;
	readonly value: unknown;
}

function fieldsOf({ path, value }: Field): Field[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value)
		.slice(0, MAX_FIELDS)
		.map(([name, field]: [string, unknown]) => {
			const key = /^\d+$/.test(name) ? `[${name}]` : `.${name}`;
			const step = /^[\w$]+$/.test(name) ? key : `[${JSON.stringify(name)}]`;
			return { path: `${path}${step}`, value: field };
		});
}

/** What to add to an expression whose value holds an address or a Message-ID further in, e.g. `.text`. */
function pathToAddress(value: unknown): string | undefined {
	let level: Field[] = [{ path: '', value }];
	for (let depth = 0; depth < MAX_DEPTH; depth++) {
		level = level.flatMap(fieldsOf).slice(0, MAX_FIELDS);
		const found = level.find(
			({ value: text }) =>
				typeof text === 'string' && /^[^<>@]{0,300}<?[^\s<>@]{1,300}@[^\s<>@]{1,300}>?$/.test(text),
		);
		if (found !== undefined) return found.path;
	}
	return undefined;
}

function isNoText(value: unknown): boolean {
	return typeof value !== 'string' && value !== undefined && value !== null;
}

function describeRemedy(label: string, wrong: unknown, isInList: boolean): string {
	if (Array.isArray(wrong)) return 'Add .flat() to the expression, so that it gives a single list.';
	if (typeof wrong !== 'object') {
		return `Change the expression in "${label}" so that it gives a text or a list of texts.`;
	}
	const path = pathToAddress(wrong);
	const addition = isInList ? `.map((entry) => entry${path ?? '.email'})` : (path ?? '.email');
	return `Pick the field that holds the text: add ${path === undefined ? 'e.g. ' : ''}${addition} to the expression.`;
}

function refuseValue(label: string, wrong: unknown, isInList: boolean): never {
	return refuse(
		label,
		`"${label}" must be a text or a list of texts, but ${isInList ? 'the list holds' : 'the expression gives'} ${nameOf(wrong)}.`,
		describeRemedy(label, wrong, isInList),
	);
}

/**
 * Addresses, Message-IDs or URIs: a text, or a list of texts, which comes back as one entry on each
 * line. Nothing, and nothing within the list, counts as empty.
 */
export function asLines({ label, value }: NamedValue): string {
	const given = unwrapJson(value);
	if (!Array.isArray(given)) {
		if (isNoText(given)) return refuseValue(label, given, false);
		return typeof given === 'string' ? given : '';
	}
	const list: readonly unknown[] = given;
	const wrong = list.find(isNoText);
	if (wrong !== undefined) return refuseValue(label, wrong, true);
	return list
		.map((entry) => (typeof entry === 'string' ? entry.trim() : ''))
		.filter((entry) => entry !== '')
		.join('\n');
}
