import { addAbortSignal, type Readable } from 'node:stream';
import { isMicrosoftUpload } from '../../../../credentials/providers/microsoft-clouds';
import { type FailureDraft, STOPPED } from '../../failure/model/failure';
import type { AttachmentPart } from '../../message/encoding/message-parts';
import { withinTime } from '../../timing/with-timeout';
import { draftCall, type GraphDraft } from './draft';
import { readAnswered, type ApiResult } from '../api/api-call';
import type { ApiRefusal, ApiReports } from '../api/api-reports';
import { piecesOf } from '../api/read-message';
import type { GraphConversation } from './graph-client';

/**
 * Less than 4 MB, as https://learn.microsoft.com/en-us/graph/outlook-large-attachments asks for; a
 * multiple of 327,680, as Graph's other uploads want.
 */
const PIECE_BYTES = 12 * 327_680;

/**
 * The smallest attachment that goes by upload session; smaller ones go in a request of their own.
 * Both ways border on "3 MB" (https://learn.microsoft.com/en-us/graph/outlook-large-attachments,
 * November 2026): a request of 4 MiB holds 3,145,611 bytes as base64, and sessions were seen to begin
 * at 2 MiB (https://github.com/microsoftgraph/msgraph-sdk-java/pull/52).
 */
export const MIN_SESSION_BYTES = 3_000_000;

function describeItem({ fileName, mediaType, sizeBytes, contentId, isInline }: AttachmentPart) {
	return {
		attachmentType: 'file',
		name: fileName,
		contentType: mediaType,
		size: sizeBytes,
		// JSON leaves out what is undefined.
		isInline: isInline ? true : undefined,
		contentId,
	};
}

/** Opens an attachment that lasts no longer than `end`. */
async function openUntil(part: AttachmentPart, end: AbortSignal): Promise<Readable> {
	const opening = part.open();
	const source = await withinTime(opening, undefined, end);
	if (typeof source !== 'string') return addAbortSignal(end, source);
	opening.then(
		(late) => late.destroy(),
		() => undefined,
	);
	throw new TypeError('it was not opened');
}

function nameOf({ fileName }: AttachmentPart): string {
	return `The attachment ${JSON.stringify(fileName)}`;
}

/** Why the attachment must not go to the address that Graph has given for it; `undefined` = it may. */
function refuseAddress(conversation: GraphConversation, url: URL): FailureDraft | undefined {
	const host = JSON.stringify(url.hostname);
	if (!isMicrosoftUpload(url)) {
		const detail = `Microsoft Graph named ${host} for the upload of an attachment, which is no address of Microsoft's: nothing was sent there.`;
		return { code: 'EGRESS_BLOCKED', detail };
	}
	if (conversation.allowsHost(url.hostname)) return undefined;
	const detail = `The settings of this n8n forbid connections to ${host} (egress filter), where Microsoft takes large attachments.`;
	return { code: 'EGRESS_BLOCKED', detail };
}

/**
 * Uploads an attachment of at least `MIN_SESSION_BYTES` by an upload session, piece after piece. The
 * session's address carries a token of its own: it is kept secret, and gets no Authorization. Resolves
 * with why it was not taken, if so.
 */
export async function uploadAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
	reports: ApiReports,
): Promise<ApiRefusal | undefined> {
	const session = await conversation.ask(
		draftCall(draft, '/attachments/createUploadSession', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ AttachmentItem: describeItem(part) }),
		}),
	);
	const address = readAnswered(session, 'uploadUrl');
	if (!URL.canParse(address)) return reports.refused(session, 'data');
	const url = new URL(address);
	conversation.keepSecret(address);
	for (const [, value] of url.searchParams) conversation.keepSecret(value);
	const refused = refuseAddress(conversation, url);
	if (refused !== undefined) return reports.refusedFor(refused, 'data');
	return await putPieces(conversation, address, part, reports);
}

async function putPieces(
	conversation: GraphConversation,
	address: string,
	part: AttachmentPart,
	reports: ApiReports,
): Promise<ApiRefusal | undefined> {
	const end = conversation.end();
	const { sizeBytes } = part;
	let sent = 0;
	let last: ApiResult | undefined;
	try {
		const source = await openUntil(part, end);
		for await (const piece of piecesOf(source, sizeBytes, PIECE_BYTES)) {
			if (conversation.isStopped) return reports.refusedFor(STOPPED, 'data');
			const range = `bytes ${String(sent)}-${String(sent + piece.length - 1)}/${String(sizeBytes)}`;
			last = await conversation.askAt(address, `(upload session) ${range}`, {
				method: 'PUT',
				headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': range },
				body: piece,
			});
			if (last.kind !== 'answered' || ![200, 201, 202].includes(last.reply.status)) {
				return reports.refused(last, 'data');
			}
			sent += piece.length;
		}
	} catch (error: unknown) {
		return reports.refusedFor(conversation.unreadable(end, error, nameOf(part)), 'data');
	}
	// "201 Created" with the last piece, by the page above; 200 as long as it waits for more.
	if (last?.kind === 'answered' && last.reply.status === 201) return undefined;
	const detail = `Microsoft Graph did not confirm that it has the attachment ${JSON.stringify(part.fileName)} whole, so nothing was sent.`;
	return reports.refusedFor({ code: 'SERVER_BUSY', detail }, 'data');
}

/** Hands over an attachment below `MIN_SESSION_BYTES` in one request, and resolves likewise. */
export async function postAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
	reports: ApiReports,
): Promise<ApiRefusal | undefined> {
	const end = conversation.end();
	let contentBytes = '';
	try {
		const source = await openUntil(part, end);
		for await (const piece of piecesOf(source, part.sizeBytes, part.sizeBytes)) {
			contentBytes = piece.toString('base64');
		}
	} catch (error: unknown) {
		return reports.refusedFor(conversation.unreadable(end, error, nameOf(part)), 'data');
	}
	const { fileName, mediaType, contentId, isInline } = part;
	const result = await conversation.ask(
		draftCall(draft, '/attachments', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({
				'@odata.type': '#microsoft.graph.fileAttachment',
				name: fileName,
				contentType: mediaType,
				isInline,
				contentId,
				contentBytes,
			}),
		}),
	);
	const isTaken = result.kind === 'answered' && result.reply.status === 201;
	return isTaken ? undefined : reports.refused(result, 'data');
}
