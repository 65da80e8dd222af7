import { TRANSPORTS } from '../../../../credentials/providers/transports';
import type { AccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { FailureDraft } from '../../failure/model/failure';
import { findMissingRecipients } from '../api/header-recipients';
import type { ApiLink } from '../api/api-conversation';
import { GraphConversation } from './graph-client';
import { sendLarge } from './send-large';
import { MAX_MIME_BYTES, sendMime } from './send-mime';
import { GraphReports } from './graph-reports';
import { RECONCILE_WAITS_MS } from './reconcile-draft';
import type { MailTransport, TransportDependencies, TransportKind } from '../mail-transport';
import type { SignInMemory } from '../token-wait';
import { checkMessage } from './check-message';
import { verifyGraph } from './verify-graph';

/** What the transport takes from outside. */
export interface GraphDependencies extends Pick<TransportDependencies, 'request' | 'egress'> {
	/** Shared by the transports of one execution; default: this one's own. */
	readonly memory?: SignInMemory;
	/** How long to watch a draft whose sending was not answered, look by look; default 2, 4 and 8 s. */
	readonly reconcileWaitsMs?: readonly number[];
}

const NO_PARTS: FailureDraft = {
	code: 'INVALID_PARAMETER',
	detail: 'The message was not prepared for Microsoft Graph.',
};

/**
 * A transport that hands messages to Microsoft Graph, through n8n's HTTP helper. What comes back is
 * what SMTP's comes to: 202 is acceptance for all recipients; what is not known is `unknown`.
 */
export function createGraphTransport(
	account: MailAccount,
	tokens: AccessTokens,
	{
		request,
		egress,
		memory = { refusedReplacements: new Set() },
		reconcileWaitsMs = RECONCILE_WAITS_MS,
	}: GraphDependencies,
): MailTransport {
	const link: ApiLink = { account, tokens, request, egress, memory };
	return {
		async deliver(message, recipients, limits) {
			const conversation = new GraphConversation(link, limits);
			const reports = new GraphReports(conversation, message, account.signIn === 'application');
			const { parts } = message;
			if (parts === undefined) return reports.refusedFor(NO_PARTS, 'parameters');
			const missing = findMissingRecipients(message, recipients, TRANSPORTS.graph.displayName);
			if (missing !== undefined) return reports.refusedFor(missing, 'parameters');
			return message.sizeBytes <= MAX_MIME_BYTES
				? await sendMime(conversation, message, reports)
				: await sendLarge(conversation, parts, reports, reconcileWaitsMs);
		},
		verify: async (_from, limits) => await verifyGraph(link, limits),
	};
}

/** Microsoft Graph reads the recipients from the header. */
export const GRAPH: TransportKind = {
	hasEnvelope: false,
	check: checkMessage,
	open: createGraphTransport,
};
