import { addAbortSignal, type Readable } from 'node:stream';
import { isMicrosoftUpload } from '../../../../credentials/providers/microsoft-clouds';
import { type FailureDraft, STOPPED } from '../../failure/model/failure';
import type { AttachmentPart } from '../../message/encoding/message-parts';
import { withinTime } from '../../timing/with-timeout';
import { draftCall, type GraphDraft } from './draft';
import { readAnswered, type ApiResult } from '../api/api-call';
import { piecesOf } from '../api/read-message';
import type { GraphConversation } from './graph-client';

/**
 * Less than 4 MB, as https://learn.microsoft.com/en-us/graph/outlook-large-attachments asks for; a
 * multiple of 327,680, as Graph's other uploads want.
 */
const PIECE_BYTES = 12 * 327_680;

/** How the upload of an attachment ended. */
export type UploadResult =
	| { readonly kind: 'done' }
	/** Graph did not take it, or could not be asked. */
	| { readonly kind: 'refused'; readonly result: ApiResult }
	/** A reason that we have found ourselves. */
	| { readonly kind: 'failed'; readonly fault: FailureDraft };

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

function failed(code: FailureDraft['code'], detail: string): UploadResult {
	return { kind: 'failed', fault: { code, detail } };
}

/** Why the attachment must not go to the address that Graph has given for it; `undefined` = it may. */
function refuseAddress(conversation: GraphConversation, url: URL): UploadResult | undefined {
	const host = JSON.stringify(url.hostname);
	if (!isMicrosoftUpload(url)) {
		return failed(
			'EGRESS_BLOCKED',
			`Microsoft Graph named ${host} for the upload of an attachment, which is no address of Microsoft's: nothing was sent there.`,
		);
	}
	if (conversation.allowsHost(url.hostname)) return undefined;
	return failed(
		'EGRESS_BLOCKED',
		`The settings of this n8n forbid connections to ${host} (egress filter), where Microsoft takes large attachments.`,
	);
}

/**
 * Uploads an attachment of at least `MIN_SESSION_BYTES` by an upload session, piece after piece. The
 * session's address carries a token of its own: it is kept secret, and gets no Authorization.
 */
export async function uploadAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
): Promise<UploadResult> {
	const session = await conversation.ask(
		draftCall(draft, '/attachments/createUploadSession', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ AttachmentItem: describeItem(part) }),
		}),
	);
	const address = readAnswered(session, 'uploadUrl');
	if (!URL.canParse(address)) return { kind: 'refused', result: session };
	const url = new URL(address);
	conversation.keepSecret(address);
	for (const [, value] of url.searchParams) conversation.keepSecret(value);
	return refuseAddress(conversation, url) ?? (await putPieces(conversation, address, part));
}

async function putPieces(
	conversation: GraphConversation,
	address: string,
	part: AttachmentPart,
): Promise<UploadResult> {
	const end = conversation.end();
	const { sizeBytes } = part;
	let sent = 0;
	let last: ApiResult | undefined;
	try {
		const source = await openUntil(part, end);
		for await (const piece of piecesOf(source, sizeBytes, PIECE_BYTES)) {
			if (conversation.isStopped) return { kind: 'failed', fault: STOPPED };
			const range = `bytes ${String(sent)}-${String(sent + piece.length - 1)}/${String(sizeBytes)}`;
			last = await conversation.askAt(address, `(upload session) ${range}`, {
				method: 'PUT',
				headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': range },
				body: piece,
			});
			if (last.kind !== 'answered' || ![200, 201, 202].includes(last.reply.status)) {
				return { kind: 'refused', result: last };
			}
			sent += piece.length;
		}
	} catch (error: unknown) {
		return { kind: 'failed', fault: conversation.unreadable(end, error, nameOf(part)) };
	}
	// "201 Created" with the last piece, by the page above; 200 as long as it waits for more.
	if (last?.kind === 'answered' && last.reply.status === 201) return { kind: 'done' };
	return failed(
		'SERVER_BUSY',
		`Microsoft Graph did not confirm that it has the attachment ${JSON.stringify(part.fileName)} whole, so nothing was sent.`,
	);
}

/** Hands over an attachment below `MIN_SESSION_BYTES` in one request. */
export async function postAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
): Promise<UploadResult> {
	const end = conversation.end();
	let contentBytes = '';
	try {
		const source = await openUntil(part, end);
		for await (const piece of piecesOf(source, part.sizeBytes, part.sizeBytes)) {
			contentBytes = piece.toString('base64');
		}
	} catch (error: unknown) {
		return { kind: 'failed', fault: conversation.unreadable(end, error, nameOf(part)) };
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
	return result.kind === 'answered' && result.reply.status === 201
		? { kind: 'done' }
		: { kind: 'refused', result };
}
