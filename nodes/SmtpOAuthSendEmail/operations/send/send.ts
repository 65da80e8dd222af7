import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { deliverMails, type MailRequest } from '../shared/sending/deliver-mails';
import { finishItems } from '../shared/sending/finish-items';
import type { MailDraft } from '../shared/sending/mail-draft';
import {
	readFormat,
	readMailFields,
	readMailOptions,
	readOptions,
} from '../shared/parameters/read-mail-parameters';
import { joinLists } from '../shared/parameters/text-list';
import { warnOfExpressions } from '../shared/parameters/warn-of-expressions';
import { addWarningHints } from '../host/execution-hints';
import { readOlderParameters } from './older-exports';

function readDraft(functions: IExecuteFunctions, node: INode, itemIndex: number): MailDraft {
	const given = readOptions(functions, itemIndex);
	const options = readMailOptions(given);
	const mail = readMailFields(functions, itemIndex);
	const older = readOlderParameters(functions, itemIndex);
	const isText = mail.html === undefined && mail.text !== undefined;
	// Before version 2.1 of n8n's Send Email the line was added to no message
	const isOlder = older.isUsed || (isText && readFormat(functions, itemIndex) === 'html');
	return {
		...options,
		fields: {
			...mail,
			...options.fields,
			ccEmail: joinLists(older.ccEmail, options.fields.ccEmail),
			bccEmail: joinLists(older.bccEmail, options.fields.bccEmail),
		},
		fileAttachments: [...older.fileAttachments, ...options.fileAttachments],
		appendAttribution: options.appendAttribution ?? !isOlder,
		warnings: warnOfExpressions(node, mail, given),
	};
}

const NO_WARNINGS: readonly string[] = [];

/**
 * A message for each item, made only when it is due: thousands of them take memory.
 *
 * @param warnings of each item; written to
 */
function* requestsOf(
	functions: IExecuteFunctions,
	warnings: (readonly string[])[],
): Iterable<MailRequest> {
	const node = functions.getNode();
	for (const itemIndex of warnings.keys()) {
		const draft = (): MailDraft => {
			const made = readDraft(functions, node, itemIndex);
			const { warnings: own = NO_WARNINGS } = made;
			if (own.length > 0) warnings[itemIndex] = own;
			return made;
		};
		yield { itemIndex, draft };
	}
}

/** The operation `send`: sends a message for every item, and outputs one status item for each. */
export async function send(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const warnings: (readonly string[])[] = functions.getInputData().map(() => NO_WARNINGS);
	const { results, reason } = await deliverMails(functions, requestsOf(functions, warnings));
	addWarningHints(functions, warnings);
	return await finishItems(functions, results, reason);
}
