import type { AlertPlan } from './plan-alert';

const iso = (atMs: number | undefined): string | undefined =>
	atMs === undefined ? undefined : new Date(atMs).toISOString();

/**
 * Makes the field `alert` of an item's status item; times are ISO 8601.
 *
 * @param occurrences since the last mail, this one included
 * @param lastMailAtMs Unix ms of the last accepted mail, this one included; `undefined` = none
 * @param nextMailAtMs Unix ms: when the next occurrence may be mailed; `undefined` = at once
 */
export function alertItem(
	{ recorded: { problem } }: AlertPlan,
	occurrences: number,
	lastMailAtMs: number | undefined,
	nextMailAtMs: number | undefined,
): object {
	const { fingerprint, title, workflow, node, firstSeenAtMs } = problem;
	return {
		fingerprint,
		title,
		workflow,
		node,
		occurrences,
		firstSeenAt: iso(firstSeenAtMs),
		lastMailAt: iso(lastMailAtMs),
		nextMailAt: iso(nextMailAtMs),
	};
}
