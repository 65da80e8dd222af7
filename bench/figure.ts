/** One line of the table: something measured and what it must reach. */
export interface Figure {
	readonly what: string;
	readonly measured: string;
	readonly mustReach: string;
	readonly isReached: boolean;
}

/** What measuring a row gives: its lines of the table, and the absolute figures behind them. */
export interface Findings {
	readonly figures: readonly Figure[];
	/** Sentences or halves of them, for people who want to know more. */
	readonly behind: readonly string[];
}

/** How thoroughly to measure. */
export interface Effort {
	/** Fewer rounds and fewer messages: for trying things, not for the page. */
	readonly isQuick: boolean;
}

/** A part of the bench that measures in a process of its own. */
export type Measurement = (effort: Effort) => Promise<Findings>;

/** A number for people. */
export function rounded(value: number, digits = 2): string {
	return value.toLocaleString('en-US', {
		minimumFractionDigits: digits,
		maximumFractionDigits: digits,
	});
}

/** A line whose measure is a factor that must stay below a bound. */
export function atMost(what: string, factor: number, bound: number): Figure {
	return {
		what,
		measured: `${rounded(factor)} ×`,
		mustReach: `at most ${rounded(bound, bound % 1 === 0 ? 0 : 2)} ×`,
		isReached: factor <= bound,
	};
}
