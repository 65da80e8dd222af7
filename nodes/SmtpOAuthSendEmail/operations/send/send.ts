import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { deliverMails } from '../shared/deliver-mails';
import { finishItems } from '../shared/finish-items';
import type { MailDraft } from '../shared/mail-draft';
import { readMailFields, readMailOptions, readOptions } from '../shared/read-mail-parameters';

function readDraft(functions: IExecuteFunctions, itemIndex: number): MailDraft {
	const options = readMailOptions(readOptions(functions, itemIndex));
	return {
		...options,
		fields: { ...readMailFields(functions, itemIndex), ...options.fields },
		appendAttribution: options.appendAttribution ?? true,
	};
}

/** The operation `send`: sends a message for every item, and outputs one status item for each. */
export async function send(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const requests = functions.getInputData().map((_item, itemIndex) => ({
		itemIndex,
		draft: () => readDraft(functions, itemIndex),
	}));
	const { results, reason } = await deliverMails(functions, requests);
	return await finishItems(functions, results, reason);
}
