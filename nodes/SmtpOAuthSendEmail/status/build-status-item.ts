import type { SendOutcome } from './outcome';
import type { StatusItem } from './status-item';

/** How the message went out; part of every status item. */
export interface TransportInfo {
	readonly provider: string;
	readonly transport: string;
}

/** A `skipped` by idempotency key knows nothing of the message that was sent under the key. */
export type KeySkippedItem = Pick<
	StatusItem,
	'status' | 'skippedBecause' | 'envelope' | 'provider' | 'transport'
>;

/** Puts an outcome into the form of docs/status-item.md: fields that are not known are left out. */
export function buildStatusItem(
	outcome: SendOutcome,
	{ provider, transport }: TransportInfo,
): StatusItem | KeySkippedItem {
	if (outcome.status === 'skipped' && outcome.skippedBecause === 'idempotencyKey') {
		const { status, skippedBecause, envelope } = outcome;
		return { status, skippedBecause, envelope, provider, transport };
	}
	const { status, sentAtMs, transcript, ...known } = outcome;
	// What happened comes first: that is what the editor's panel shows without scrolling.
	return {
		status,
		...known,
		...(sentAtMs === undefined ? {} : { sentAt: new Date(sentAtMs).toISOString() }),
		provider,
		transport,
		...(transcript === undefined ? {} : { transcript }),
	};
}
