import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject, readProperty } from '../../untrusted/read-property';
import { runIndexOf } from '../host/run-index';

/** What earlier tries of the execution have done about a problem. */
interface AlertTry {
	/** Occurrences that are counted already. */
	readonly counted: number;
	/** Whether a mail of it was accepted. */
	readonly isMailed: boolean;
}

const CONTEXT_KEY = 'smtpOAuthAlertTries';

/**
 * What the tries of an execution have done, so that none counts the same again: in n8n's node context,
 * which outlives Retry On Fail and the retry of a failed execution. Keyed by run, so that a loop that
 * comes here again is no retry.
 */
export class AlertTries {
	readonly #context: object;
	/** Asked for only when needed, which a held alert's first try never does: n8n takes long to say it. */
	#runIndex: number | undefined;

	constructor(private readonly functions: IExecuteFunctions) {
		this.#context = functions.getContext('node');
	}

	read(fingerprint: string): AlertTry {
		const entries = readProperty(this.#context, CONTEXT_KEY);
		const known = isObject(entries) ? readProperty(entries, this.#inRun(fingerprint)) : undefined;
		const counted = readProperty(known, 'counted');
		return {
			counted: typeof counted === 'number' ? counted : 0,
			isMailed: readProperty(known, 'isMailed') === true,
		};
	}

	write(fingerprint: string, known: AlertTry): void {
		const existing = readProperty(this.#context, CONTEXT_KEY);
		const entries = isObject(existing) ? existing : {};
		Reflect.set(entries, this.#inRun(fingerprint), known);
		Reflect.set(this.#context, CONTEXT_KEY, entries);
	}

	#inRun(fingerprint: string): string {
		this.#runIndex ??= runIndexOf(this.functions);
		return `${String(this.#runIndex)}:${fingerprint}`;
	}
}
