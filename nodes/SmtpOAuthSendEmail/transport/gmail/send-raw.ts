import type { EncodedMessage } from '../../message/encoding/encoded-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { readAnswered } from '../api/api-call';
import { readMessage } from '../api/read-message';
import type { GmailConversation } from './gmail-client';
import type { GmailReports } from './gmail-reports';
import { judgeAcceptance } from './send-response';

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
	reports: GmailReports,
): Promise<DeliveryReport> {
	const read = await readMessage(message, conversation);
	if (!read.ok) return reports.refusedFor(read.failure, 'data');
	const result = await conversation.ask({
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ raw: read.value.toString('base64url') }),
		isFinal: true,
	});
	switch (judgeAcceptance(result)) {
		case 'accepted':
			return reports.accepted(result, readAnswered(result, 'id'));
		case 'refused':
			return reports.refused(result, 'reply');
		case 'doubt':
			return reports.unknown(result);
	}
}
