import { inspect } from 'node:util';
import { FIELD_LABELS, type LabelledField } from './field-labels';

/** A credential field that cannot be used as it is. */
export interface FieldProblem {
	readonly ok: false;
	readonly field: LabelledField;
	/** What is wrong: one sentence that names the field. */
	readonly detail: string;
	/** How to correct it: one sentence. */
	readonly remedy: string;
}

export type Checked<T> = { readonly ok: true; readonly value: T } | FieldProblem;

/** Whether nothing was entered: an empty field, or an expression that gives nothing. */
export function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/**
 * The values of several checks by their names; the first problem where there is one, in the order
 * of the names.
 */
export function checkAll<T extends object>(checks: {
	readonly [K in keyof T]: Checked<T[K]>;
}): Checked<T>;
export function checkAll(checks: Readonly<Record<string, Checked<unknown>>>): Checked<object> {
	const values: Record<string, unknown> = {};
	for (const [name, checked] of Object.entries(checks)) {
		if (!checked.ok) return checked;
		values[name] = checked.value;
	}
	return { ok: true, value: values };
}

/** A problem of `field`; `fault` continues the sentence `The credential field "…"`. */
export function fieldProblem(field: LabelledField, fault: string, remedy: string): FieldProblem {
	return {
		ok: false,
		field,
		detail: `The credential field "${FIELD_LABELS[field]}" ${fault}.`,
		remedy,
	};
}

/**
 * A typed value without what copying leaves around it: spaces, invisible marks (Unicode's format
 * characters) and quotes; any other value as it is.
 */
export function cleanField(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	const text = value.replace(/^[\s\p{Cf}]{1,99}|[\s\p{Cf}]{1,99}$/gu, '');
	return text.replace(/^["'“”„‘’«](.*)["'“”‘’»]$/, '$1');
}

/** Shows a refused value, shortened, on one line. */
export function quote(value: unknown): string {
	const text = typeof value === 'string' ? value : inspect(value, { breakLength: Infinity });
	// Control characters could break the line that the message stands in.
	const line = text.replace(/\p{Cc}+/gu, ' ');
	return `"${line.length > 80 ? `${line.slice(0, 79)}…` : line}"`;
}

/**
 * A whole number from `min` to `max`. Digits given as text (an expression's result) count; empty
 * and missing values are `0`, which is always allowed and means "not given".
 */
export function checkCount(
	field: LabelledField,
	value: unknown,
	{ min, max, remedy }: { readonly min: number; readonly max: number; readonly remedy: string },
): Checked<number> {
	if (isEmpty(value)) return { ok: true, value: 0 };
	const count = typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value;
	const isWhole = typeof count === 'number' && Number.isInteger(count);
	return isWhole && (count === 0 || (count >= min && count <= max))
		? { ok: true, value: count }
		: fieldProblem(field, `is ${quote(value)}`, remedy);
}

/** One of `choices`; empty and missing values are the first of them. */
export function checkChoice<const T extends string>(
	field: LabelledField,
	value: unknown,
	choices: readonly [T, ...T[]],
): Checked<T> {
	if (isEmpty(value)) return { ok: true, value: choices[0] };
	const choice = choices.find((candidate) => candidate === value);
	if (choice !== undefined) return { ok: true, value: choice };
	const all = choices.map((candidate) => `"${candidate}"`).join(', ');
	return fieldProblem(field, `is ${quote(value)}`, `Use one of ${all}.`);
}

/** True or false; empty and missing values are `false`. */
export function checkSwitch(field: LabelledField, value: unknown): Checked<boolean> {
	if (isEmpty(value)) return { ok: true, value: false };
	if (typeof value === 'boolean') return { ok: true, value };
	return fieldProblem(field, `is ${quote(value)}`, 'Use true or false.');
}
