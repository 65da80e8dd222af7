import type { Readable } from 'node:stream';
import { safeText } from '../failure/redact';
import type { AttachmentPart } from '../message/message-parts';
import type { GraphConversation, GraphResult } from './graph-conversation';
import { draftCall, readAnswered, type GraphDraft } from './graph-draft';

/** How a hand-over of an attachment ended. */
export type UploadResult =
	| { readonly kind: 'done' }
	/** Graph did not take it, or could not be asked. */
	| { readonly kind: 'refused'; readonly result: GraphResult }
	/** It could not be read to its end, or is not what it was announced to be. */
	| { readonly kind: 'unreadable'; readonly detail: string }
	| { readonly kind: 'stopped' };

/**
 * The smallest attachment that upload sessions take; smaller ones go in a request of their own
 * (https://learn.microsoft.com/en-us/graph/outlook-large-attachments, November 2026).
 */
export const MIN_SESSION_BYTES = 3 * 1_024 * 1_024;

/** The largest attachment that Graph takes at all, by the same page. */
export const MAX_ATTACHMENT_BYTES = 150 * 1_024 * 1_024;

/** Less than 4 MB, as the page asks for; a multiple of 327,680, as Graph's other uploads want. */
const PIECE_BYTES = 12 * 327_680;

function describeItem({ fileName, mediaType, sizeBytes, contentId, isInline }: AttachmentPart) {
	return {
		attachmentType: 'file',
		name: fileName,
		contentType: mediaType,
		size: sizeBytes,
		...(isInline ? { isInline } : {}),
		...(contentId === undefined ? {} : { contentId }),
	};
}

function unreadable({ fileName }: AttachmentPart, why: string): UploadResult {
	const detail = `The attachment ${JSON.stringify(fileName)} could not be read to its end, so nothing was sent: ${why}`;
	return { kind: 'unreadable', detail };
}

/** The bytes of a stream in pieces of one size, the last one shorter. Only one is held at a time. */
async function* piecesOf(source: Readable): AsyncGenerator<Buffer> {
	const piece = Buffer.allocUnsafe(PIECE_BYTES);
	let filled = 0;
	for await (const chunk of source) {
		if (!Buffer.isBuffer(chunk)) throw new TypeError('The attachment yields no bytes');
		for (let taken = 0; taken < chunk.length;) {
			const copied = chunk.copy(piece, filled, taken);
			taken += copied;
			filled += copied;
			if (filled < PIECE_BYTES) continue;
			yield piece;
			filled = 0;
		}
	}
	if (filled > 0) yield piece.subarray(0, filled);
}

/**
 * Hands over an attachment of at least `MIN_SESSION_BYTES` by an upload session, piece after piece.
 * The session's address carries a token of its own: it is kept secret, and gets no Authorization.
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
	const url = readAnswered(session, 'uploadUrl');
	if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
		return { kind: 'refused', result: session };
	}
	conversation.keepSecret(url);
	for (const [, value] of new URL(url).searchParams) conversation.keepSecret(value);

	let sent = 0;
	let refused: GraphResult | undefined;
	try {
		const source = await part.open();
		for await (const piece of piecesOf(source)) {
			if (conversation.isStopped()) return { kind: 'stopped' };
			if (sent + piece.length > part.sizeBytes) return unreadable(part, 'it is longer than before');
			const range = `bytes ${String(sent)}-${String(sent + piece.length - 1)}/${String(part.sizeBytes)}`;
			const result = await conversation.askAt(url, `(upload session) ${range}`, {
				method: 'PUT',
				headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': range },
				body: piece,
			});
			const isTaken = result.kind === 'answered' && [200, 201, 202].includes(result.reply.status);
			if (!isTaken) {
				refused = result;
				break;
			}
			sent += piece.length;
		}
	} catch (error: unknown) {
		return unreadable(part, safeText(error, Number.MAX_SAFE_INTEGER));
	}
	if (refused !== undefined) return { kind: 'refused', result: refused };
	if (sent !== part.sizeBytes) {
		return unreadable(part, `it has ${String(sent)} of ${String(part.sizeBytes)} bytes`);
	}
	return { kind: 'done' };
}

/** Hands over an attachment below `MIN_SESSION_BYTES` in one request. */
export async function postAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
): Promise<UploadResult> {
	let content = Buffer.alloc(0);
	try {
		for await (const piece of piecesOf(await part.open())) content = Buffer.from(piece);
	} catch (error: unknown) {
		return unreadable(part, safeText(error, Number.MAX_SAFE_INTEGER));
	}
	if (content.length !== part.sizeBytes) {
		return unreadable(part, `it has ${String(content.length)} of ${String(part.sizeBytes)} bytes`);
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
				...(contentId === undefined ? {} : { contentId }),
				contentBytes: content.toString('base64'),
			}),
		}),
	);
	return result.kind === 'answered' && result.reply.status === 201
		? { kind: 'done' }
		: { kind: 'refused', result };
}
