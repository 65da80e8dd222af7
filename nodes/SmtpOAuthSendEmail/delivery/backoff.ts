import type { Failure } from '../failure/model/failure';

const FIRST_WAIT_MS = 1_000;

/** Longer waits are the workflow's business, not a node's that holds an execution. */
const LONGEST_WAIT_MS = 60_000;

/**
 * How long to wait before the next try: exponential backoff with jitter (half to whole). At least
 * what the server itself asks for; where a rate was exceeded also what the provider is known to want,
 * since coming earlier makes it worse. Everything else that passes with time often has passed after a
 * second. `undefined` when another try makes no sense now: the failure does not pass by itself, or not
 * within a minute.
 *
 * @param attempt number of the attempt that failed, from 1
 * @param random 0 (inclusive) to 1 (exclusive)
 * @param askedWaitMs how long the server itself asks to wait; 0 = it does not say
 */
export function waitBeforeNextAttempt(
	failure: Failure,
	attempt: number,
	random: number,
	askedWaitMs = 0,
): number | undefined {
	const passesAfterMs = Math.max(failure.retryAfterMs ?? 0, askedWaitMs);
	if (!failure.retryable || passesAfterMs > LONGEST_WAIT_MS) return undefined;
	const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
	const jitteredMs = backoffMs * (0.5 + random / 2);
	return Math.max(jitteredMs, failure.cause === 'rate-limited' ? passesAfterMs : askedWaitMs);
}
