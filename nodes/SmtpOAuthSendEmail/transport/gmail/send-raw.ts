import type { EncodedMessage } from '../../message/encoding/encoded-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { readAnswered } from '../api/api-call';
import type { ApiReports } from '../api/api-reports';
import { readMessage } from '../api/read-message';
import type { GmailConversation } from './gmail-client';

/**
 * The largest encoded message that goes out within a request of JSON; larger ones are uploaded. Google
 * has refused requests above 1,048,576 bytes, and base64url makes 4 bytes of 3
 * (https://github.com/googleapis/google-api-dotnet-client/issues/856).
 */
export const MAX_RAW_BYTES = 750_000;

/**
 * Sends a message in one request, as base64url within JSON
 * (https://developers.google.com/workspace/gmail/api/guides/sending). A stop before it goes out is
 * heeded; once it is out the answer is waited for.
 */
export async function sendRaw(
	conversation: GmailConversation,
	message: EncodedMessage,
	reports: ApiReports,
): Promise<DeliveryReport> {
	const read = await readMessage(message, conversation);
	if (!read.ok) return reports.refusedFor(read.failure, 'data');
	const result = await conversation.ask({
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ raw: read.value.toString('base64url') }),
		isFinal: true,
	});
	return reports.concluded(result, readAnswered(result, 'id'));
}
