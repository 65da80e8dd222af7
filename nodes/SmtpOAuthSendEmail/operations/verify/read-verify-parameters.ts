import type { IExecuteFunctions } from 'n8n-workflow';
import { asFields, asInteger, readValue } from '../shared/parameters/parameter-reader';
import { asLines } from '../shared/parameters/text-list';

/** The parameters of `verify` for one item. */
export interface VerifyParameters {
	/** As written; empty = the credential's user. */
	readonly fromEmail: string;
	readonly timeoutSeconds: number;
}

/**
 * Reads and types the parameters of `verify` for one item.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readVerifyParameters(
	functions: Pick<IExecuteFunctions, 'getNodeParameter'>,
	itemIndex: number,
): VerifyParameters {
	const options = asFields(readValue(functions, 'options', 'Options', itemIndex, {}));
	return {
		fromEmail: asLines(readValue(functions, 'fromEmail', 'From Email', itemIndex, '')),
		timeoutSeconds: asInteger(
			{ label: 'Options → Timeout (Seconds)', value: options['timeoutSeconds'] },
			{ min: 1, max: 3_600, fallback: 60 },
		),
	};
}
