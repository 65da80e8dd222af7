import type { IExecuteFunctions } from 'n8n-workflow';
import { asMinutes, asText, readValue } from '../shared/parameters/parameter-reader';
import { readMailOptions, readOptions } from '../shared/parameters/read-mail-parameters';
import { asLines } from '../shared/parameters/text-list';

type ParameterSource = Pick<IExecuteFunctions, 'getNodeParameter'>;

/** The item that a digest takes its parameters from: there is one mail, however many items come. */
const FIRST_ITEM = 0;

/**
 * Reads after which time a problem counts as quiet again, in milliseconds; 0 = never.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readResolvedAfterMs(functions: ParameterSource): number {
	const label = 'Options → Resolved After (Minutes)';
	const value = readValue(functions, 'options.resolvedAfterMinutes', label, FIRST_ITEM, '');
	return asMinutes(value, 0);
}

/**
 * Reads the parameters of a digest, each expression once.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readAlertDigestParameters(functions: ParameterSource) {
	const options = readOptions(functions, FIRST_ITEM);
	return {
		fromEmail: asLines(readValue(functions, 'fromEmail', 'From Email', FIRST_ITEM, '')),
		toEmail: asLines(readValue(functions, 'toEmail', 'To Email', FIRST_ITEM, '')),
		/** Empty: made of the problems. */
		subject: asText({ label: 'Options → Subject', value: options['subject'] }).trim(),
		mail: readMailOptions(options),
	};
}
