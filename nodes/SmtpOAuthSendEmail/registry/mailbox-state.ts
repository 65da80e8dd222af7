/** A connection that waits for its next message. */
export interface IdleConnection {
	/** Ends it politely; may be called more than once. Never fails. */
	close(): void;
	/** Resolves, and never rejects, when the connection is over. */
	readonly ended: Promise<unknown>;
}

/**
 * What all executions of this process share of one mailbox by one transport. Every open connection
 * is either one of `idle` or belongs to one of the `busy` attempts, which have one each at most.
 */
export interface MailboxState {
	/** Batches that go out by it, whether or not an attempt of theirs is under way. */
	users: number;
	/** Attempts under way. */
	busy: number;
	/** Wakes those who wait for a permit, first come, first served. */
	readonly waiting: (() => void)[];
	/** When the messages of the last minute ended, oldest first: ms of `performance.now()`, since the time of day may jump. */
	readonly endedAtMs: number[];
	/** Connections kept for the next message, the last used one last. */
	readonly idle: IdleConnection[];
	/** What the server has shown to bear when it refused a connection as one too many. */
	lowered?: { readonly limit: number; readonly untilMs: number } | undefined;
	/** The same mailbox by its other transport: what is on its way there counts among the minute's. */
	otherWay?: MailboxState | undefined;
}

/**
 * The mailbox's entry in the registry, made at first use.
 *
 * @param otherWay the same mailbox by another transport: its connections are its own, but what goes
 * out by it counts among the messages of the minute
 */
export function mailboxStateOf(
	mailboxStates: Map<string, MailboxState>,
	mailbox: string,
	otherWay?: string,
): MailboxState {
	const existing = mailboxStates.get(mailbox);
	const other = otherWay === undefined ? undefined : mailboxStates.get(otherWay);
	const found: MailboxState = existing ?? {
		users: 0,
		busy: 0,
		waiting: [],
		endedAtMs: other?.endedAtMs ?? [],
		idle: [],
	};
	mailboxStates.set(mailbox, found);
	if (other !== undefined) {
		found.otherWay = other;
		other.otherWay = found;
	}
	return found;
}

/**
 * How many connections the mailbox may have now, 1 at least.
 *
 * @param nowMs ms of `performance.now()`
 */
export function connectionLimit(
	{ lowered }: MailboxState,
	maxConnections: number,
	nowMs: number,
): number {
	if (lowered === undefined || lowered.untilMs <= nowMs) return maxConnections;
	return Math.min(maxConnections, lowered.limit);
}

/**
 * Closes idle connections, which count with the server as well, until no more are open than the mailbox
 * may have. Resolves when they are over.
 *
 * @param nowMs ms of `performance.now()`
 */
export async function closeSurplus(
	mailboxState: MailboxState,
	maxConnections: number,
	nowMs: number,
): Promise<void> {
	const { busy, idle } = mailboxState;
	const surplus = busy + idle.length - connectionLimit(mailboxState, maxConnections, nowMs);
	const closing = idle.slice(0, Math.max(0, surplus));
	for (const connection of closing) connection.close();
	await Promise.all(closing.map(async ({ ended }) => await ended));
}
