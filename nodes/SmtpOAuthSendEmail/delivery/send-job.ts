import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import type { Transcript } from '../status/transcript';

/** How a message is to be delivered, as its author chose. */
export interface DeliveryOptions {
	/** At least 1. */
	readonly maxAttempts: number;
	/** From the start of an attempt to the end of the data. */
	readonly timeoutMs: number;
	/** Whether a message that only some recipients were accepted for counts as failed. */
	readonly isPartialAnError: boolean;
	/** Whether a message that an earlier try may have delivered is sent again. */
	readonly resendUnknown: boolean;
	/** Whether a transcript of what is said to the server is wanted. */
	readonly debug?: boolean;
	readonly idempotencyKey?: string | undefined;
	/** How long it may wait for a permit and between attempts, in all; `undefined` = as long as it takes. */
	readonly maxWaitMs?: number | undefined;
}

/** One message ready to go: nothing about it can be refused any more but by a server. */
export interface SendJob extends DeliveryOptions {
	/** Counts the messages of the execution; the outcome is reported under it. */
	readonly index: number;
	/** What the ledger records it under. */
	readonly ledgerKey: string;
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	readonly message: PreparedMessage;
}

/** Hands one message over to the recipients named: one attempt. Never throws. */
export type Deliver = (
	message: PreparedMessage,
	recipients: readonly string[],
	limits: {
		readonly timeoutMs: number;
		readonly signal?: AbortSignal | undefined;
		readonly transcript?: Transcript | undefined;
	},
) => Promise<DeliveryReport>;
