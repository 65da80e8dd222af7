/** What one writer has counted. Numbers only grow, so that two copies can be joined. */
export interface Count {
	/** Occurrences. */
	readonly seen: number;
	/** How many of them a mail has told of. */
	readonly told: number;
	/** Unix ms: the first occurrence that no mail has told of, or a little before. */
	readonly sinceMs: number;
}

/**
 * Occurrences by writer. A writer is one n8n process (main or worker); each adds to its own count
 * only. So copies that were changed apart can be joined without losing or doubling an occurrence.
 */
export type Tally = Readonly<Record<string, Count>>;

/** Counts of other writers that are kept though a mail has told of all they hold. */
const MAX_SETTLED = 8;

const isSettled = ({ seen, told }: Count): boolean => seen <= told;

/** Adds occurrences to a writer's count. */
export function addTo(tally: Tally, writer: string, occurrences: number, nowMs: number): Tally {
	const { seen, told, sinceMs } = tally[writer] ?? { seen: 0, told: 0, sinceMs: nowMs };
	return {
		...tally,
		[writer]: { seen: seen + occurrences, told, sinceMs: seen > told ? sinceMs : nowMs },
	};
}

/** Occurrences that no mail has told of. */
export function pendingOf(tally: Tally): number {
	let pending = 0;
	for (const { seen, told } of Object.values(tally)) pending += Math.max(0, seen - told);
	return pending;
}

/** Unix ms of the first occurrence that no mail has told of; `undefined` where there is none. */
export function pendingSinceMs(tally: Tally): number | undefined {
	const pending = Object.values(tally).filter((count) => !isSettled(count));
	return pending.length === 0 ? undefined : Math.min(...pending.map(({ sinceMs }) => sinceMs));
}

/**
 * Marks what a mail has told of.
 *
 * @param told the tally as it was when the mail was written
 * @param nowMs when it was written; what has come since began then at the earliest
 */
export function tell(tally: Tally, told: Tally, nowMs: number): Tally {
	const counts = Object.entries(tally).map(([writer, count]): [string, Count] => {
		const mailed = told[writer]?.seen ?? 0;
		if (mailed <= count.told) return [writer, count];
		return [writer, { seen: count.seen, told: mailed, sinceMs: Math.max(count.sinceMs, nowMs) }];
	});
	return Object.fromEntries(counts);
}

/**
 * Joins two copies of one tally.
 *
 * @param writer whose own count stays in any case
 */
export function joinTallies(a: Tally, b: Tally, writer: string): Tally {
	const counts = new Map<string, Count>(Object.entries(a));
	for (const [name, theirs] of Object.entries(b)) {
		const ours = counts.get(name);
		const newer = ours === undefined || theirs.seen > ours.seen ? theirs : ours;
		const told = Math.max(theirs.told, ours?.told ?? 0);
		counts.set(name, { ...newer, told });
	}
	const settled = [...counts].filter(([name, count]) => name !== writer && isSettled(count));
	const surplus = settled.slice(0, Math.max(0, settled.length - MAX_SETTLED));
	for (const [name] of surplus) counts.delete(name);
	return Object.fromEntries(counts);
}
