import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import type { Transcript } from '../status/transcript';

/** One attempt's limits. */
export interface AttemptLimits {
	/** From the start of the attempt to the end of the data. */
	readonly timeoutMs: number;
	/** By SMTP, for the reply to the final dot; default 600,000 (RFC 5321 §4.5.3.2.6). */
	readonly replyTimeoutMs?: number;
	readonly signal?: AbortSignal | undefined;
	/** Listens. */
	readonly transcript?: Transcript | undefined;
}

/** One mailbox's way out: a message in, a report out. */
export interface MailTransport {
	/**
	 * Hands a message over to the recipients named. Several at a time are fine. Never throws: what is
	 * refused or unknown is in the report.
	 */
	deliver(
		message: PreparedMessage,
		recipients: readonly string[],
		limits: AttemptLimits,
	): Promise<DeliveryReport>;
}
