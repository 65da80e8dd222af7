import { STOPPED } from '../../failure/model/failure';
import type { MessageParts } from '../../message/encoding/message-parts';
import type { DeliveryReport } from '../../status/delivery-report';
import { divide, findExcess } from './attachment-split';
import {
	createDraft,
	deleteDraft,
	draftCall,
	readDraft,
	reconcileDraft,
	type GraphDraft,
} from './draft';
import type { ApiResult } from '../api/api-call';
import type { GraphConversation } from './graph-client';
import type { ApiReports } from '../api/api-reports';
import { readMime } from './send-mime';
import { MIN_SESSION_BYTES, postAttachment, uploadAttachment } from './upload-attachment';

/** The sending of a draft has time of its own: what has been uploaded is not given up lightly. */
const SEND_TIMEOUT_MS = 60_000;

/** Adds a sentence to the message of a report's failure. */
function remind<T extends DeliveryReport>(report: T, sentence: string): T {
	if (report.kind === 'accepted') return report;
	const { failure } = report;
	return { ...report, failure: { ...failure, message: `${failure.message} ${sentence}` } };
}

/**
 * Sends a message that is too large for one request: a draft of it without its large attachments,
 * these one after another, then the draft
 * (https://learn.microsoft.com/en-us/graph/outlook-large-attachments). Until the last step nothing
 * can have gone out; a draft that is not sent is removed again.
 *
 * @param reconcileWaitsMs how long to watch a draft whose sending was not answered, look by look
 */
export async function sendLarge(
	conversation: GraphConversation,
	parts: MessageParts,
	reports: ApiReports,
	reconcileWaitsMs: readonly number[],
): Promise<DeliveryReport> {
	const excess = await findExcess(parts);
	if (excess !== undefined) return reports.refusedFor(excess, 'data');
	const apart = await divide(parts);
	const read = await readMime(conversation, await parts.without(apart));
	if (!read.ok) return reports.refusedFor(read.failure, 'data');

	const created = await createDraft(conversation, read.value);
	const draft = readDraft(conversation, created);
	if (draft === undefined) return notCreated(created, reports);
	for (const part of apart) {
		if (conversation.isStopped) break;
		const hand = part.sizeBytes < MIN_SESSION_BYTES ? postAttachment : uploadAttachment;
		const refusal = await hand(conversation, draft, part, reports);
		if (refusal !== undefined) return await withoutDraft(conversation, draft, refusal);
	}
	if (conversation.isStopped) {
		return await withoutDraft(conversation, draft, reports.refusedFor(STOPPED, 'data'));
	}
	return await sendDraft(conversation, draft, reports, reconcileWaitsMs);
}

/** Graph may have made a draft whose ID never came: it cannot be removed then. */
function notCreated(created: ApiResult, reports: ApiReports): DeliveryReport {
	const report = reports.refused(created, 'data');
	return reports.judge(created) === 'refused'
		? report
		: remind(report, 'A draft of it may lie in the folder Drafts.');
}

/** Removes a draft that is not to be sent, and says so in the report where that fails. */
async function withoutDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
	report: DeliveryReport,
): Promise<DeliveryReport> {
	return (await deleteDraft(conversation, draft))
		? report
		: remind(report, 'Its draft could not be deleted and still lies in the folder Drafts.');
}

async function sendDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
	reports: ApiReports,
	reconcileWaitsMs: readonly number[],
): Promise<DeliveryReport> {
	const timeoutMs = Math.max(conversation.remainingMs, SEND_TIMEOUT_MS);
	const call = { method: 'POST', permission: 'Mail.Send', timeoutMs, isFinal: true } as const;
	const result = await conversation.ask(draftCall(draft, '/send', call));
	switch (reports.judge(result)) {
		case 'accepted':
			return reports.accepted(result, draft.internetMessageId);
		case 'refused':
			return await withoutDraft(conversation, draft, reports.refused(result, 'reply'));
		case 'doubt':
			break;
	}
	switch (await reconcileDraft(conversation, draft, reconcileWaitsMs)) {
		case 'sent':
		case 'gone':
			return reports.accepted(result, draft.internetMessageId);
		case 'draft':
			return reports.unknown(
				result,
				' Its draft was still in the folder Drafts when the node looked. If it stays there for some minutes, it was not sent.',
			);
		case 'unseen':
			return reports.unknown(result);
	}
}
