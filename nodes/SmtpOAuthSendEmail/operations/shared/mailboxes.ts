import type { IExecuteFunctions } from 'n8n-workflow';
import { createAccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { MailboxBatch } from '../../delivery/send-batch';
import type { SendJob } from '../../delivery/send-job';
import { mailboxStateOf } from '../../registry/mailbox-state';
import { processRegistry } from '../../registry/process-registry';
import { createGraphTransport } from '../../transport/graph/graph-transport';
import type { MailTransport } from '../../transport/mail-transport';
import type { SignInMemory } from '../../transport/smtp/pool/signed-in-session';
import { createSmtpTransport } from '../../transport/smtp/smtp-transport';
import { credentialAccess, egressFilter } from '../host/credential-access';
import { httpRequest } from '../host/n8n-http-client';
import { mailboxKey } from '../host/mailbox-key';

/** The mailboxes of one execution, in the order in which each comes first. */
export interface Mailboxes {
	/** Adds a message of the item to the mailbox it goes out by. */
	add(job: SendJob, account: MailAccount, itemIndex: number): void;
	/** The way out of every mailbox, with its items in input order. */
	readonly batches: readonly MailboxBatch[];
}

/** Groups items by the mailbox they go out by, and gives every mailbox its transport. */
export function createMailboxes(functions: IExecuteFunctions): Mailboxes {
	const bySettings = new Map<string, MailboxBatch>();
	/** Nearly always the next item's, too. */
	let last: { readonly account: MailAccount; readonly batch: MailboxBatch } | undefined;
	const batches: MailboxBatch[] = [];
	const memory: SignInMemory = { refusedReplacements: new Set() };
	const open = (account: MailAccount, itemIndex: number): MailboxBatch => {
		const key = mailboxKey(account);
		const access = credentialAccess(functions, itemIndex, account);
		const tokens = createAccessTokens(access, account, Date.now);
		let transport: MailTransport | undefined;
		/** Not before the batch begins: until then the registry may forget a lane. */
		const openTransport = (): MailTransport => {
			if (account.deliverVia === 'graph') {
				return createGraphTransport(account, tokens, { request: httpRequest(functions), memory });
			}
			return createSmtpTransport(account, tokens, {
				mailboxState: mailboxStateOf(processRegistry().mailboxStates, key.mailbox, key.otherWay),
				credentialId: access.id,
				egress: egressFilter(functions),
				memory,
			});
		};
		return {
			...key,
			maxConnections: account.maxConnections,
			messagesPerMinute: account.messagesPerMinute,
			jobs: [],
			deliver: async (message, recipients, limits) => {
				transport ??= openTransport();
				return await transport.deliver(message, recipients, limits);
			},
		};
	};
	const find = (account: MailAccount, itemIndex: number): MailboxBatch => {
		const settings = JSON.stringify(account);
		const known = bySettings.get(settings);
		if (known !== undefined) return known;
		const batch = open(account, itemIndex);
		bySettings.set(settings, batch);
		batches.push(batch);
		return batch;
	};
	return {
		batches,
		add(job, account, itemIndex) {
			if (last?.account !== account) last = { account, batch: find(account, itemIndex) };
			last.batch.jobs.push(job);
		},
	};
}
