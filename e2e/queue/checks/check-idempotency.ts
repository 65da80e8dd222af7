import { type Copies, tally } from '../copies.js';
import type { Check, Finding } from '../finding.js';
import { type LimitedServer, startLimitedServer } from '../limited-server.js';
import type { QueueStage } from '../queue-stage.js';
import {
	type Run,
	type Sender,
	countStatus,
	createSender,
	itemsNamed,
	runTogether,
} from '../sender.js';

/** n8n makes a store for each workflow and node at first use: that moment is tried as well. */
const WORKFLOWS = 5;
const TRIALS_EACH = 10;
const KEYS_EACH = 20;
const ROUNDS = 5;

/**
 * n8n's store of keys has no lock across processes. What follows from that is measured, not
 * demanded; what must hold is that nothing fails and that a key is kept that one worker had alone.
 */
export const idempotency: Check = {
	name: 'idempotency',
	async run(stage) {
		const server = await startLimitedServer({});
		try {
			const credential = await server.connect(stage, 'Keys');
			return [
				await sameKey(stage, server, credential),
				...(await differentKeys(stage, server, credential)),
			];
		} finally {
			await server.close();
		}
	},
};

/** Two workers are given one key at the same moment. */
async function sameKey(
	stage: QueueStage,
	server: LimitedServer,
	credential: { id: string; name: string },
): Promise<Finding> {
	const trials = WORKFLOWS * TRIALS_EACH;
	let bothSent = 0;
	let failed = 0;
	let neverSent = 0;
	for (let workflow = 0; workflow < WORKFLOWS; workflow += 1) {
		const sender = await createSender(stage, credential, { hasKeys: true });
		for (let trial = 0; trial < TRIALS_EACH; trial += 1) {
			const items = itemsNamed(`Same key ${workflow}.${trial}`, 1);
			const runs = await runTogether(stage, sender, items, items);
			failed += runs.filter(({ result }) => result.status !== 'success').length;
			const { never, oftener } = tally(server.copies(), items);
			neverSent += never;
			bothSent += oftener;
		}
	}
	return {
		statement:
			'Two workers with the same key at the same moment: one sends, sometimes both, never none',
		isTrue: failed === 0 && neverSent === 0 && bothSent < trials,
		figures: `both sent in ${bothSent} of ${trials} trials, ${failed} executions failed`,
	};
}

/** Two workers record keys at the same moment, then each is given those of the other. */
async function differentKeys(
	stage: QueueStage,
	server: LimitedServer,
	credential: { id: string; name: string },
): Promise<Finding[]> {
	const sender = await createSender(stage, credential, { hasKeys: true });
	const alone = itemsNamed('Alone', KEYS_EACH);
	await runTogether(stage, sender, alone);
	const [repeated, other] = await runTogether(stage, sender, alone, alone);
	const skipped = [repeated, other].map((run) => skippedByKey(run));

	let keys = 0;
	const parallel = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		const first = itemsNamed(`Left ${round}`, KEYS_EACH);
		const second = itemsNamed(`Right ${round}`, KEYS_EACH);
		await runTogether(stage, sender, first, second);
		parallel.push(...first, ...second);
		keys += first.length + second.length;
	}
	const before = tally(server.copies(), parallel);
	await sendAll(stage, sender, parallel);
	const resent = tally(server.copies(), parallel).oftener;
	await sendAll(stage, sender, parallel);
	const resentAgain = thrice(server.copies(), parallel);
	return [
		{
			statement: 'Keys that one worker has recorded alone are skipped by both later on',
			isTrue:
				skipped.every((count) => count === KEYS_EACH) &&
				tally(server.copies(), alone).once === KEYS_EACH,
			figures: `${KEYS_EACH} keys: ${skipped.join(' and ')} skipped`,
		},
		{
			statement:
				'Keys that two workers record at the same moment: all are sent; some are forgotten, and only once',
			isTrue: before.once === keys && resentAgain === 0,
			figures: `${resent} of ${keys} were sent again by a later execution, ${resentAgain} by the one after it`,
		},
	];
}

async function sendAll(
	stage: QueueStage,
	sender: Sender,
	items: readonly Record<string, unknown>[],
) {
	await runTogether(stage, sender, items);
}

function thrice(copies: Copies, items: readonly Record<string, unknown>[]): number {
	return items.filter((item) => (copies.get(String(item['subject'])) ?? 0) > 2).length;
}

function skippedByKey(run: Run | undefined): number {
	const items = run?.items ?? [];
	const isByKey = items.filter(({ skippedBecause }) => skippedBecause === 'idempotencyKey');
	return countStatus(isByKey, 'skipped');
}
