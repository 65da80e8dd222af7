import type { FailureStage } from '../../failure/catalogue/failure-stage';
import { STOPPED } from '../../failure/model/known-faults';
import type { MessageParts } from '../../message/encoding/message-parts';
import type { DeliveryReport } from '../../status/delivery-report';
import { judgeAcceptance } from './send-response';
import type { GraphConversation } from './graph-client';
import { divide, findExcess } from './attachment-split';
import { createDraft, deleteDraft, draftCall, readDraft, type GraphDraft } from './draft';
import { readMime } from './send-mime';
import type { GraphReports } from './graph-reports';
import { reconcileDraft } from './reconcile-draft';
import {
	MIN_SESSION_BYTES,
	postAttachment,
	uploadAttachment,
	type UploadResult,
} from './upload-attachment';

/** What the sending of a large message needs besides the message. */
export interface LargeMessageLimits {
	readonly signal: AbortSignal | undefined;
	/** How long to watch a draft whose sending was not answered, look by look. */
	readonly reconcileWaitsMs: readonly number[];
}

/** The sending of a draft has time of its own: what has been uploaded is not given up lightly. */
const SEND_TIMEOUT_MS = 60_000;

/** Removes a draft that is not to be sent, and says so in the report where that fails. */
async function withoutDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
	report: DeliveryReport,
): Promise<DeliveryReport> {
	const removal = await deleteDraft(conversation, draft);
	if (removal !== 'kept' || report.kind !== 'refused') return report;
	const { failure } = report;
	const message = `${failure.message} Its draft could not be deleted and still lies in the folder Drafts.`;
	return { ...report, failure: { ...failure, message } };
}

function reportUpload(
	upload: Exclude<UploadResult, { kind: 'done' }>,
	reports: GraphReports,
): DeliveryReport {
	const stage: FailureStage = 'data';
	switch (upload.kind) {
		case 'refused':
			return reports.refused(upload.result, stage, 'Mail.ReadWrite');
		case 'unreadable':
			return reports.refusedFor({ code: 'ATTACHMENT_MISSING', detail: upload.detail }, stage);
		case 'incomplete':
			return reports.refusedFor({ code: 'SERVER_BUSY', detail: upload.detail }, stage);
		case 'stopped':
			return reports.refusedFor(STOPPED, stage);
	}
}

/**
 * Sends a message that is too large for one request: a draft of it without its large attachments,
 * these one after another, then the draft
 * (https://learn.microsoft.com/en-us/graph/outlook-large-attachments). Until the last step nothing
 * can have gone out; a draft that is not sent is removed again.
 */
export async function sendLarge(
	conversation: GraphConversation,
	parts: MessageParts,
	reports: GraphReports,
	{ signal, reconcileWaitsMs }: LargeMessageLimits,
): Promise<DeliveryReport> {
	const excess = await findExcess(parts);
	if (excess !== undefined) return reports.refusedFor(excess, 'data');
	const apart = await divide(parts);
	const read = await readMime(conversation, await parts.without(apart), signal);
	if (!read.ok) return reports.refusedFor(read.fault, 'data');

	const created = await createDraft(conversation, read.base64);
	const draft = readDraft(created);
	if (draft === undefined) return reports.refused(created, 'data', 'Mail.ReadWrite');
	for (const part of apart) {
		const upload = conversation.isStopped()
			? ({ kind: 'stopped' } as const)
			: part.sizeBytes < MIN_SESSION_BYTES
				? await postAttachment(conversation, draft, part)
				: await uploadAttachment(conversation, draft, part);
		if (upload.kind === 'done') continue;
		return await withoutDraft(conversation, draft, reportUpload(upload, reports));
	}
	if (conversation.isStopped()) {
		return await withoutDraft(conversation, draft, reports.refusedFor(STOPPED, 'data'));
	}
	return await sendDraft(conversation, draft, reports, reconcileWaitsMs);
}

async function sendDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
	reports: GraphReports,
	reconcileWaitsMs: readonly number[],
): Promise<DeliveryReport> {
	const timeoutMs = Math.max(conversation.remainingMs(), SEND_TIMEOUT_MS);
	const result = await conversation.ask(
		draftCall(draft, '/send', { method: 'POST', timeoutMs, isFinal: true }),
	);
	switch (judgeAcceptance(result)) {
		case 'accepted':
			return reports.accepted(result, draft.internetMessageId);
		case 'refused':
			return await withoutDraft(conversation, draft, reports.refused(result, 'reply', 'Mail.Send'));
		case 'doubt':
			break;
	}
	switch (await reconcileDraft(conversation, draft, reconcileWaitsMs)) {
		case 'sent':
			return reports.accepted(result, draft.internetMessageId);
		case 'notSent':
			return reports.refused(result, 'data', 'Mail.Send');
		case 'unknown':
			return reports.unknown(result);
	}
}
