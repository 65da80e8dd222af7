import { providerOf } from '../../../../credentials/providers/providers';
import { TRANSPORTS } from '../../../../credentials/providers/transports';
import type { MailAccount } from '../../auth/mail-account';

/** What the limits of a mailbox are counted by. */
export interface MailboxKey {
	readonly mailbox: string;
	/** The key of the same mailbox by the provider's other transport, whose messages count as well. */
	readonly otherWay?: string;
}

/** The identity of the mailbox that an account's messages go out by. */
export function mailboxKey({ provider, host, user, deliverVia }: MailAccount): MailboxKey {
	const keyAt = (server: string): string => `${server} ${user}`.toLowerCase();
	const preset = providerOf(provider);
	const other = preset?.transports.find((id) => id !== deliverVia);
	if (preset === undefined || other === undefined) return { mailbox: keyAt(host) };
	return { mailbox: keyAt(host), otherWay: keyAt(TRANSPORTS[other].hostOf(preset)) };
}
