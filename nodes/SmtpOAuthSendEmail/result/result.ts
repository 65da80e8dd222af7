/**
 * What every step that can fail gives back: a value, or why there is none. Errors are thrown at the
 * boundary only (failure/node-errors.ts).
 */
export type Result<T, F> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: F };

/** The result of a step that went well. */
export function succeed<T>(value: T): { readonly ok: true; readonly value: T } {
	return { ok: true, value };
}

/** The result of a step that failed, with the reason. */
export function fail<F>(failure: F): { readonly ok: false; readonly failure: F } {
	return { ok: false, failure };
}
