import type { Failure } from '../failure/model/failure';
import { fail, type Result } from '../result/result';
import type { SendOutcome } from '../status/outcome';
import { withinTime } from '../timing/with-timeout';
import { Attempts, type AttemptDependencies } from './attempts';
import { concludeItem } from './conclude-item';
import type { KeyClaim, KeyClaims } from './idempotency';
import { itemFailures } from './item-failures';
import { ItemProgress, skippedByLedger } from './item-progress';
import type { LedgerEntry } from './ledger';
import type { Permit } from './mailbox-limiter';
import type { Deliver, SendJob } from './send-job';
import type { WaitBudget } from './wait-budget';

/**
 * How long a message keeps its turn while its key is being claimed. Those that gave it up at once would
 * claim for many messages ahead, which a process that dies then takes along.
 */
const CLAIM_PATIENCE_MS = 1_000;

/** What delivering takes from outside besides attempting. */
export interface DeliveryDependencies extends AttemptDependencies {
	readonly claims: KeyClaims;
	/** Lets others send while the task, which may take a while, is done. */
	readonly stepAside: <T>(task: () => Promise<T>) => Promise<T>;
	/** Ms since some moment; for durations, since the time of day may jump. */
	readonly uptimeMs: () => number;
}

/**
 * Sends one message: skips what an earlier try of the execution (or the idempotency key) has had
 * accepted, tries again what may pass with time, and records each acceptance at once. A message
 * that may have arrived (`unknown`) is never sent again but with `resendUnknown`.
 */
export class MessageDelivery {
	readonly #recorded: LedgerEntry | undefined;
	readonly #progress: ItemProgress;
	readonly #describe: ReturnType<typeof itemFailures>;

	/** @param budget how long the message may wait */
	constructor(
		private readonly job: SendJob,
		private readonly deliver: Deliver,
		private readonly budget: WaitBudget,
		private readonly dependencies: DeliveryDependencies,
	) {
		this.#recorded = dependencies.ledger.read(job.ledgerKey);
		this.#progress = new ItemProgress(
			job.message,
			this.#recorded,
			dependencies.uptimeMs,
			job.debug,
		);
		this.#describe = itemFailures(job.provider);
	}

	/**
	 * Resolves with `undefined` where the batch ended before the message was tried at all.
	 *
	 * @throws what was not foreseen, but nothing once the server has accepted the message
	 */
	async run(): Promise<SendOutcome | undefined> {
		if (this.#recorded?.status === 'unknown' && !this.job.resendUnknown) {
			return {
				...this.#progress.handover(),
				status: 'unknown',
				failure: this.#describe.stillUnknown(),
			};
		}
		const earlier = skippedByLedger(this.#recorded);
		if (earlier !== undefined && this.#progress.open().length === 0) return earlier;
		// A message of which something was accepted holds its key already, or never had one.
		const key = this.#recorded?.status === undefined ? this.job.idempotencyKey : undefined;
		const sending = key === undefined ? this.#sendPlainly() : this.#sendUnder(key);
		return await sending.catch((error: unknown) => {
			if (!this.#progress.hasNewAcceptance) throw error;
			return this.#conclude(this.#describe.defect(error));
		});
	}

	async #sendPlainly(): Promise<SendOutcome | undefined> {
		const acquired = await this.#acquirePermit();
		if (!acquired.ok) return acquired.failure;
		return await this.#send(acquired.value, this.#recorded?.heldKey);
	}

	async #sendUnder(key: string): Promise<SendOutcome | undefined> {
		for (;;) {
			const tooLong = await this.#whenSettled(key);
			if (tooLong !== undefined) return tooLong;
			// The key is claimed just before the message is sent, and n8n's store may take long: so once
			// a permit is to be had it is given back, and there is another one, first, when it is done.
			const acquired = await this.#acquirePermit();
			if (!acquired.ok) return acquired.failure;
			acquired.value.end({ isMessage: false });
			const outcome = await this.#claimAndSend(key);
			if (outcome !== 'pending') return outcome;
		}
	}

	/** Waits for another message under the key, aside and without a permit, since it may need one. */
	async #whenSettled(key: string): Promise<SendOutcome | undefined> {
		const { budget } = this;
		const { claims, batchEnd, stepAside } = this.dependencies;
		if (!claims.isPending(key)) return undefined;
		const limits = { signal: batchEnd, timeoutMs: budget.leftMs };
		await budget.spend(async () => {
			await stepAside(async () => {
				await claims.whenSettled(key, limits);
			});
		});
		if (!claims.isPending(key) || (budget.leftMs ?? 1) > 0) return undefined;
		return this.#conclude(this.#describe.waitedTooLong(budget.maxWaitMs ?? 0, undefined));
	}

	async #claimAndSend(key: string): Promise<SendOutcome | 'pending' | undefined> {
		const { claims, signal, stepAside } = this.dependencies;
		const limits = { signal, timeoutMs: this.job.timeoutMs };
		const isHeld = this.#recorded?.heldKey === key;
		const claiming = claims.claim(key, isHeld, limits);
		const soon = await withinTime(claiming, CLAIM_PATIENCE_MS, signal);
		const claimed = typeof soon === 'string' ? await stepAside(async () => await claiming) : soon;
		if (!claimed.ok) {
			this.#note(this.#recorded?.heldKey, key);
			const failure =
				signal?.aborted === true
					? this.#describe.stopped()
					: this.#describe.keyNotRecorded(claimed.failure);
			return { ...this.#progress.handover(), status: 'failed', failure };
		}
		const claim = claimed.value;
		if (claim === 'pending') return claim;
		if (claim === 'taken') return this.#whenTaken(key);
		try {
			return await this.#sendHolding(key, claim);
		} finally {
			claim.keep();
		}
	}

	async #sendHolding(key: string, claim: KeyClaim): Promise<SendOutcome | undefined> {
		const acquired = await this.#acquirePermit(true);
		const outcome = acquired.ok ? await this.#send(acquired.value, key) : acquired.failure;
		if (outcome !== undefined && outcome.status !== 'failed') return outcome;
		// Should giving the key back fail, a retry must know that it is this message's own.
		this.#note(key);
		const released = await claim.release();
		if (released.ok) this.#note(undefined);
		else if (outcome !== undefined) {
			return { ...outcome, failure: this.#describe.withKeptKey(outcome.failure, released.failure) };
		}
		return outcome;
	}

	/** A message under the key has gone out, or the store failed when it was to be recorded. */
	#whenTaken(key: string): SendOutcome {
		if (this.#recorded?.doubtfulKey === key) {
			const failure = this.#describe.keyInDoubt();
			return { ...this.#progress.handover(), status: 'failed', failure };
		}
		const { envelope } = this.job.message;
		return { status: 'skipped', skippedBecause: 'idempotencyKey', envelope };
	}

	async #send(permit: Permit, heldKey: string | undefined): Promise<SendOutcome> {
		const { job, budget, dependencies } = this;
		const { ledger } = dependencies;
		try {
			ledger.write(job.ledgerKey, this.#progress.entry(this.#recorded?.status, heldKey));
			const attempts = new Attempts(job, this.deliver, this.#progress, budget, dependencies);
			const ending = await attempts.run(permit);
			const outcome = concludeItem(job, this.#progress, this.#recorded, ending);
			if (outcome.status === 'partial') {
				ledger.write(job.ledgerKey, this.#progress.entry('partial', heldKey));
			}
			return outcome;
		} finally {
			permit.end({ isMessage: false });
		}
	}

	/** A permit, or what the message comes to without one: `undefined` where the batch ended before. */
	async #acquirePermit(goesFirst = false): Promise<Result<Permit, SendOutcome | undefined>> {
		const { budget } = this;
		const { circuitBreaker, signal, acquirePermit } = this.dependencies;
		const acquired = await acquirePermit(budget, goesFirst);
		const failure = signal?.aborted === true ? this.#describe.stopped() : circuitBreaker.verdict;
		if (failure !== undefined) {
			if (acquired.ok) acquired.value.end({ isMessage: false });
			return fail(this.#conclude(failure));
		}
		if (acquired.ok) return acquired;
		if (acquired.failure.kind === 'aborted') return fail(undefined);
		const { retryAfterMs } = acquired.failure;
		return fail(this.#conclude(this.#describe.waitedTooLong(budget.maxWaitMs ?? 0, retryAfterMs)));
	}

	#conclude(failure: Failure): SendOutcome {
		return concludeItem(this.job, this.#progress, this.#recorded, { failure });
	}

	/** Records that nothing was accepted, and what is known of the key. */
	#note(heldKey: string | undefined, doubtfulKey?: string): void {
		const entry = this.#progress.entry(undefined, heldKey);
		this.dependencies.ledger.write(this.job.ledgerKey, { ...entry, doubtfulKey });
	}
}
