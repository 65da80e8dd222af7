import {
	acquirePermit,
	type LimiterClock,
	type MailboxLimits,
	type Permit,
	type Wait,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-limiter.js';
import type { MailboxState } from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { freshMailboxState } from '../smtp/transport-setting.js';

/** Limits of a mailbox that may send as fast as it can. */
export const connections = (maxConnections: number): MailboxLimits => ({
	maxConnections,
	messagesPerMinute: 0,
});

/** Lets everything happen that waits for nothing. */
export const settled = async (): Promise<void> =>
	await new Promise((resolve) => setImmediate(resolve));

/** A clock that only waits move on, and others by `advance`. */
export function fakeClock() {
	const sleepers = new Set<{
		readonly atMs: number;
		readonly wake: (hasPassed: boolean) => void;
	}>();
	let nowMs = 1_000_000;
	const wait: Wait = async (ms, signal) =>
		await new Promise((resolve) => {
			const sleeper = { atMs: nowMs + ms, wake: resolve };
			sleepers.add(sleeper);
			signal?.addEventListener('abort', () => {
				sleepers.delete(sleeper);
				resolve(false);
			});
		});
	return {
		now: () => nowMs,
		wait,
		/** Lets time pass, up to the next sleeper that wakes or `ms`. */
		async advance(ms: number): Promise<void> {
			for (const endMs = nowMs + ms; ;) {
				await settled();
				const next = [...sleepers].sort((a, b) => a.atMs - b.atMs)[0];
				if (next === undefined || next.atMs > endMs) {
					nowMs = endMs;
					return;
				}
				nowMs = next.atMs;
				sleepers.delete(next);
				next.wake(true);
				await settled();
			}
		},
	};
}

/** Of tests in which no time passes. */
export const NO_CLOCK: LimiterClock = { now: () => 0, wait: () => Promise.resolve(true) };

/** The permit; throws where there is none. */
export function granted(acquired: Awaited<ReturnType<typeof acquirePermit>>): Permit {
	if (!acquired.ok) throw new Error(acquired.failure.kind);
	return acquired.value;
}

/** A permit of the mailbox, as soon as there is one. */
export async function permitOf(
	mailboxState: MailboxState = freshMailboxState(),
	limits: MailboxLimits = connections(1),
	clock: LimiterClock = NO_CLOCK,
): Promise<Permit> {
	return granted(await acquirePermit(mailboxState, limits, clock));
}
