import type { Failure } from '../failure/model/failure';
import { waitBeforeNextAttempt } from './backoff';
import type { Ending } from './conclude-item';
import { itemFailures } from './item-failures';
import type { ItemProgress } from './item-progress';
import type { Ledger, LedgerEntry } from './ledger';
import { isWithoutSession, type CircuitBreaker } from './circuit-breaker';
import type { Deliver, SendJob } from './send-job';
import type { Permit } from './mailbox-limiter';

/** What attempting needs of the world: its turn in the lane, records, time and chance. */
export interface AttemptDependencies {
	readonly ledger: Ledger;
	readonly circuitBreaker: CircuitBreaker;
	/** Waits for a turn in the mailbox's lane; `undefined` when the batch is over meanwhile. */
	readonly acquirePermit: () => Promise<Permit | undefined>;
	/** Waits without keeping others from sending; `false` when the batch is over meanwhile. */
	readonly pause: (ms: number) => Promise<boolean>;
	/** Unix ms. */
	readonly now: () => number;
	/** 0 (inclusive) to 1 (exclusive). */
	readonly random: () => number;
	/** Aborts when the execution is stopped or has timed out. */
	readonly signal?: AbortSignal | undefined;
	/** Aborts when the batch is over: stopped, or ended by a failure. What is in flight goes on. */
	readonly batchEnd: AbortSignal;
}

/**
 * Attempts delivery until nobody is left to deliver to, or trying again makes no sense. An attempt
 * that only finds one connection too many is not counted: the lane has one less from then on.
 *
 * @param turn the turn of the first attempt
 */
export async function attemptItem(
	job: SendJob,
	deliver: Deliver,
	progress: ItemProgress,
	permit: Permit,
	dependencies: AttemptDependencies,
): Promise<Ending> {
	const { ledger, circuitBreaker, signal } = dependencies;
	const { transcript } = progress;
	const describe = itemFailures(job.provider);
	const record = (status: LedgerEntry['status']): void => {
		const { heldKey } = ledger.read(job.ledgerKey) ?? {};
		ledger.write(job.ledgerKey, progress.entry(status, heldKey));
	};
	let failure: Failure | undefined;
	/** Where the batch ends while the item waits, a stop is the reason, or what it waited for. */
	const cutShort = (): Ending => ({
		failure:
			failure === undefined || signal?.aborted === true
				? describe.stopped(failure?.stage)
				: failure,
		isUnknown: false,
	});
	for (let next: Permit | undefined = permit; ; next = await dependencies.acquirePermit()) {
		if (next === undefined) return cutShort();
		progress.attempts += 1;
		if (progress.attempts > 1) transcript?.remark(`attempt ${String(progress.attempts)}`);
		const report = await deliver(job.message, progress.open(), {
			timeoutMs: job.timeoutMs,
			signal,
			transcript,
		}).catch((error: unknown) => {
			// A turn that is never given back would be missing for as long as the process lives.
			next.end({ isMessage: true });
			throw error;
		});
		if (report.kind !== 'accepted') {
			transcript?.remark(`failed, stage ${report.failure.stage}: ${report.failure.code}`);
		}
		const exceedsConnections = report.kind === 'refused' && report.exceedsConnections === true;
		const isLowered = next.end({ isMessage: !isWithoutSession(report), exceedsConnections });
		if (!exceedsConnections) circuitBreaker.observe(report);
		progress.add(report, dependencies.now());
		if (report.kind === 'unknown') {
			record('unknown');
			return { failure: report.failure, isUnknown: true };
		}
		if (report.kind === 'accepted') record(progress.isComplete() ? 'sent' : 'partial');
		failure = report.kind === 'refused' ? report.failure : describe.deferral(report.rejected);
		if (failure === undefined || progress.open().length === 0) {
			return { ...(failure === undefined ? {} : { failure }), isUnknown: false };
		}
		if (isLowered) {
			progress.attempts -= 1;
			continue;
		}
		const askedMs = report.kind === 'refused' ? report.askedWaitMs : undefined;
		const waitMs =
			progress.attempts >= job.maxAttempts
				? undefined
				: waitBeforeNextAttempt(failure, progress.attempts, dependencies.random(), askedMs);
		if (waitMs === undefined) {
			circuitBreaker.giveUp(failure);
			return { failure, isUnknown: false };
		}
		transcript?.remark(`waiting ${String(Math.round(waitMs))} ms before the next attempt`);
		if (!(await dependencies.pause(waitMs))) return cutShort();
	}
}
