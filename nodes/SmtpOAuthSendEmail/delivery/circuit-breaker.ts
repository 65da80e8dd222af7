import type { FailureStage } from '../failure/catalogue/failure-stage';
import type { Failure } from '../failure/model/failure';
import type { DeliveryReport } from '../status/delivery-report';

/** After so long without a session, the failure of an item that gives up counts for the items behind it. */
const LONG_DOWNTIME_MS = 60_000;

const BEFORE_ANY_MESSAGE: readonly FailureStage[] = ['token', 'connect', 'tls', 'ehlo', 'auth'];

/** Whether an attempt ended before a message could be offered: it says nothing of the message. */
export function isWithoutSession(report: DeliveryReport): boolean {
	return report.kind === 'refused' && BEFORE_ANY_MESSAGE.includes(report.failure.stage);
}

/**
 * Watches whether a batch gets through to its server at all. A server that is down must not cost
 * each of thousands of items its own attempts, time-outs and waits: once it has been down for a minute
 * and an item has used up its attempts, that item's failure is the verdict for all that follow.
 */
export class CircuitBreaker {
	#beganAtMs: number | undefined;
	#verdict: Failure | undefined;

	/** @param uptimeMs a clock for durations */
	constructor(private readonly uptimeMs: () => number) {}

	/** What items that have not begun come to without being tried. */
	get verdict(): Failure | undefined {
		return this.#verdict;
	}

	/** Takes note of what an attempt came to. */
	observe(report: DeliveryReport): void {
		if (isWithoutSession(report)) this.#beganAtMs ??= this.uptimeMs();
		else this.#beganAtMs = undefined;
	}

	/** An item has used up its attempts, the last one with this failure. */
	giveUp(failure: Failure): void {
		if (this.#beganAtMs === undefined) return;
		if (this.uptimeMs() - this.#beganAtMs >= LONG_DOWNTIME_MS) this.#verdict = failure;
	}
}
