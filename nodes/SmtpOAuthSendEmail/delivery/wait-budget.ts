/** How long one message may wait, in all: for a permit, and between its attempts. */
export class WaitBudget {
	#spentMs = 0;

	/**
	 * @param maxWaitMs `undefined` = as long as it takes
	 * @param uptimeMs a clock for durations
	 */
	constructor(
		readonly maxWaitMs: number | undefined,
		private readonly uptimeMs: () => number,
	) {}

	/** Ms; below 0 when more was spent than there was. `undefined` = as long as it takes. */
	get leftMs(): number | undefined {
		return this.maxWaitMs === undefined ? undefined : this.maxWaitMs - this.#spentMs;
	}

	/** Counts what has been waited since, in ms of the clock. */
	spendSince(startedAtMs: number): void {
		this.#spentMs += this.uptimeMs() - startedAtMs;
	}

	/** Counts how long a wait takes. */
	async spend<T>(wait: () => Promise<T>): Promise<T> {
		const startedAtMs = this.uptimeMs();
		try {
			return await wait();
		} finally {
			this.spendSince(startedAtMs);
		}
	}
}
