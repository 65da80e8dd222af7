import type { IExecuteFunctions } from 'n8n-workflow';
import { safeText } from '../../../untrusted/redact';
import type { ParameterProblem } from '../../../message/fields/parameter-problem';

/** A parameter whose value cannot be used; caught where the item's parameters are read. */
export class ParameterError extends Error {
	constructor(readonly problem: ParameterProblem) {
		super(problem.detail);
	}
}

/** What the author of the workflow sees the parameter under, and what it was read as. */
export interface NamedValue {
	/** E.g. `To Email`, `Options → Reply To`. */
	readonly label: string;
	readonly value: unknown;
}

/** Fails with what is wrong with a parameter and how to correct it, one sentence each. */
export function refuse(label: string, detail: string, remedy: string): never {
	throw new ParameterError({ code: 'INVALID_PARAMETER', parameter: label, detail, remedy });
}

/** Fails with the error of a parameter's expression. */
export function refuseExpression(label: string, error: unknown): never {
	const reason = safeText(error instanceof Error ? error.message : error, 300);
	return refuse(
		label,
		`The value of "${label}" could not be worked out: ${reason}`,
		`Correct the expression in "${label}".`,
	);
}

/**
 * Reads the value of one parameter, its expression evaluated for the item.
 *
 * @throws ParameterError when the expression fails
 */
export function readValue(
	functions: Pick<IExecuteFunctions, 'getNodeParameter'>,
	name: string,
	label: string,
	itemIndex: number,
	fallback: string | object,
): NamedValue {
	try {
		const value: unknown = functions.getNodeParameter(name, itemIndex, fallback);
		return { label, value };
	} catch (error: unknown) {
		return refuseExpression(label, error);
	}
}

/** What a value is, in words for people. */
export function nameOf(value: unknown): string {
	if (value === '') return 'an empty text';
	if (Number.isNaN(value)) return 'no number (NaN)';
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	if (typeof value === 'undefined') return 'nothing';
	return `a ${typeof value}`;
}

/** Whether a value is none: a field left empty, or an expression that gives nothing. */
export function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/**
 * A text shown to people: numbers, booleans and dates as they read, objects and lists as JSON,
 * nothing as empty.
 *
 * @param indent of the JSON, in spaces; 0 keeps it in one line, as a header needs it
 */
export function asText({ label, value }: NamedValue, indent = 0): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (value === undefined || value === null) return '';
	try {
		const json: unknown = JSON.stringify(value, null, indent);
		// A date's JSON is a text in quotes, which does not belong in a mail.
		const plain: unknown =
			typeof json === 'string' && json.startsWith('"') ? JSON.parse(json) : json;
		if (typeof plain === 'string') return plain;
	} catch {
		// Circular, or a BigInt inside: refused below.
	}
	return refuse(
		label,
		`"${label}" must be a text, but is ${nameOf(value)} that cannot be written as JSON.`,
		'Pick the part of it that the mail is to show.',
	);
}

/** A text that addresses or identifies something: only a string will do; nothing counts as empty. */
export function asString({ label, value }: NamedValue): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	return refuse(
		label,
		`"${label}" must be a text, but the expression gives ${nameOf(value)}.`,
		`Change the expression in "${label}" so that it gives a text.`,
	);
}

/** A switch: `true`, `false`, or the words an expression may give for them. */
export function asBoolean({ label, value }: NamedValue, fallback: boolean): boolean {
	if (isEmpty(value)) return fallback;
	if (typeof value === 'boolean') return value;
	if (value === 'true') return true;
	if (value === 'false') return false;
	return refuse(
		label,
		`"${label}" must be true or false, but is ${nameOf(value)}.`,
		`Let the expression in "${label}" give true or false.`,
	);
}

/** A whole number within bounds; a string of digits counts. */
export function asInteger(
	{ label, value }: NamedValue,
	bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
	if (isEmpty(value)) return bounds.fallback;
	const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
	const isWhole = typeof number === 'number' && Number.isInteger(number);
	if (isWhole && number >= bounds.min && number <= bounds.max) return number;
	return refuse(
		label,
		`"${label}" must be a whole number from ${String(bounds.min)} to ${String(bounds.max)}, but is ${safeText(value, 60)}.`,
		`Enter a whole number from ${String(bounds.min)} to ${String(bounds.max)}.`,
	);
}

/** A year: longer is never. */
const MAX_MINUTES = 525_600;

/**
 * A time in minutes, of which parts count; a string that is a number counts as well.
 *
 * @param fallback minutes
 * @returns milliseconds
 */
export function asMinutes({ label, value }: NamedValue, fallback: number): number {
	const isText = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value.trim());
	const minutes = isEmpty(value) ? fallback : isText ? Number(value) : value;
	if (typeof minutes === 'number' && minutes >= 0 && minutes <= MAX_MINUTES) {
		return minutes * 60_000;
	}
	return refuse(
		label,
		`"${label}" must be a number from 0 to ${String(MAX_MINUTES)}, but is ${safeText(value, 60)}.`,
		`Enter a number of minutes from 0 to ${String(MAX_MINUTES)}.`,
	);
}

/** One of the values an option list offers. */
export function asChoice<const T extends string>(
	{ label, value }: NamedValue,
	choices: readonly T[],
	fallback: T,
): T {
	if (isEmpty(value)) return fallback;
	const choice = choices.find((candidate) => candidate === value);
	return (
		choice ??
		refuse(
			label,
			`"${label}" must be one of ${choices.join(', ')}, but is ${safeText(value, 60)}.`,
			`Choose one of ${choices.join(', ')} for "${label}".`,
		)
	);
}

/** A collection's fields, by name. */
export function asFields({ label, value }: NamedValue): Readonly<Record<string, unknown>> {
	if (isEmpty(value)) return {};
	if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
	return refuse(
		label,
		`"${label}" must be an object, but is ${nameOf(value)}.`,
		`Correct "${label}".`,
	);
}

/** Reads fields of a collection by their name, and names them as the editor shows them below it. */
export function fieldReader(
	collection: string,
	fields: Readonly<Record<string, unknown>>,
): (name: string, label: string) => NamedValue {
	return (name, label) => ({ label: `${collection} → ${label}`, value: fields[name] });
}

/** The rows of a repeatable field, each with its fields by name. */
export function asRows({ label, value }: NamedValue): readonly Readonly<Record<string, unknown>>[] {
	if (isEmpty(value)) return [];
	const rows: readonly unknown[] = Array.isArray(value) ? value : [value];
	return rows.map((row) => asFields({ label, value: row }));
}
