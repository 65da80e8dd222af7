import type { Failure } from '../failure/model/failure';
import type { Envelope } from '../message/fields/envelope';

/** A recipient the server refused, in the server's (redacted) words. */
export interface Rejection {
	readonly address: string;
	readonly replyCode: number;
	readonly enhancedStatusCode?: string;
	readonly reason: string;
}

export type SendStatus = 'sent' | 'partial' | 'failed' | 'unknown' | 'skipped' | 'held';

/** The `json` of an output item of the operation `send`. */
export interface StatusItem {
	readonly status: SendStatus;
	readonly messageId?: string;
	readonly serverMessageId?: string;
	readonly envelope: Envelope;
	readonly accepted: readonly string[];
	readonly rejected: readonly Rejection[];
	readonly response?: string;
	readonly attempts: number;
	readonly durationMs: number;
	readonly sizeBytes?: number;
	/** ISO 8601, when the server accepted the message. */
	readonly sentAt?: string;
	readonly provider: string;
	readonly transport: string;
	readonly tlsVerified?: boolean;
	readonly recordedStatus?: 'sent' | 'partial';
	readonly skippedBecause?: 'retry' | 'idempotencyKey' | 'automatic' | 'nothingHeld';
	readonly failure?: Failure;
	/** What of the message may not arrive as it was written, in a sentence each. */
	readonly warnings?: readonly string[];
	/** What was said between us and the server, free of secrets; with the option Debug only. */
	readonly transcript?: readonly string[];
}
