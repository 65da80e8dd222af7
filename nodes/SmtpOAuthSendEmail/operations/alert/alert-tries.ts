import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject } from '../../alerting/reading/read-text';
import { readProperty } from '../../untrusted/read-property';

/** What earlier tries of the execution have done about a problem. */
export interface AlertTry {
	/** Occurrences that are counted already. */
	readonly counted: number;
	/** Whether a mail of it was accepted. */
	readonly isMailed: boolean;
}

/** Remembers, so that no try of an execution counts the same again. */
export interface AlertTries {
	read(fingerprint: string): AlertTry;
	write(fingerprint: string, known: AlertTry): void;
}

const CONTEXT_KEY = 'smtpOAuthAlertTries';

/**
 * The tries in n8n's node context, which outlives Retry On Fail and the retry of a failed execution.
 * Keyed by run, so that a loop that comes here again is no retry.
 */
export function openAlertTries(functions: IExecuteFunctions): AlertTries {
	const context: object = functions.getContext('node');
	let runIndex: string | undefined;
	const inRun = (fingerprint: string): string => {
		runIndex ??= String(Number(functions.evaluateExpression('{{ $runIndex }}', 0)));
		return `${runIndex}:${fingerprint}`;
	};
	return {
		read(fingerprint) {
			const entries = readProperty(context, CONTEXT_KEY);
			// In the first try there is nothing, and so nothing to be evaluated.
			if (!isObject(entries)) return { counted: 0, isMailed: false };
			const known = readProperty(entries, inRun(fingerprint));
			const counted = readProperty(known, 'counted');
			return {
				counted: typeof counted === 'number' ? counted : 0,
				isMailed: readProperty(known, 'isMailed') === true,
			};
		},
		write(fingerprint, known) {
			const existing = readProperty(context, CONTEXT_KEY);
			const entries = isObject(existing) ? existing : {};
			Reflect.set(entries, inRun(fingerprint), known);
			Reflect.set(context, CONTEXT_KEY, entries);
		},
	};
}
