import type { IExecuteFunctions } from 'n8n-workflow';
import type { TransportId } from '../../../../../credentials/providers/providers';
import { AccessTokens } from '../../../auth/access-tokens';
import type { MailAccount } from '../../../auth/mail-account';
import { mailboxStateOf } from '../../../registry/mailbox-state';
import { processRegistry } from '../../../registry/process-registry';
import { GMAIL_API } from '../../../transport/gmail/gmail-transport';
import { GRAPH } from '../../../transport/graph/graph-transport';
import type { MailTransport, TransportKind } from '../../../transport/mail-transport';
import { SMTP } from '../../../transport/smtp/smtp-transport';
import type { SignInMemory } from '../../../transport/token-wait';
import { credentialAccess, egressFilter } from '../../host/credential-access';
import { mailboxKey } from '../../host/mailbox-key';
import { httpRequest } from '../../host/n8n-http-client';

/** Every kind of transport: the one place that picks. */
const KINDS: Readonly<Record<TransportId, TransportKind>> = {
	smtp: SMTP,
	graph: GRAPH,
	gmailApi: GMAIL_API,
};

/** How the account's transport wants messages, and what it can carry. */
export function transportKind({ deliverVia }: MailAccount): TransportKind {
	return KINDS[deliverVia];
}

/**
 * Opens the account's transport, for the credential as it is for an item. Connects to nothing yet.
 *
 * @param memory shared by the transports of one execution
 */
export function openTransport(
	functions: IExecuteFunctions,
	itemIndex: number,
	account: MailAccount,
	memory: SignInMemory,
): MailTransport {
	const access = credentialAccess(functions, itemIndex, account);
	const { mailbox, otherWay } = mailboxKey(account);
	return transportKind(account).open(account, new AccessTokens(access, account, Date.now), {
		request: httpRequest(functions),
		egress: egressFilter(functions),
		mailboxState: mailboxStateOf(processRegistry().mailboxStates, mailbox, otherWay),
		credentialId: access.id,
		memory,
	});
}
