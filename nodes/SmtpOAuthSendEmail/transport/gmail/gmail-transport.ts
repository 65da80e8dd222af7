import type { AccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { ApiLink } from '../api/api-conversation';
import { ApiReports } from '../api/api-reports';
import { verifyApi } from '../api/verify-api';
import type { MailTransport, TransportDependencies, TransportKind } from '../mail-transport';
import { checkMessage } from './check-message';
import { GmailConversation } from './gmail-client';
import { MAX_RAW_BYTES, sendRaw } from './send-raw';
import { uploadMessage } from './upload-message';

/**
 * A transport that hands messages to the Gmail API, through n8n's HTTP helper. 200 with a message is
 * acceptance for all recipients; what is not known is `unknown`. Up to 750,000 bytes go out in one
 * request, larger messages by an upload in pieces.
 */
export function createGmailTransport(
	account: MailAccount,
	tokens: AccessTokens,
	dependencies: Pick<TransportDependencies, 'request' | 'egress' | 'memory'>,
): MailTransport {
	const link: ApiLink = { account, tokens, ...dependencies };
	return {
		async deliver(message, recipients, limits) {
			const conversation = new GmailConversation(link, limits);
			const reports = new ApiReports(conversation, message);
			const repeated = reports.refusedAsRepeated(recipients);
			if (repeated !== undefined) return repeated;
			return message.sizeBytes <= MAX_RAW_BYTES
				? await sendRaw(conversation, message, reports)
				: await uploadMessage(conversation, message, reports);
		},
		// Google reads the content only for an account that may send: "'raw' RFC822 payload … required".
		verify: async (_from, limits) =>
			await verifyApi(new GmailConversation(link, limits), {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: '{}',
			}),
	};
}

/** The Gmail API reads the recipients from the header, and takes Bcc out of it. */
export const GMAIL_API: TransportKind = {
	hasEnvelope: false,
	check: checkMessage,
	open: createGmailTransport,
};
