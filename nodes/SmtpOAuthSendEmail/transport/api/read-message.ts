import { buffer } from 'node:stream/consumers';
import { type FailureDraft, STOPPED } from '../../failure/model/failure';
import type { EncodedMessage } from '../../message/encoding/encoded-message';
import { fail, succeed, type Result } from '../../result/result';
import { withinTime } from '../../timing/with-timeout';
import { safeText } from '../../untrusted/redact';

/** How long reading may take, in ms, and what ends it before. */
interface ReadLimits {
	readonly remainingMs: number;
	readonly signal: AbortSignal | undefined;
}

/** The attachments took longer than the attempt has time. */
export const READ_TOO_SLOWLY: FailureDraft = {
	code: 'ATTACHMENT_MISSING',
	detail: 'The attachments could not be read within the time allowed.',
};

/** An attachment ended in an error while it was read. Nothing of the message had been accepted. */
export function unreadable(error: unknown): FailureDraft {
	const words = safeText(error, Number.MAX_SAFE_INTEGER);
	return {
		code: 'ATTACHMENT_MISSING',
		detail: `An attachment could not be read to its end, so nothing was sent: ${words}`,
	};
}

/** Reads an encoded message that is small enough to be held in memory. Never throws. */
export async function readMessage(
	message: EncodedMessage,
	{ remainingMs, signal }: ReadLimits,
): Promise<Result<Buffer, FailureDraft>> {
	const content = message.open();
	try {
		const bytes = await withinTime(buffer(content), remainingMs, signal);
		if (bytes === 'cancelled') return fail(STOPPED);
		return bytes === 'timedOut' ? fail(READ_TOO_SLOWLY) : succeed(bytes);
	} catch (error: unknown) {
		return fail(unreadable(error));
	} finally {
		content.destroy();
	}
}
