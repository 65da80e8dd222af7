import { addAbortSignal, type Readable } from 'node:stream';
import { safeText } from '../../untrusted/redact';
import type { AttachmentPart } from '../../message/encoding/message-parts';
import type { GraphConversation, GraphResult } from './graph-client';
import { draftCall, readAnswered, type GraphDraft } from './draft';
import { withinTime } from '../../timing/with-timeout';

/** How a hand-over of an attachment ended. */
export type UploadResult =
	| { readonly kind: 'done' }
	/** Graph did not take it, or could not be asked. */
	| { readonly kind: 'refused'; readonly result: GraphResult }
	/** It could not be read to its end, or is not what it was announced to be. */
	| { readonly kind: 'unreadable'; readonly detail: string }
	/** Graph took every piece of it, and did not say that it has it whole. */
	| { readonly kind: 'incomplete'; readonly detail: string }
	| { readonly kind: 'stopped' };

/**
 * The smallest attachment that goes by upload session; smaller ones go in a request of their own.
 * Both ways border on "3 MB" (https://learn.microsoft.com/en-us/graph/outlook-large-attachments,
 * November 2026): a request of 4 MiB holds 3,145,611 bytes as base64, and sessions were seen to begin
 * at 2 MiB (https://github.com/microsoftgraph/msgraph-sdk-java/pull/52).
 */
export const MIN_SESSION_BYTES = 3_000_000;

/** Less than 4 MB, as the page asks for; a multiple of 327,680, as Graph's other uploads want. */
const PIECE_BYTES = 12 * 327_680;

/** The longest that a timer takes; an attempt ends before. */
const MAX_WAIT_MS = 2 ** 31 - 1;

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

/** What ended the reading of an attachment: a stop, the time of the attempt, or its own fault. */
function brokenOff(
	conversation: GraphConversation,
	end: AbortSignal,
	part: AttachmentPart,
	error: unknown,
): UploadResult {
	if (conversation.isStopped()) return { kind: 'stopped' };
	const why = end.aborted
		? 'it took longer than the time allowed ("Timeout")'
		: safeText(error, Number.MAX_SAFE_INTEGER);
	return unreadable(part, why);
}

/** Opens an attachment that lasts no longer than `end`. */
async function openUntil(part: AttachmentPart, end: AbortSignal): Promise<Readable> {
	const opening = part.open();
	const source = await withinTime(opening, MAX_WAIT_MS, end);
	if (typeof source !== 'string') return addAbortSignal(end, source);
	opening.then(
		(late) => late.destroy(),
		() => undefined,
	);
	throw new TypeError('The attachment was not opened');
}

/** The bytes of an attachment in pieces of one size, the last one shorter. Only one is held at a time. */
async function* piecesOf(part: AttachmentPart, end: AbortSignal): AsyncGenerator<Buffer> {
	const source = await openUntil(part, end);
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

	const end = conversation.end();
	let sent = 0;
	let last: GraphResult = session;
	let isTaken = true;
	try {
		for await (const piece of piecesOf(part, end)) {
			if (conversation.isStopped()) return { kind: 'stopped' };
			if (sent + piece.length > part.sizeBytes) return unreadable(part, 'it is longer than before');
			const range = `bytes ${String(sent)}-${String(sent + piece.length - 1)}/${String(part.sizeBytes)}`;
			last = await conversation.askAt(url, `(upload session) ${range}`, {
				method: 'PUT',
				headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': range },
				body: piece,
			});
			isTaken = last.kind === 'answered' && [200, 201, 202].includes(last.reply.status);
			if (!isTaken) break;
			sent += piece.length;
		}
	} catch (error: unknown) {
		return brokenOff(conversation, end, part, error);
	}
	if (!isTaken) return { kind: 'refused', result: last };
	if (sent !== part.sizeBytes) {
		return unreadable(part, `it has ${String(sent)} of ${String(part.sizeBytes)} bytes`);
	}
	// "201 Created" with the last piece, by the page above; 200 as long as it waits for more.
	if (last.kind === 'answered' && last.reply.status === 201) return { kind: 'done' };
	const detail = `Microsoft Graph did not confirm that it has the attachment ${JSON.stringify(part.fileName)} whole, so nothing was sent.`;
	return { kind: 'incomplete', detail };
}

/** Hands over an attachment below `MIN_SESSION_BYTES` in one request. */
export async function postAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
): Promise<UploadResult> {
	const end = conversation.end();
	let content = Buffer.alloc(0);
	try {
		for await (const piece of piecesOf(part, end)) content = Buffer.from(piece);
	} catch (error: unknown) {
		return brokenOff(conversation, end, part, error);
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
