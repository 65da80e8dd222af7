import type { ApiReports } from '../api/api-reports';
import { readMessage } from '../api/read-message';
import type { FailureDraft } from '../../failure/model/failure';
import type { EncodedMessage } from '../../message/encoding/encoded-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { succeed, type Result } from '../../result/result';
import type { GraphConversation } from './graph-client';

/**
 * The largest encoded message that one request carries: Graph takes requests of 4 MB
 * (https://learn.microsoft.com/en-us/graph/outlook-large-attachments), and base64 makes 4 bytes of 3.
 */
export const MAX_MIME_BYTES = 3_000_000;

/** Reads an encoded message of at most `MAX_MIME_BYTES` and writes it as Graph wants it. Never throws. */
export async function readMime(
	conversation: GraphConversation,
	message: EncodedMessage,
): Promise<Result<Buffer, FailureDraft>> {
	const read = await readMessage(message, conversation);
	return read.ok ? succeed(Buffer.from(read.value.toString('base64'), 'latin1')) : read;
}

/**
 * Sends a message in one request (https://learn.microsoft.com/en-us/graph/api/user-sendmail, "MIME
 * format"). A stop before it goes out is heeded; once it is out the answer is waited for.
 */
export async function sendMime(
	conversation: GraphConversation,
	message: EncodedMessage,
	reports: ApiReports,
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
	return reports.concluded(result);
}
