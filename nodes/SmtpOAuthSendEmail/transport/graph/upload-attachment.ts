import { addAbortSignal, type Readable } from 'node:stream';
import { isMicrosoftUpload } from '../../../../credentials/providers/microsoft-clouds';
import type { KnownFault } from '../../failure/model/failure';
import { STOPPED } from '../../failure/model/known-faults';
import type { AttachmentPart } from '../../message/encoding/message-parts';
import { withinTime } from '../../timing/with-timeout';
import { safeText } from '../../untrusted/redact';
import { draftCall, type GraphDraft } from './draft';
import { readAnswered, type GraphResult } from './graph-call';
import type { GraphConversation } from './graph-client';

/** How the upload of an attachment ended. */
export type UploadResult =
	| { readonly kind: 'done' }
	/** Graph did not take it, or could not be asked. */
	| { readonly kind: 'refused'; readonly result: GraphResult }
	/** A reason that we have found ourselves. */
	| { readonly kind: 'failed'; readonly fault: KnownFault };

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
		// JSON leaves out what is undefined.
		isInline: isInline ? true : undefined,
		contentId,
	};
}

function failed(code: KnownFault['code'], detail: string): UploadResult {
	return { kind: 'failed', fault: { code, detail } };
}

function unreadable({ fileName }: AttachmentPart, why: string): UploadResult {
	const name = JSON.stringify(fileName);
	return failed(
		'ATTACHMENT_MISSING',
		`The attachment ${name} could not be read to its end, so nothing was sent: ${why}`,
	);
}

/** What ended the reading of an attachment: a stop, the time of the attempt, or its own fault. */
function brokenOff(
	{ isStopped }: GraphConversation,
	end: AbortSignal,
	part: AttachmentPart,
	error: unknown,
): UploadResult {
	if (isStopped) return { kind: 'failed', fault: STOPPED };
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
	let last: GraphResult | undefined;
	try {
		for await (const piece of piecesOf(part, end)) {
			if (conversation.isStopped) return { kind: 'failed', fault: STOPPED };
			if (sent + piece.length > sizeBytes) return unreadable(part, 'it is longer than before');
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
		return brokenOff(conversation, end, part, error);
	}
	if (sent !== sizeBytes) {
		return unreadable(part, `it has ${String(sent)} of ${String(sizeBytes)} bytes`);
	}
	// "201 Created" with the last piece, by the page above; 200 as long as it waits for more.
	if (last?.kind === 'answered' && last.reply.status === 201) return { kind: 'done' };
	return failed(
		'SERVER_BUSY',
		`Microsoft Graph did not confirm that it has the attachment ${JSON.stringify(part.fileName)} whole, so nothing was sent.`,
	);
}

/** The bytes of an attachment below `MIN_SESSION_BYTES`, or why there are none. */
async function readWhole(
	conversation: GraphConversation,
	part: AttachmentPart,
): Promise<Buffer | UploadResult> {
	const end = conversation.end();
	let content: Buffer = Buffer.alloc(0);
	try {
		for await (const piece of piecesOf(part, end)) {
			if (content.length > 0) return unreadable(part, 'it is longer than before');
			content = Buffer.from(piece);
		}
	} catch (error: unknown) {
		return brokenOff(conversation, end, part, error);
	}
	return content.length === part.sizeBytes
		? content
		: unreadable(part, `it has ${String(content.length)} of ${String(part.sizeBytes)} bytes`);
}

/** Hands over an attachment below `MIN_SESSION_BYTES` in one request. */
export async function postAttachment(
	conversation: GraphConversation,
	draft: GraphDraft,
	part: AttachmentPart,
): Promise<UploadResult> {
	const content = await readWhole(conversation, part);
	if (!Buffer.isBuffer(content)) return content;
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
				contentBytes: content.toString('base64'),
			}),
		}),
	);
	return result.kind === 'answered' && result.reply.status === 201
		? { kind: 'done' }
		: { kind: 'refused', result };
}
