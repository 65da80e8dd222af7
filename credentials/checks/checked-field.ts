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
	if (value === undefined || value === null || value === '') return { ok: true, value: 0 };
	const count = typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value;
	if (typeof count !== 'number' || !Number.isInteger(count) || count > max) {
		return fieldProblem(field, `is ${quote(value)}`, remedy);
	}
	if (count !== 0 && count < min) return fieldProblem(field, `is ${quote(value)}`, remedy);
	return { ok: true, value: count };
}

/** One of `choices`; empty and missing values are the first of them. */
export function checkChoice<const T extends string>(
	field: LabelledField,
	value: unknown,
	choices: readonly [T, ...T[]],
): Checked<T> {
	if (value === undefined || value === null || value === '') return { ok: true, value: choices[0] };
	const choice = choices.find((candidate) => candidate === value);
	if (choice !== undefined) return { ok: true, value: choice };
	const all = choices.map((candidate) => `"${candidate}"`).join(', ');
	return fieldProblem(field, `is ${quote(value)}`, `Use one of ${all}.`);
}

/** True or false; empty and missing values are `false`. */
export function checkSwitch(field: LabelledField, value: unknown): Checked<boolean> {
	if (value === undefined || value === null || value === '') return { ok: true, value: false };
	if (typeof value === 'boolean') return { ok: true, value };
	return fieldProblem(field, `is ${quote(value)}`, 'Use true or false.');
}
