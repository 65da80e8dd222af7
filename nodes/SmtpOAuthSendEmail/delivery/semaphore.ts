/** A counting semaphore: without a free permit you wait, first come, first served. */
export class Semaphore {
	readonly #waiting: (() => void)[] = [];
	#free: number;

	/** @param count permits, at least 1 */
	constructor(count: number) {
		this.#free = count;
	}

	/** @param goesFirst whether to go before all who wait */
	async acquire(goesFirst = false): Promise<void> {
		if (this.#free > 0) {
			this.#free -= 1;
			return;
		}
		await new Promise<void>((resolve) => {
			if (goesFirst) this.#waiting.unshift(resolve);
			else this.#waiting.push(resolve);
		});
	}

	/** Gives one permit back, or adds one; the first who waits gets it. */
	release(): void {
		const next = this.#waiting.shift();
		if (next === undefined) this.#free += 1;
		else next();
	}

	/** Does a task with a permit, which is given back also if the task fails. */
	async run<T>(task: () => Promise<T>): Promise<T> {
		await this.acquire();
		try {
			return await task();
		} finally {
			this.release();
		}
	}

	/** Does a task while the caller's permit serves others. */
	async runAside<T>(task: () => Promise<T>): Promise<T> {
		this.release();
		try {
			return await task();
		} finally {
			await this.acquire(true);
		}
	}
}
