import { trimPasted } from '../../../message/fields/pasted-text';
import { parseJson } from '../../../untrusted/parse-json';
import { readProperty } from '../../../untrusted/read-property';
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
	// A language model puts it into a code block
	const text = trimPasted(value).replace(/^```\w{0,9}\s([^`]*)```$/, (_whole, code: string) =>
		code.trim(),
	);
	if (!/^(?:\[.*\]|\{.*\}|".*")$/s.test(text)) return value;
	const parsed = parseJson(text.replace(/,\s{0,99}\]$/, ']'));
	return parsed === undefined ? value : unwrapJson(parsed);
}

/** A field of a value, and the names on the way to it. */
interface Field {
	readonly way: readonly string[];
	readonly value: unknown;
}

function fieldsOf({ way, value }: Field): Field[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value)
		.slice(0, MAX_FIELDS)
		.map(([name, field]: [string, unknown]) => ({ way: [...way, name], value: field }));
}

/** The way to an address or a Message-ID further in. */
function findAddress(value: unknown): Field['way'] | undefined {
	let level: Field[] = [{ way: [], value }];
	for (let depth = 0; depth < MAX_DEPTH; depth++) {
		level = level.flatMap(fieldsOf).slice(0, MAX_FIELDS);
		const found = level.find(
			({ value: text }) =>
				typeof text === 'string' && /^[^<>@]{0,300}<?[^\s<>@]{1,300}@[^\s<>@]{1,300}>?$/.test(text),
		);
		if (found !== undefined) return found.way;
	}
	return undefined;
}

function showStep(name: string): string {
	if (/^\d+$/.test(name)) return `[${name}]`;
	return /^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/**
 * What to add to an expression to go this way from its value, e.g. `.value[0].address`; in a list to each
 * of its entries, so that no address is left out.
 *
 * @param isInList whether lists of one entry count as lists, too
 */
function describeWay(
	value: unknown,
	[name, ...rest]: Field['way'],
	isInList: boolean,
): { readonly text: string; readonly isList: boolean } {
	if (name === undefined) return { text: '', isList: false };
	const inner = describeWay(readProperty(value, name), rest, isInList);
	if (!Array.isArray(value) || (value.length < 2 && !isInList)) {
		return { text: showStep(name) + inner.text, isList: inner.isList };
	}
	if (inner.text === '' && !inner.isList) return { text: '', isList: true };
	const orItself = value.some((entry) => typeof entry === 'string') ? ' ?? entry' : '';
	const map = inner.isList ? 'flatMap' : 'map';
	return { text: `.${map}((entry) => entry${inner.text}${orItself})`, isList: true };
}

function isNoText(value: unknown): boolean {
	return typeof value !== 'string' && value !== undefined && value !== null;
}

function describeRemedy(label: string, given: unknown, wrong: unknown): string {
	if (Array.isArray(wrong)) return 'Add .flat() to the expression, so that it gives a single list.';
	if (typeof wrong !== 'object') {
		return `Change the expression in "${label}" so that it gives a text or a list of texts.`;
	}
	const way = findAddress(wrong);
	const list: readonly unknown[] | undefined = Array.isArray(given) ? given : undefined;
	const field = way ?? ['email'];
	const { text } = list
		? describeWay([wrong, ...list], ['0', ...field], true)
		: describeWay(given, field, false);
	return `Pick the field that holds the text: add ${way === undefined ? 'e.g. ' : ''}${text} to the expression.`;
}

function refuseValue(label: string, given: unknown, wrong: unknown): never {
	return refuse(
		label,
		`"${label}" must be a text or a list of texts, but ${Array.isArray(given) ? 'the list holds' : 'the expression gives'} ${nameOf(wrong)}.`,
		describeRemedy(label, given, wrong),
	);
}

/**
 * Addresses, Message-IDs or URIs: a text, or a list of texts, which comes back as one entry on each
 * line. Nothing, and nothing within the list, counts as empty.
 */
export function asLines({ label, value }: NamedValue): string {
	const given = unwrapJson(value);
	if (!Array.isArray(given)) {
		if (isNoText(given)) return refuseValue(label, given, given);
		return typeof given === 'string' ? given : '';
	}
	const list: readonly unknown[] = given;
	const wrong = list.find(isNoText);
	if (wrong !== undefined) return refuseValue(label, list, wrong);
	return list
		.map((entry) => (typeof entry === 'string' ? entry.trim() : ''))
		.filter((entry) => entry !== '')
		.join('\n');
}

/** Lists of addresses as one, each on lines of its own: what is wrong with one leaves the others alone. */
export function joinLists(...lists: readonly string[]): string {
	return lists.filter((list) => list.trim() !== '').join('\n');
}
