import type { AccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { FailureDraft } from '../../failure/model/failure';
import type { ApiLink } from '../api/api-conversation';
import { ApiReports } from '../api/api-reports';
import type { MailTransport, TransportDependencies, TransportKind } from '../mail-transport';
import { checkMessage } from './check-message';
import { GraphConversation } from './graph-client';
import { RECONCILE_WAITS_MS } from './draft';
import { sendLarge } from './send-large';
import { MAX_MIME_BYTES, sendMime } from './send-mime';
import { verifyGraph } from './verify-graph';

/** What the transport takes from outside. */
export interface GraphDependencies extends Pick<
	TransportDependencies,
	'request' | 'egress' | 'memory'
> {
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
	{ reconcileWaitsMs = RECONCILE_WAITS_MS, ...dependencies }: GraphDependencies,
): MailTransport {
	const link: ApiLink = { account, tokens, ...dependencies };
	return {
		async deliver(message, recipients, limits) {
			const conversation = new GraphConversation(link, limits);
			const reports = new ApiReports(conversation, message);
			const { parts } = message;
			if (parts === undefined) return reports.refusedFor(NO_PARTS, 'parameters');
			const repeated = reports.refusedAsRepeated(recipients);
			if (repeated !== undefined) return repeated;
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
