/** How many copies of each message a server has taken, by subject. */
export type Copies = ReadonlyMap<string, number>;

/** Counts subjects. */
export function countCopies(subjects: readonly string[]): Copies {
	const copies = new Map<string, number>();
	for (const subject of subjects) copies.set(subject, (copies.get(subject) ?? 0) + 1);
	return copies;
}

/** The subject of a message as it came over the wire; the tests' subjects are never folded. */
export function subjectOf(message: string): string {
	return /^Subject: (.*)$/m.exec(message)?.[1]?.trim() ?? '';
}

/** Of the items, how many arrived how often. */
export function tally(copies: Copies, items: readonly Record<string, unknown>[]) {
	const counts = items.map((item) => copies.get(String(item['subject'])) ?? 0);
	return {
		never: counts.filter((count) => count === 0).length,
		once: counts.filter((count) => count === 1).length,
		oftener: counts.filter((count) => count > 1).length,
	};
}
