import type { IExecuteFunctions } from 'n8n-workflow';
import { createAccessTokens, type CredentialAccess } from '../auth/access-tokens';
import type { SmtpAccount } from '../auth/smtp-account';
import type { SendJob } from '../delivery/deliver-item';
import type { MailboxBatch } from '../delivery/send-batch';
import type { EgressFilter } from '../transport/open-socket';
import { createSmtpTransport } from '../transport/smtp-transport';
import { CREDENTIAL_TYPE } from './preflight';

/** n8n's way to the tokens of the node's credential, for the item whose credential it is. */
function credentialAccess(functions: IExecuteFunctions, itemIndex: number): CredentialAccess {
	const reference = functions.getNode().credentials?.[CREDENTIAL_TYPE];
	return {
		id: reference?.id ?? reference?.name ?? CREDENTIAL_TYPE,
		readTokenData: async () => {
			const credential = await functions.getCredentials(CREDENTIAL_TYPE, itemIndex);
			return credential['oauthTokenData'];
		},
		refreshTokenData: async () => {
			const refreshed: unknown = await functions.helpers.refreshOAuth2Token.call(
				functions,
				CREDENTIAL_TYPE,
			);
			return refreshed;
		},
	};
}

/** n8n's egress filter; hosts before 2.30 or so have none. */
function egressFilter(functions: IExecuteFunctions): EgressFilter | undefined {
	return 'getSecureEgressFilter' in functions.helpers
		? functions.helpers.getSecureEgressFilter()
		: undefined;
}

/**
 * Groups the items by the mailbox they go out by, in the order in which each mailbox comes first,
 * and gives every mailbox its transport.
 */
export function groupByMailbox(
	functions: IExecuteFunctions,
	ready: readonly { readonly job: SendJob; readonly account: SmtpAccount }[],
): readonly MailboxBatch[] {
	const groups = new Map<string, { readonly account: SmtpAccount; readonly jobs: SendJob[] }>();
	for (const { job, account } of ready) {
		const key = JSON.stringify(account);
		const group = groups.get(key) ?? { account, jobs: [] };
		group.jobs.push(job);
		groups.set(key, group);
	}
	return [...groups.values()].flatMap(({ account, jobs }) => {
		const [first] = jobs;
		if (first === undefined) return [];
		const tokens = createAccessTokens(
			credentialAccess(functions, first.itemIndex),
			account.provider,
			Date.now,
		);
		const transport = createSmtpTransport(account, tokens, egressFilter(functions));
		return [
			{
				key: `${account.host} ${account.user}`.toLowerCase(),
				maxConnections: account.maxConnections,
				messagesPerMinute: account.messagesPerMinute,
				jobs,
				deliver: async (message, recipients, limits) =>
					await transport.deliver(message, recipients, limits),
				close: async () => {
					await transport.close();
				},
			},
		];
	});
}
