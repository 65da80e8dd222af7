import type { IExecuteFunctions } from 'n8n-workflow';
import { asBoolean, fieldReader } from '../shared/parameters/parameter-reader';
import {
	readMailFields,
	readMailOptions,
	readOptions,
	type MailFields,
	type MailOptions,
} from '../shared/parameters/read-mail-parameters';
import { SEND_WORDING, warnOfExpressions } from '../shared/parameters/warn-of-expressions';

/** The parameters of `reply` for one item: typed; addresses and headers not yet parsed. */
export interface ReplyParameters extends MailOptions {
	/** Where a field is empty, the original message decides. */
	readonly mail: MailFields;
	readonly quoteOriginal: boolean;
	readonly replyAll: boolean;
	/** What expressions give that is probably not meant, in a sentence each. */
	readonly warnings: readonly string[];
}

/**
 * Reads the parameters of `reply` for one item, each expression once.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readReplyParameters(
	functions: Pick<IExecuteFunctions, 'getNode' | 'getNodeParameter'>,
	itemIndex: number,
): ReplyParameters {
	const options = readOptions(functions, itemIndex);
	const option = fieldReader('Options', options);
	const mail = readMailFields(functions, itemIndex);
	const quoteOriginal = asBoolean(option('quoteOriginal', 'Quote Original'), true);
	return {
		...readMailOptions(options),
		mail,
		quoteOriginal,
		warnings: warnOfExpressions(functions.getNode(), mail, options, {
			...SEND_WORDING,
			emptySubject: undefined,
			emptyBody: quoteOriginal ? 'the reply is empty above the quote' : 'the reply is empty',
		}),
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
