/** Measures how long each of several stages takes, also one that is entered several times. */
export class StageClock<Stage extends string> {
	readonly #spentMs = new Map<Stage, number>();
	#current: Stage;
	#since: number;

	/** @param now a clock for durations, in ms */
	constructor(
		first: Stage,
		private readonly now: () => number,
	) {
		this.#current = first;
		this.#since = now();
	}

	/** From now on time is counted for this stage. */
	enter(stage: Stage): void {
		const nowMs = this.now();
		this.#spentMs.set(this.#current, this.spent(this.#current) + nowMs - this.#since);
		this.#current = stage;
		this.#since = nowMs;
	}

	/** No more time is counted. */
	stop(): void {
		this.enter(this.#current);
	}

	/** What was counted for a stage until it was left last, in whole ms. */
	durationOf(stage: Stage): number {
		return Math.round(this.spent(stage));
	}

	private spent(stage: Stage): number {
		return this.#spentMs.get(stage) ?? 0;
	}
}
