import type { IExecuteFunctions } from 'n8n-workflow';
import { asBoolean, fieldReader } from '../shared/parameters/parameter-reader';
import {
	readMailFields,
	readMailOptions,
	readOptions,
	type MailFields,
	type MailOptions,
} from '../shared/parameters/read-mail-parameters';

/** The parameters of `reply` for one item: typed; addresses and headers not yet parsed. */
export interface ReplyParameters extends MailOptions {
	/** Where a field is empty, the original message decides. */
	readonly mail: MailFields;
	readonly quoteOriginal: boolean;
	readonly replyAll: boolean;
}

/**
 * Reads the parameters of `reply` for one item, each expression once.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readReplyParameters(
	functions: Pick<IExecuteFunctions, 'getNodeParameter'>,
	itemIndex: number,
): ReplyParameters {
	const options = readOptions(functions, itemIndex);
	const option = fieldReader('Options', options);
	return {
		...readMailOptions(options),
		mail: readMailFields(functions, itemIndex),
		quoteOriginal: asBoolean(option('quoteOriginal', 'Quote Original'), true),
		replyAll: asBoolean(option('replyAll', 'Reply All'), false),
	};
}

/**
 * Reads whether automatic messages are answered as well.
 *
 * @throws ParameterError when the option is no switch
 */
export function readReplyToAutomatic(
	functions: Pick<IExecuteFunctions, 'getNodeParameter'>,
	itemIndex: number,
): boolean {
	const option = fieldReader('Options', readOptions(functions, itemIndex));
	return asBoolean(option('replyToAutomatic', 'Reply to Automatic Messages'), false);
}
