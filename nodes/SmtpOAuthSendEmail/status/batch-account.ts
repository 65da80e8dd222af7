import type { SendOutcome } from './outcome';

/** Numbers in their order, runs of them as ranges: "0, 2–4". */
function listed(indexes: readonly number[]): string {
	const runs: string[] = [];
	for (let at = 0; at < indexes.length;) {
		let end = at;
		while (indexes[end + 1] === (indexes[end] ?? 0) + 1) end += 1;
		const first = String(indexes[at]);
		runs.push(end === at ? first : `${first}–${String(indexes[end])}`);
		at = end + 1;
	}
	return runs.join(', ');
}

/** The words for what became of items, in the order in which they are told. */
const WORDS: Readonly<Record<SendOutcome['status'] | 'notTried', string>> = {
	sent: 'sent',
	partial: 'partly accepted',
	skipped: 'sent earlier',
	held: 'held back',
	failed: 'failed',
	unknown: 'unknown',
	notTried: 'not tried',
};

/**
 * Says what became of a batch that stopped, and for which items (counted from 0, as n8n does):
 * "Of 5 items: 2 sent (0–1), 1 failed (2), 2 not tried (3–4)."
 *
 * @param outcomes by item index; `undefined` = not tried
 */
export function describeBatch(outcomes: readonly (SendOutcome | undefined)[]): string {
	const parts = Object.entries(WORDS).flatMap(([status, word]) => {
		const indexes = [...outcomes.keys()].filter(
			(itemIndex) => (outcomes[itemIndex]?.status ?? 'notTried') === status,
		);
		return indexes.length === 0 ? [] : [`${String(indexes.length)} ${word} (${listed(indexes)})`];
	});
	const count = outcomes.length;
	return `Of ${String(count)} ${count === 1 ? 'item' : 'items'}: ${parts.join(', ')}.`;
}
