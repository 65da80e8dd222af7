import type { AlertPlan } from './plan-alert';

/** The field `alert` of a status item. */
export interface AlertItem {
	readonly fingerprint: string;
	readonly title: string;
	readonly workflow: string;
	readonly node: string;
	/** Since the last mail, this one included. */
	readonly occurrences: number;
	/** ISO 8601. */
	readonly firstSeenAt: string;
	/** ISO 8601; missing where no mail of it was accepted. */
	readonly lastMailAt?: string;
	/** ISO 8601: when the next occurrence may be mailed; missing where it may at once. */
	readonly nextMailAt?: string;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/**
 * Makes the field `alert` of an item's status item.
 *
 * @param lastMailAtMs Unix ms of the last accepted mail, this one included; `undefined` = none
 * @param nextMailAtMs Unix ms; `undefined` = at once
 */
export function alertItem(
	{ recorded: { problem } }: AlertPlan,
	occurrences: number,
	lastMailAtMs: number | undefined,
	nextMailAtMs: number | undefined,
): AlertItem {
	const { fingerprint, title, workflow, node, firstSeenAtMs } = problem;
	return {
		fingerprint,
		title,
		workflow,
		node,
		occurrences,
		firstSeenAt: iso(firstSeenAtMs),
		...(lastMailAtMs === undefined ? {} : { lastMailAt: iso(lastMailAtMs) }),
		...(nextMailAtMs === undefined ? {} : { nextMailAt: iso(nextMailAtMs) }),
	};
}
