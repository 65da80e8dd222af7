import type { Failure } from '../failure/model/failure';

const FIRST_WAIT_MS = 1_000;

/** Longer waits are the workflow's business, not a node's that holds an execution. */
const LONGEST_WAIT_MS = 60_000;

/**
 * How long to wait before the next try: exponential backoff with jitter (half to whole). Where a
 * rate was exceeded at least what the server or the provider asks for, since coming earlier makes
 * it worse; whatever else passes with time often has passed after a second. `undefined` when
 * another try makes no sense now: the failure does not pass by itself, or not within a minute.
 *
 * @param attempt number of the attempt that failed, from 1
 * @param random 0 (inclusive) to 1 (exclusive)
 */
export function waitBeforeNextAttempt(
	failure: Failure,
	attempt: number,
	random: number,
): number | undefined {
	const askedMs = failure.retryAfterMs ?? 0;
	if (!failure.retryable || askedMs > LONGEST_WAIT_MS) return undefined;
	const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
	const jitteredMs = backoffMs * (0.5 + random / 2);
	return failure.cause === 'rate-limited' ? Math.max(jitteredMs, askedMs) : jitteredMs;
}
