import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FailureDraft } from '../../failure/model/failure';
import type { EncodedMessage } from '../../message/encoding/encoded-message';
import { fail, succeed, type Result } from '../../result/result';
import type { ApiExchange } from './api-call';
import type { ApiConversation } from './api-conversation';

/**
 * Reads an encoded message that is small enough to be held in memory, within the attempt. Never
 * throws.
 */
export async function readMessage(
	message: EncodedMessage,
	conversation: Pick<ApiConversation<ApiExchange>, 'end' | 'unreadable'>,
): Promise<Result<Buffer, FailureDraft>> {
	const end = conversation.end();
	const content = addAbortSignal(end, message.open());
	try {
		return succeed(await buffer(content));
	} catch (error: unknown) {
		return fail(conversation.unreadable(end, error));
	} finally {
		content.destroy();
	}
}

/**
 * The bytes of a source in pieces of one size, the last one shorter. Only one is held at a time: it
 * ends when the next one is asked for.
 *
 * @param sizeBytes what it must have in all
 * @throws what ends the source, and before the last piece where the source has another size
 */
export async function* piecesOf(
	source: Readable,
	sizeBytes: number,
	pieceBytes: number,
): AsyncGenerator<Buffer> {
	const piece = Buffer.allocUnsafe(Math.min(pieceBytes, sizeBytes));
	let readBytes = 0;
	let filled = 0;
	for await (const chunk of source) {
		if (!Buffer.isBuffer(chunk)) throw new TypeError('it yields no bytes');
		readBytes += chunk.length;
		if (readBytes > sizeBytes) throw new RangeError('it is longer than before');
		for (let taken = 0; taken < chunk.length;) {
			if (filled === piece.length) {
				yield piece;
				filled = 0;
			}
			const copied = chunk.copy(piece, filled, taken);
			taken += copied;
			filled += copied;
		}
	}
	if (readBytes < sizeBytes) {
		throw new RangeError(`it has ${String(readBytes)} of ${String(sizeBytes)} bytes`);
	}
	if (filled > 0) yield piece.subarray(0, filled);
}
