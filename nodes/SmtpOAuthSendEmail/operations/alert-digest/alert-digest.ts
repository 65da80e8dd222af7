import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { digestLetter, digestSubject, summaryOf } from '../../alerting/mail/digest-letter';
import { letterHtml } from '../../alerting/mail/letter-html';
import { letterText } from '../../alerting/mail/letter-text';
import { localTime } from '../../alerting/mail/show-time';
import {
	collectDigest,
	isNothing,
	recordDigest,
	type Digest,
} from '../../alerting/problems/collect-digest';
import { NOTHING_HELD } from '../../status/outcome';
import type { AlertMemory } from '../../registry/alert-memory';
import { keepAlerts, openAlerts } from '../alerts/workflow-alerts';
import { isQueueWorker } from '../host/queue-worker';
import { deliverMails } from '../shared/sending/deliver-mails';
import { finishItems } from '../shared/sending/finish-items';
import type { MailDraft } from '../shared/sending/mail-draft';
import { readAlertDigestParameters, readResolvedAfterMs } from './read-alert-digest-parameters';

function draftDigest(
	functions: IExecuteFunctions,
	digest: Digest,
	{ sinceMs }: AlertMemory,
): MailDraft {
	const { fromEmail, toEmail, subject, mail } = readAlertDigestParameters(functions);
	const workflow = functions.getWorkflow();
	const time = localTime(functions.getTimezone());
	const name = workflow.name ?? workflow.id ?? '';
	const letter = digestLetter(digest, name, isQueueWorker() ? sinceMs : undefined, time);
	return {
		fields: {
			...mail.fields,
			fromEmail,
			toEmail,
			subject: subject === '' ? digestSubject(digest) : subject,
			text: letterText(letter),
			html: letterHtml(letter),
			// Nobody is to be told that an absent person is absent (RFC 3834 §5).
			autoSubmitted: 'auto-generated',
		},
		appendAttribution: false,
		delivery: mail.delivery,
	};
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
	const requests = [{ itemIndex: 0, draft: () => draftDigest(functions, digest, memory) }];
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
