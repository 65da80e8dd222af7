import type { FailureCode } from '../failure/catalogue/catalogue';
import { classifyFailure } from '../failure/classify';
import { describeFailure } from '../failure/describe-failure';
import type { FailureStage } from '../failure/catalogue/failure-stage';
import { type Failure, STOPPED } from '../failure/model/failure';
import { safeText } from '../untrusted/redact';
import type { Rejection } from '../status/delivery-report';
import { findDeferral } from './item-progress';

/** Describes the faults that delivery itself finds, for one provider (a key of credentials/providers.ts). */
export function itemFailures(provider: string) {
	const describe = (
		code: FailureCode,
		stage: FailureStage,
		detail: string,
		remedy?: string,
	): Failure =>
		describeFailure(remedy === undefined ? { code, detail } : { code, detail, remedy }, {
			stage,
			provider,
		});
	return {
		/** The execution was stopped or timed out before the item was sent. */
		stopped: (stage: FailureStage = 'connect'): Failure =>
			describeFailure(STOPPED, { stage, provider }),

		/** An earlier try of the execution left it open whether the message arrived. */
		stillUnknown: (): Failure =>
			describe(
				'DELIVERY_UNKNOWN',
				'reply',
				'An earlier try of this execution sent the whole message and got no reply. It is not sent again by itself.',
			),

		/** Sending again what may have arrived has failed for `reason`. */
		unknownDespiteResending: (reason: string): Failure =>
			describe(
				'DELIVERY_UNKNOWN',
				'reply',
				`Sending it again failed (${reason}); the first copy may have arrived all the same.`,
			),

		/**
		 * The message would have waited longer than it may.
		 *
		 * @param retryAfterMs how much longer at least; `undefined` = not known
		 * @param last failure of the last attempt, if there was one
		 */
		waitedTooLong: (
			maxWaitMs: number,
			retryAfterMs: number | undefined,
			last?: Failure,
		): Failure => {
			const limit = `"Max Wait (Seconds)" allows ${String(maxWaitMs / 1_000)} in all.`;
			const failure = describe(
				'RATE_LIMITED',
				last?.stage ?? 'connect',
				last === undefined
					? `The message would have to wait too long for a connection or for the rate limit: ${limit}`
					: `The message would have to wait too long for its next attempt: ${limit} The last attempt failed: ${last.message}`,
				'Send it again later, or raise Max Wait (Seconds). Messages per Minute and Max Connections of the credential say how fast messages go out.',
			);
			return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs };
		},

		/** An error that was not foreseen. */
		defect: (error: unknown): Failure => classifyFailure(error, { stage: 'connect', provider }),

		/** No recipient is left to send to. */
		allRefused: (): Failure =>
			describe('RECIPIENT_REJECTED', 'rcptTo', 'The server has refused all recipients.'),

		/** Only some recipients were accepted, and the item asks to treat that as a failure. */
		partlyRefused: (accepted: number, recipients: number): Failure =>
			describe(
				'RECIPIENT_REJECTED',
				'rcptTo',
				`The server accepted the message for ${String(accepted)} of ${String(recipients)} recipients.`,
			),

		/** For the recipients of an accepted message that may pass later, if there are any. */
		deferral: (rejected: readonly Rejection[]): Failure | undefined => {
			const deferred = findDeferral(rejected);
			if (deferred === undefined) return undefined;
			const detail = `${deferred.address}: ${deferred.reason}`;
			return { ...describe('RECIPIENT_REJECTED', 'rcptTo', detail), retryable: true };
		},

		/** n8n's store did not record the idempotency key. */
		keyNotRecorded: (error: unknown): Failure =>
			describe(
				'UNCLASSIFIED',
				'parameters',
				`The idempotency key could not be recorded in n8n's database, so nothing was sent: ${safeText(error, 200)}`,
				'Save the workflow if it is new, and run it again. If it recurs, ask the administrator of n8n to look at its database.',
			),

		/** Skipped, the item could be dropped silently; sent, it could go out twice. */
		keyInDoubt: (): Failure =>
			describe(
				'UNCLASSIFIED',
				'parameters',
				'The idempotency key is taken. Either a message was sent with it before, or an earlier try of this execution took it and sent nothing, because the database failed.',
				'Look into the Sent folder. If the message is not there, send it with another text in Options → Idempotency Key.',
			),

		/** A retry of this execution may still use the key; a new execution will skip the message. */
		withKeptKey: (failure: Failure, error: unknown): Failure => ({
			...failure,
			message: `${failure.message} The idempotency key could not be given back, so later executions will skip the item: ${safeText(error, 200)}`,
		}),
	};
}
