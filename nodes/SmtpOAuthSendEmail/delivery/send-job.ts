import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import type { Transcript } from '../status/transcript';

/** One item ready to go: nothing about it can be refused any more but by a server. */
export interface SendJob {
	readonly itemIndex: number;
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	readonly message: PreparedMessage;
	readonly maxAttempts: number;
	/** From the start of an attempt to the end of the data. */
	readonly timeoutMs: number;
	readonly isPartialAnError: boolean;
	readonly resendUnknown: boolean;
	/** Whether a transcript of what is said to the server is wanted. */
	readonly debug?: boolean;
	readonly idempotencyKey?: string;
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
