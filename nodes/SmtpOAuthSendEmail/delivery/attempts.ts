import type { Failure } from '../failure/model/failure';
import type { Result } from '../result/result';
import type { DeliveryReport } from '../status/delivery-report';
import { waitBeforeNextAttempt } from './backoff';
import { isWithoutSession, type CircuitBreaker } from './circuit-breaker';
import type { Ending } from './conclude-item';
import { itemFailures } from './item-failures';
import type { ItemProgress } from './item-progress';
import type { Ledger, LedgerEntry } from './ledger';
import type { Permit, PermitDenied } from './mailbox-limiter';
import type { Deliver, SendJob } from './send-job';
import type { WaitBudget } from './wait-budget';

/** What attempting takes from outside: permits, records, time and chance. */
export interface AttemptDependencies {
	readonly ledger: Ledger;
	readonly circuitBreaker: CircuitBreaker;
	/** Waits for a permit of the mailbox. */
	readonly acquirePermit: (
		budget: WaitBudget,
		goesFirst?: boolean,
	) => Promise<Result<Permit, PermitDenied>>;
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
 * The attempts to deliver one message: until all recipients are accepted or refused for good, or
 * another attempt makes no sense. An attempt that only finds one connection too many is not counted:
 * the mailbox has one less from then on.
 */
export class Attempts {
	readonly #describe: ReturnType<typeof itemFailures>;
	/** Of the last attempt. */
	#failure: Failure | undefined;

	constructor(
		private readonly job: SendJob,
		private readonly deliver: Deliver,
		private readonly progress: ItemProgress,
		private readonly budget: WaitBudget,
		private readonly dependencies: AttemptDependencies,
	) {
		this.#describe = itemFailures(job.provider);
	}

	/** @param permit of the first attempt */
	async run(permit: Permit): Promise<Ending> {
		for (let next = permit; ;) {
			const ending = await this.#attempt(next);
			if (ending !== undefined) return ending;
			const acquired = await this.dependencies.acquirePermit(this.budget);
			if (!acquired.ok) return this.#endWaiting(acquired.failure);
			next = acquired.value;
		}
	}

	/** One attempt, and the wait for the next one; the ending if there is to be none. */
	async #attempt(permit: Permit): Promise<Ending | undefined> {
		const { progress, dependencies } = this;
		progress.attempts += 1;
		if (progress.attempts > 1) progress.transcript?.remark(`attempt ${String(progress.attempts)}`);
		const report = await this.#deliverOnce(permit);
		const exceedsConnections = report.kind === 'refused' && report.exceedsConnections === true;
		const isLowered = permit.end({ isMessage: !isWithoutSession(report), exceedsConnections });
		if (!exceedsConnections) dependencies.circuitBreaker.observe(report);
		progress.add(report, dependencies.now());
		if (report.kind === 'unknown') {
			this.#record('unknown');
			return { failure: report.failure, isUnknown: true };
		}
		if (report.kind === 'accepted') this.#record(progress.isComplete() ? 'sent' : 'partial');
		const failure =
			report.kind === 'refused' ? report.failure : this.#describe.deferral(report.rejected);
		this.#failure = failure;
		if (failure === undefined) return {};
		if (progress.open().length === 0) return { failure };
		const askedMs = report.kind === 'refused' ? report.askedWaitMs : undefined;
		if (!isLowered) return await this.#pauseAfter(failure, askedMs);
		progress.attempts -= 1;
		return undefined;
	}

	async #deliverOnce(permit: Permit): Promise<DeliveryReport> {
		const { job, progress, dependencies } = this;
		const { transcript } = progress;
		const report = await this.deliver(job.message, progress.open(), {
			timeoutMs: job.timeoutMs,
			signal: dependencies.signal,
			transcript,
		}).catch((error: unknown) => {
			permit.end({ isMessage: true });
			throw error;
		});
		if (report.kind !== 'accepted') {
			transcript?.remark(`failed, stage ${report.failure.stage}: ${report.failure.code}`);
		}
		return report;
	}

	/** Waits before the next attempt; the ending if there is to be none. */
	async #pauseAfter(failure: Failure, askedMs: number | undefined): Promise<Ending | undefined> {
		const { job, progress, budget, dependencies } = this;
		const waitMs =
			progress.attempts >= job.maxAttempts
				? undefined
				: waitBeforeNextAttempt(failure, progress.attempts, dependencies.random(), askedMs);
		if (waitMs === undefined) {
			dependencies.circuitBreaker.giveUp(failure);
			return { failure };
		}
		if (waitMs > (budget.leftMs ?? Number.POSITIVE_INFINITY)) {
			return this.#endWaiting({ kind: 'tooLong', retryAfterMs: Math.round(waitMs) });
		}
		progress.transcript?.remark(`waiting ${String(Math.round(waitMs))} ms before the next attempt`);
		const isOver = !(await budget.spend(async () => await dependencies.pause(waitMs)));
		return isOver ? this.#endWaiting({ kind: 'aborted' }) : undefined;
	}

	/** Where the batch ends while the message waits: fails as stopped, or with what it waited after. */
	#endWaiting(denied: PermitDenied): Ending {
		const failure = this.#failure;
		const isStopped = this.dependencies.signal?.aborted === true;
		if (denied.kind === 'tooLong' && !isStopped) {
			const { maxWaitMs = 0 } = this.budget;
			return { failure: this.#describe.waitedTooLong(maxWaitMs, denied.retryAfterMs, failure) };
		}
		const known = isStopped ? undefined : failure;
		return { failure: known ?? this.#describe.stopped(failure?.stage) };
	}

	#record(status: LedgerEntry['status']): void {
		const { ledger } = this.dependencies;
		const { ledgerKey } = this.job;
		ledger.write(ledgerKey, this.progress.entry(status, ledger.read(ledgerKey)?.heldKey));
	}
}
