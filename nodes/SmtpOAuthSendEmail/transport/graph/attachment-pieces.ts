import { addAbortSignal, type Readable } from 'node:stream';
import { type FailureDraft, STOPPED } from '../../failure/model/failure';
import type { AttachmentPart } from '../../message/encoding/message-parts';
import { fail, succeed, type Result } from '../../result/result';
import { withinTime } from '../../timing/with-timeout';
import { safeText } from '../../untrusted/redact';
import type { GraphConversation } from './graph-client';

/**
 * Less than 4 MB, as https://learn.microsoft.com/en-us/graph/outlook-large-attachments asks for; a
 * multiple of 327,680, as Graph's other uploads want.
 */
const PIECE_BYTES = 12 * 327_680;

/** The longest that a timer takes; an attempt ends before. */
const MAX_WAIT_MS = 2 ** 31 - 1;

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

/**
 * The bytes of an attachment in pieces of one size, the last one shorter. Only one is held at a time.
 *
 * @throws what ends the reading; also where the attachment has another size than when it was measured,
 *   before a byte too many or the last piece is given
 */
export async function* piecesOf(part: AttachmentPart, end: AbortSignal): AsyncGenerator<Buffer> {
	const source = await openUntil(part, end);
	const piece = Buffer.allocUnsafe(PIECE_BYTES);
	const { sizeBytes } = part;
	let readBytes = 0;
	let filled = 0;
	for await (const chunk of source) {
		if (!Buffer.isBuffer(chunk)) throw new TypeError('The attachment yields no bytes');
		readBytes += chunk.length;
		if (readBytes > sizeBytes) throw new RangeError('it is longer than before');
		for (let taken = 0; taken < chunk.length;) {
			const copied = chunk.copy(piece, filled, taken);
			taken += copied;
			filled += copied;
			if (filled < PIECE_BYTES) continue;
			yield piece;
			filled = 0;
		}
	}
	if (readBytes < sizeBytes) {
		throw new RangeError(`it has ${String(readBytes)} of ${String(sizeBytes)} bytes`);
	}
	if (filled > 0) yield piece.subarray(0, filled);
}

/** What ended the reading of an attachment: a stop, the time of the attempt, or its own fault. */
export function unreadable(
	{ isStopped }: GraphConversation,
	end: AbortSignal,
	{ fileName }: AttachmentPart,
	error: unknown,
): FailureDraft {
	if (isStopped) return STOPPED;
	const why = end.aborted
		? 'it took longer than the time allowed ("Timeout")'
		: safeText(error, Number.MAX_SAFE_INTEGER);
	const name = JSON.stringify(fileName);
	const detail = `The attachment ${name} could not be read to its end, so nothing was sent: ${why}`;
	return { code: 'ATTACHMENT_MISSING', detail };
}

/** The bytes of an attachment of at most one piece. */
export async function readWhole(
	conversation: GraphConversation,
	part: AttachmentPart,
): Promise<Result<Buffer, FailureDraft>> {
	const end = conversation.end();
	try {
		// A copy: the next piece would take the place of this one.
		const pieces: Buffer[] = [];
		for await (const piece of piecesOf(part, end)) pieces.push(Buffer.from(piece));
		return succeed(Buffer.concat(pieces));
	} catch (error: unknown) {
		return fail(unreadable(conversation, end, part, error));
	}
}
