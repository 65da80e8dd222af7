import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../auth/mail-account';
import type { MailboxBatch } from '../../delivery/send-batch';
import type { SendJob } from '../../delivery/send-job';
import type { MailTransport } from '../../transport/mail-transport';
import type { SignInMemory } from '../../transport/token-wait';
import { mailboxKey } from '../host/mailbox-key';
import { openTransport } from './transports';

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
		let transport: MailTransport | undefined;
		return {
			...mailboxKey(account),
			maxConnections: account.maxConnections,
			messagesPerMinute: account.messagesPerMinute,
			jobs: [],
			deliver: async (message, recipients, limits) => {
				// Not before the batch begins: until then the registry may forget the mailbox.
				transport ??= openTransport(functions, itemIndex, account, memory);
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
