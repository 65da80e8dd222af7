import type { MailboxUsage } from '../registry/process-registry';

const MINUTE_MS = 60_000;

/** Waits, unless or until `signal` aborts. Resolves with whether the time has passed. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<boolean>;

/** A mailbox's entry in the registry, made at first use. */
export function usageOf(mailboxes: Map<string, MailboxUsage>, key: string): MailboxUsage {
	const existing = mailboxes.get(key);
	if (existing !== undefined) return existing;
	const created: MailboxUsage = { openConnections: 0, waiting: [], startedAtMs: [] };
	mailboxes.set(key, created);
	return created;
}

/** Removes the entries of mailboxes that nobody uses and whose last minute has passed. */
export function forgetIdle(mailboxes: Map<string, MailboxUsage>, nowMs: number): void {
	for (const [key, { openConnections, waiting, startedAtMs }] of mailboxes) {
		const lastMs = startedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY;
		const isIdle = openConnections === 0 && waiting.length === 0 && lastMs <= nowMs - MINUTE_MS;
		if (isIdle) mailboxes.delete(key);
	}
}

/**
 * Takes one of the mailbox's connections, waiting for its turn, first come, first served.
 *
 * @param maxConnections at least 1
 * @returns a function that gives it back (once, however often called), or `undefined` if `signal` aborted first
 */
export async function takeConnection(
	usage: MailboxUsage,
	maxConnections: number,
	signal: AbortSignal | undefined,
): Promise<(() => void) | undefined> {
	while (usage.openConnections >= maxConnections) {
		if (signal?.aborted === true) return undefined;
		await new Promise<void>((resolve) => {
			const wake = (): void => {
				signal?.removeEventListener('abort', wake);
				const place = usage.waiting.indexOf(wake);
				if (place !== -1) usage.waiting.splice(place, 1);
				resolve();
			};
			usage.waiting.push(wake);
			signal?.addEventListener('abort', wake, { once: true });
		});
	}
	if (signal?.aborted === true) {
		// Our place was given back to us although we leave: the next one may have it.
		usage.waiting[0]?.();
		return undefined;
	}
	usage.openConnections += 1;
	let isTaken = true;
	return () => {
		if (!isTaken) return;
		isTaken = false;
		usage.openConnections -= 1;
		usage.waiting[0]?.();
	};
}

/**
 * Waits until one more message keeps within the mailbox's messages per minute (any 60 seconds),
 * and counts it. Resolves with `false` if `signal` aborted first.
 *
 * @param messagesPerMinute 0 = no limit
 */
export async function takeMessageSlot(
	usage: MailboxUsage,
	messagesPerMinute: number,
	clock: { readonly now: () => number; readonly wait: Wait },
	signal: AbortSignal | undefined,
): Promise<boolean> {
	if (signal?.aborted === true) return false;
	if (messagesPerMinute <= 0) return true;
	for (;;) {
		const now = clock.now();
		while ((usage.startedAtMs[0] ?? Number.POSITIVE_INFINITY) <= now - MINUTE_MS) {
			usage.startedAtMs.shift();
		}
		if (usage.startedAtMs.length < messagesPerMinute) {
			usage.startedAtMs.push(now);
			return true;
		}
		const oldest = usage.startedAtMs[usage.startedAtMs.length - messagesPerMinute] ?? now;
		if (!(await clock.wait(oldest + MINUTE_MS - now + 1, signal))) return false;
	}
}
