import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { digestLetter, digestSubject, summaryOf } from '../../alerting/mail/digest-letter';
import { localTime } from '../../alerting/mail/show-time';
import {
	collectDigest,
	isNothing,
	recordDigest,
	type Digest,
} from '../../alerting/problems/collect-digest';
import { NOTHING_HELD } from '../../status/outcome';
import type { AlertMemory } from '../../registry/alert-memory';
import { draftLetter, readLetterMail } from '../alerts/letter-mail';
import { keepAlerts, openAlerts } from '../alerts/workflow-alerts';
import { isQueueWorker } from '../host/queue-worker';
import { asMinutes, readValue } from '../shared/parameters/parameter-reader';
import { deliverMails } from '../shared/sending/deliver-mails';
import { finishItems } from '../shared/sending/finish-items';
import type { MailDraft } from '../shared/sending/mail-draft';

/** The item that a digest takes its parameters from: there is one mail, however many items come. */
const FIRST_ITEM = 0;

/** Reads after which time a problem counts as quiet again, in milliseconds; 0 = never. */
function readResolvedAfterMs(functions: IExecuteFunctions): number {
	const label = 'Options → Resolved After (Minutes)';
	const value = readValue(functions, 'options.resolvedAfterMinutes', label, FIRST_ITEM, '');
	return asMinutes(value, 0);
}

function draftDigest(
	functions: IExecuteFunctions,
	digest: Digest,
	{ sinceMs }: AlertMemory,
): MailDraft {
	const mail = readLetterMail(functions, FIRST_ITEM);
	const workflow = functions.getWorkflow();
	const time = localTime(functions.getTimezone());
	const name = workflow.name ?? workflow.id ?? '';
	const letter = digestLetter(digest, name, isQueueWorker() ? sinceMs : undefined, time);
	return draftLetter(letter, mail.ownSubject || digestSubject(digest), mail);
}

/**
 * The operation `alertDigest`: mails what the alert nodes of the workflow have held back, and outputs
 * the same status item for each input item.
 */
export async function alertDigest(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const memory = openAlerts(functions);
	const digest = collectDigest(memory.state, readResolvedAfterMs(functions), Date.now());
	const extra = { digest: summaryOf(digest) };
	const items = functions.getInputData();
	if (isNothing(digest)) {
		const nothing = items.map(() => ({ outcome: NOTHING_HELD, extra }));
		return await finishItems(functions, nothing);
	}
	const requests = [{ itemIndex: FIRST_ITEM, draft: () => draftDigest(functions, digest, memory) }];
	const { results, reason } = await deliverMails(functions, requests);
	const [result] = results;
	const status = result?.outcome?.status;
	if (status === 'sent' || status === 'partial') {
		recordDigest(memory.state, digest);
		keepAlerts(functions, memory);
	}
	return await finishItems(
		functions,
		items.map(() => (result === undefined ? undefined : { ...result, extra })),
		reason,
	);
}
