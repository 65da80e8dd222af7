import { TRANSPORTS } from '../../../../credentials/providers/transports';
import type { AccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { Failure } from '../../failure/model/failure';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import type { ApiResult } from '../api/api-call';
import type { ApiLink } from '../api/api-conversation';
import { findMissingRecipients } from '../api/header-recipients';
import { verifyApi } from '../api/verify-api';
import type {
	MailboxReport,
	MailTransport,
	TransportDependencies,
	TransportKind,
	VerifyLimits,
} from '../mail-transport';
import { checkMessage } from './check-message';
import { GmailConversation } from './gmail-client';
import { gmailFailure, GmailReports } from './gmail-reports';
import { MAX_RAW_BYTES, sendRaw } from './send-raw';
import { uploadMessage } from './upload-message';

/** What the transport takes from outside. */
export type GmailDependencies = Pick<TransportDependencies, 'request' | 'egress' | 'memory'>;

const { displayName } = TRANSPORTS.gmailApi;

/**
 * A transport that hands messages to the Gmail API, through n8n's HTTP helper. 200 with a message is
 * acceptance for all recipients; what is not known is `unknown`. Up to 750,000 bytes go out in one
 * request, larger messages by an upload in pieces.
 */
export function createGmailTransport(
	account: MailAccount,
	tokens: AccessTokens,
	dependencies: GmailDependencies,
): MailTransport {
	const link: ApiLink = { account, tokens, ...dependencies };
	return {
		async deliver(message, recipients, limits) {
			const conversation = new GmailConversation(link, limits);
			const reports = new GmailReports(conversation, message);
			const missing = findMissingRecipients(message, recipients, displayName);
			if (missing !== undefined) return reports.refusedFor(missing, 'parameters');
			return message.sizeBytes <= MAX_RAW_BYTES
				? await sendRaw(conversation, message, reports)
				: await uploadMessage(conversation, message, reports, account.host);
		},
		verify: async (_from, limits) => await verifyGmail(link, limits),
	};
}

/** Google reads the content only for an account that may send: "'raw' RFC822 payload … required". */
function isLetIn(result: ApiResult, { code }: Failure): boolean {
	if (result.kind !== 'answered' || result.reply.status !== 400) return false;
	return code === 'MESSAGE_REFUSED' && readApiAnswer(result.reply, Date.now()).isOfApi;
}

/** Asks whether mail may be sent by a request without a message. Never throws. */
async function verifyGmail(link: ApiLink, limits: VerifyLimits): Promise<MailboxReport> {
	const { host, port, user } = link.account;
	const conversation = new GmailConversation(link, limits);
	return await verifyApi(
		conversation,
		{
			displayName,
			call: {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: '{}',
			},
			failure: (result) =>
				gmailFailure(conversation, result, { ...conversation.context, stage: 'auth', from: user }),
			isLetIn,
		},
		`${host}:${String(port)}`,
	);
}

/** The Gmail API reads the recipients from the header, and takes Bcc out of it. */
export const GMAIL_API: TransportKind = {
	hasEnvelope: false,
	check: checkMessage,
	open: createGmailTransport,
};
