import { tally } from '../copies.js';
import type { Check } from '../finding.js';
import { startLimitedServer } from '../limited-server.js';
import type { QueueStage } from '../queue-stage.js';
import {
	type Sender,
	countStatus,
	createSender,
	endOf,
	itemsNamed,
	runTogether,
	statusItemsOf,
} from '../sender.js';

const ITEMS = 10;
const REFUSED_INDEX = 6;

/** A failed execution is retried on the worker that has not seen it. */
export const retry: Check = {
	name: 'retry',
	async run(stage) {
		const items = itemsNamed('Retry', ITEMS);
		const unknownRecipients = new Set([String(items[REFUSED_INDEX]?.['to'])]);
		const server = await startLimitedServer({ unknownRecipients });
		try {
			const sender = await createSender(stage, await server.connect(stage, 'Retry'));
			const [failed] = await runTogether(stage, sender, items);
			if (failed === undefined) throw new Error('No execution has come to its cue.');
			const accepted = tally(server.copies(), items).once;

			unknownRecipients.clear();
			const retried = await withOnlyOtherWorkerFree(
				stage,
				sender,
				failed.worker,
				async () => await stage.client.retryExecution(failed.executionId),
			);
			const [worker] = await stage.processes.workersOf(retried.id);
			const statusItems = statusItemsOf(retried);
			const skipped = statusItems.filter(({ skippedBecause }) => skippedBecause === 'retry').length;
			const sent = countStatus(statusItems, 'sent');
			const { once } = tally(server.copies(), items);
			return [
				{
					statement: 'A retry on the other worker skips what was accepted and sends the rest',
					isTrue:
						failed.result.status === 'error' &&
						retried.status === 'success' &&
						worker !== undefined &&
						worker !== failed.worker &&
						accepted > 0 &&
						skipped === accepted &&
						sent === ITEMS - accepted &&
						once === ITEMS,
					figures: `first try on ${failed.worker}: ${accepted} accepted; retry on ${String(worker)}: ${skipped} skipped, ${sent} sent; ${once} of ${ITEMS} arrived once`,
				},
			];
		} finally {
			await server.close();
		}
	},
};

/** Keeps one worker busy while `task` runs. */
async function withOnlyOtherWorkerFree<T>(
	stage: QueueStage,
	sender: Sender,
	busyWorker: string,
	task: () => Promise<T>,
): Promise<T> {
	const blockers = [stage.cues.open([]), stage.cues.open([])];
	for (const blocker of blockers) await sender.start(blocker);
	const arrivals = (await Promise.all(blockers.map((blocker) => blocker.waitFor(1)))).flat();
	const stays = blockers.filter(({ arrivals: [own] }) => own?.worker === busyWorker);
	for (const blocker of blockers) if (!stays.includes(blocker)) blocker.release();
	try {
		return await task();
	} finally {
		for (const blocker of stays) blocker.release();
		await Promise.all(arrivals.map(async (arrival) => await endOf(stage, arrival)));
	}
}
