import type { Failure } from '../failure/model/failure';
import type { Envelope } from '../message/fields/envelope';
import type { Rejection } from './delivery-report';

/** What is known of a message's way out, for every outcome. Absent fields are not known. */
export interface Handover {
	readonly envelope: Envelope;
	readonly messageId?: string | undefined;
	readonly serverMessageId?: string | undefined;
	readonly accepted: readonly string[];
	readonly rejected: readonly Rejection[];
	/** The server's last reply, redacted. */
	readonly response?: string | undefined;
	readonly attempts: number;
	readonly durationMs: number;
	readonly sizeBytes?: number | undefined;
	/** Unix ms. */
	readonly sentAtMs?: number | undefined;
	readonly tlsVerified?: boolean | undefined;
	/** What of the message may not arrive as it was written. */
	readonly warnings?: readonly string[] | undefined;
	/** What was said, if that was wanted. */
	readonly transcript?: readonly string[] | undefined;
}

/** What became of one input item. */
export type SendOutcome =
	| (Handover &
			(
				| { readonly status: 'sent' | 'held' }
				| { readonly status: 'partial'; readonly failure?: Failure }
				| { readonly status: 'failed' | 'unknown'; readonly failure: Failure }
				| { readonly status: 'skipped'; readonly skippedBecause: 'automatic' | 'nothingHeld' }
				| {
						readonly status: 'skipped';
						readonly skippedBecause: 'retry';
						readonly recordedStatus: 'sent' | 'partial';
				  }
			))
	| {
			readonly status: 'skipped';
			readonly skippedBecause: 'idempotencyKey';
			readonly envelope: Envelope;
	  };

/** The failure of an outcome that counts as one in the stop and error-output modes. */
export function failureOf(outcome: SendOutcome): Failure | undefined {
	return 'failure' in outcome ? outcome.failure : undefined;
}

/** Of an item of whose message nothing existed. */
export const NO_HANDOVER: Handover = {
	envelope: { from: '', to: [] },
	accepted: [],
	rejected: [],
	attempts: 0,
	durationMs: 0,
};

/** An item that failed before anything of its message existed. */
export function unprepared(failure: Failure): SendOutcome {
	return { ...NO_HANDOVER, status: 'failed', failure };
}

/** An occurrence that an alert has counted without a mail. */
export const HELD: SendOutcome = { ...NO_HANDOVER, status: 'held' };

/** A digest that had nothing to tell. */
export const NOTHING_HELD: SendOutcome = {
	...NO_HANDOVER,
	status: 'skipped',
	skippedBecause: 'nothingHeld',
};
