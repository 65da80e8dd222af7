import { classifyFailure } from '../failure/classify';
import { processRegistry } from '../registry/process-registry';
import { failureOf, type SendOutcome } from '../status/outcome';
import { deliverItem, type Deliver, type DeliverySurroundings, type SendJob } from './deliver-item';
import { forgetIdle, takeConnection, takeMessageSlot, usageOf } from './mailbox-limits';

/** The items that go out by one mailbox, and the way there. */
export interface MailboxBatch {
	/** Identity of the mailbox and its settings: what the limits are counted by. */
	readonly key: string;
	/** At least 1. */
	readonly maxConnections: number;
	/** 0 = no limit. */
	readonly messagesPerMinute: number;
	readonly jobs: readonly SendJob[];
	readonly deliver: Deliver;
	/** Closes the connection once all jobs are through. */
	readonly close: () => Promise<void>;
}

/**
 * Sends the items mailbox by mailbox, one connection each, and hands every outcome over as it is
 * known. With `stopOnFailure` the first failed item ends it (an `unknown` does not); items without
 * an outcome were not tried. Never throws.
 */
export async function sendBatch(
	batches: readonly MailboxBatch[],
	options: {
		readonly stopOnFailure: boolean;
		readonly surroundings: Omit<DeliverySurroundings, 'takeConnection' | 'takeMessageSlot'>;
		readonly onOutcome: (itemIndex: number, outcome: SendOutcome) => void;
	},
): Promise<void> {
	const { surroundings, onOutcome } = options;
	const { signal, uptimeMs, wait } = surroundings;
	const { mailboxes } = processRegistry();
	for (const batch of batches) {
		const usage = usageOf(mailboxes, batch.key);
		let giveBack: (() => void) | undefined;
		const turns = {
			takeConnection: async (): Promise<boolean> => {
				giveBack ??= await takeConnection(usage, batch.maxConnections, signal);
				return giveBack !== undefined;
			},
			takeMessageSlot: async (): Promise<boolean> =>
				await takeMessageSlot(usage, batch.messagesPerMinute, { now: uptimeMs, wait }, signal),
		};
		try {
			for (const job of batch.jobs) {
				const outcome = await deliverItem(job, batch.deliver, { ...surroundings, ...turns }).catch(
					(error: unknown) => defect(job, error),
				);
				onOutcome(job.itemIndex, outcome);
				const isFailed = outcome.status !== 'unknown' && failureOf(outcome) !== undefined;
				if (isFailed && options.stopOnFailure) return;
			}
		} finally {
			await batch.close();
			giveBack?.();
			forgetIdle(mailboxes, uptimeMs());
		}
	}
}

/** An error nobody foresaw, as an outcome: it fails its own item and no other. */
function defect(job: SendJob, error: unknown): SendOutcome {
	return {
		status: 'failed',
		envelope: job.message.envelope,
		messageId: job.message.messageId,
		accepted: [],
		rejected: [],
		attempts: 0,
		durationMs: 0,
		failure: classifyFailure(error, { stage: 'connect', provider: job.provider }),
	};
}
