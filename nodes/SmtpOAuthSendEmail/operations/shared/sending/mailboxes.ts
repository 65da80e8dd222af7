import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../../auth/mail-account';
import type { Mailbox } from '../../../delivery/mailbox-queue';
import type { MailTransport } from '../../../transport/mail-transport';
import type { SignInMemory } from '../../../transport/token-wait';
import { mailboxKey } from '../../host/mailbox-key';
import { openTransport } from './transports';

/** The mailboxes of one execution, each with its transport. */
export class Mailboxes {
	readonly #bySettings = new Map<string, Mailbox>();
	readonly #memory: SignInMemory = { refusedReplacements: new Set() };
	/** Nearly always the next item's, too. */
	#last: { readonly account: MailAccount; readonly mailbox: Mailbox } | undefined;

	constructor(private readonly functions: IExecuteFunctions) {}

	/** The mailbox of an account: the same for all accounts of the same settings. */
	of(account: MailAccount, itemIndex: number): Mailbox {
		if (this.#last?.account !== account) {
			this.#last = { account, mailbox: this.#find(account, itemIndex) };
		}
		return this.#last.mailbox;
	}

	#find(account: MailAccount, itemIndex: number): Mailbox {
		const settings = JSON.stringify(account);
		const mailbox = this.#bySettings.get(settings) ?? this.#open(account, itemIndex);
		this.#bySettings.set(settings, mailbox);
		return mailbox;
	}

	#open(account: MailAccount, itemIndex: number): Mailbox {
		let transport: MailTransport | undefined;
		return {
			...mailboxKey(account),
			maxConnections: account.maxConnections,
			messagesPerMinute: account.messagesPerMinute,
			deliver: async (message, recipients, limits) => {
				// Not before the first message goes out: until then the registry may forget the mailbox.
				transport ??= openTransport(this.functions, itemIndex, account, this.#memory);
				return await transport.deliver(message, recipients, limits);
			},
		};
	}
}
