import { buffer } from 'node:stream/consumers';
import { safeText } from '../../untrusted/redact';
import type { KnownFault } from '../../failure/model/failure';
import { STOPPED } from '../../failure/model/known-faults';
import type { EncodedMessage } from '../../message/encoding/encoded-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { fail, succeed, type Result } from '../../result/result';
import { judgeAcceptance } from './send-response';
import type { GraphConversation } from './graph-client';
import type { GraphReports } from './graph-reports';
import { withinTime } from '../../timing/with-timeout';

/**
 * The largest encoded message that one request carries: Graph takes requests of 4 MB
 * (https://learn.microsoft.com/en-us/graph/outlook-large-attachments), and base64 makes 4 bytes of 3.
 */
export const MAX_MIME_BYTES = 3_000_000;

/** The body of a request, or why the message could not be read. */
export type ReadMime = Result<Buffer, KnownFault>;

/** Reads an encoded message of at most `MAX_MIME_BYTES` and writes it as Graph wants it. Never throws. */
export async function readMime(
	conversation: GraphConversation,
	message: EncodedMessage,
): Promise<ReadMime> {
	const content = message.open();
	try {
		const bytes = await withinTime(buffer(content), conversation.remainingMs, conversation.signal);
		if (bytes === 'cancelled') return fail(STOPPED);
		if (bytes === 'timedOut') {
			const detail = 'The attachments could not be read within the time allowed.';
			return fail({ code: 'ATTACHMENT_MISSING', detail });
		}
		return succeed(Buffer.from(bytes.toString('base64'), 'latin1'));
	} catch (error: unknown) {
		const words = safeText(error, Number.MAX_SAFE_INTEGER);
		const detail = `An attachment could not be read to its end, so nothing was sent: ${words}`;
		return fail({ code: 'ATTACHMENT_MISSING', detail });
	} finally {
		content.destroy();
	}
}

/**
 * Sends a message in one request (https://learn.microsoft.com/en-us/graph/api/user-sendmail, "MIME
 * format"). A stop before it goes out is heeded; once it is out the answer is waited for.
 */
export async function sendMime(
	conversation: GraphConversation,
	message: EncodedMessage,
	reports: GraphReports,
): Promise<DeliveryReport> {
	const read = await readMime(conversation, message);
	if (!read.ok) return reports.refusedFor(read.failure, 'data');
	const result = await conversation.ask({
		method: 'POST',
		path: '/sendMail',
		permission: 'Mail.Send',
		headers: { 'Content-Type': 'text/plain' },
		body: read.value,
		isFinal: true,
	});
	switch (judgeAcceptance(result)) {
		case 'accepted':
			return reports.accepted(result);
		case 'refused':
			return reports.refused(result, 'reply', 'Mail.Send');
		case 'doubt':
			return reports.unknown(result);
	}
}
