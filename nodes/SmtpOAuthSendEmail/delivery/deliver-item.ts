import type { SendOutcome } from '../status/outcome';
import { attemptItem, type AttemptDependencies } from './attempt-item';
import { concludeItem } from './conclude-item';
import type { KeyClaims } from './idempotency';
import { itemFailures } from './item-failures';
import { ItemProgress, skippedByLedger } from './item-progress';
import type { Deliver, SendJob } from './send-job';
import type { Permit } from './mailbox-limiter';

/** What delivering needs of the world besides attempting. */
export interface DeliveryDependencies extends AttemptDependencies {
	readonly claims: KeyClaims;
	/** Lets others send while the task, which may take a while, is done. */
	readonly stepAside: (task: () => Promise<void>) => Promise<void>;
	/** Ms since some moment; for durations, since the time of day may jump. */
	readonly uptimeMs: () => number;
}

/**
 * Sends one item: skips what an earlier try of the execution (or the idempotency key) has had
 * accepted, tries again what may pass with time, and records each acceptance at once. A message
 * that may have arrived (`unknown`) is never sent again but with `resendUnknown`. Resolves with
 * `undefined` where the batch ended before the item was tried at all.
 */
export async function deliverItem(
	job: SendJob,
	deliver: Deliver,
	dependencies: DeliveryDependencies,
): Promise<SendOutcome | undefined> {
	const { ledgerKey, message } = job;
	const { ledger, claims, circuitBreaker, signal } = dependencies;
	const describe = itemFailures(job.provider);
	const recorded = ledger.read(ledgerKey);
	const progress = new ItemProgress(message, recorded, dependencies.uptimeMs, job.debug);
	if (recorded?.status === 'unknown' && !job.resendUnknown) {
		return { ...progress.handover(), status: 'unknown', failure: describe.stillUnknown() };
	}
	const earlier = skippedByLedger(recorded);
	if (earlier !== undefined && progress.open().length === 0) return earlier;

	const send = async (permit: Permit, heldKey: string | undefined): Promise<SendOutcome> => {
		ledger.write(ledgerKey, progress.entry(recorded?.status, heldKey));
		const ending = await attemptItem(job, deliver, progress, permit, dependencies);
		const outcome = concludeItem(job, progress, recorded, ending);
		if (outcome.status === 'partial') {
			ledger.write(ledgerKey, progress.entry('partial', heldKey));
		}
		return outcome;
	};
	const sendUnder = async (key: string, permit: Permit): Promise<SendOutcome | 'pending'> => {
		let claim: Awaited<ReturnType<KeyClaims['claim']>>;
		try {
			claim = await claims.claim(key, recorded?.heldKey === key);
		} catch (error: unknown) {
			const entry = progress.entry(undefined, recorded?.heldKey);
			ledger.write(ledgerKey, { ...entry, doubtfulKey: key });
			const failure = describe.keyNotRecorded(error);
			return { ...progress.handover(), status: 'failed', failure };
		}
		if (claim === 'pending') return claim;
		if (claim === 'taken') {
			return recorded?.doubtfulKey === key
				? { ...progress.handover(), status: 'failed', failure: describe.keyInDoubt() }
				: { status: 'skipped', skippedBecause: 'idempotencyKey', envelope: message.envelope };
		}
		try {
			if (dependencies.batchEnd.aborted) {
				// The batch has ended while n8n's store was busy: for a retry, should giving back fail.
				ledger.write(ledgerKey, progress.entry(undefined, key));
				await claim.release().then(
					() => {
						ledger.write(ledgerKey, progress.entry(undefined, undefined));
					},
					() => undefined,
				);
				return 'pending';
			}
			const outcome = await send(permit, key);
			if (outcome.status !== 'failed') return outcome;
			try {
				await claim.release();
			} catch (error: unknown) {
				return { ...outcome, failure: describe.withKeptKey(outcome.failure, error) };
			}
			ledger.write(ledgerKey, progress.entry(undefined, undefined));
			return outcome;
		} finally {
			claim.keep();
		}
	};

	const key = recorded?.status === undefined ? job.idempotencyKey : undefined;
	for (;;) {
		if (key !== undefined && claims.isPending(key)) {
			// Without a turn and aside, since the one it waits for may need its place.
			await dependencies.stepAside(async () => {
				await claims.whenSettled(key, dependencies.batchEnd);
			});
		}
		const permit = await dependencies.acquirePermit();
		try {
			const failure = signal?.aborted === true ? describe.stopped() : circuitBreaker.verdict;
			if (failure !== undefined) {
				return concludeItem(job, progress, recorded, { failure, isUnknown: false });
			}
			if (permit === undefined) return undefined;
			if (key === undefined) return await send(permit, recorded?.heldKey);
			const outcome = await sendUnder(key, permit);
			if (outcome !== 'pending') return outcome;
		} finally {
			permit?.end({ isMessage: false });
		}
	}
}
