import { connectAccount } from '../../stage/sandbox-account.js';
import { countCopies, tally } from '../copies.js';
import type { Check } from '../finding.js';
import { WORKERS } from '../queue-processes.js';
import { countStatus, createSender, endOf, itemsNamed } from '../sender.js';

const EXECUTIONS = 20;
const ITEMS_EACH = 5;

/** Executions go to the worker that is free, and each worker sends. */
export const spread: Check = {
	name: 'spread',
	async run(stage) {
		const { client, sandbox, cues } = stage;
		const name = 'Spread';
		const credential = { id: await connectAccount(client, sandbox, name), name };
		const sender = await createSender(stage, credential);
		const items = itemsNamed('Spread', ITEMS_EACH);
		const cue = cues.open(items);
		for (let started = 0; started < EXECUTIONS; started += 1) await sender.start(cue);
		// With one execution each, both workers are at the cue before either goes on.
		await cue.waitFor(WORKERS.length);
		cue.release();
		const arrivals = [...(await cue.waitFor(EXECUTIONS))];
		const runs = await Promise.all(arrivals.map(async (arrival) => await endOf(stage, arrival)));

		const sent = countStatus(
			runs.flatMap(({ items: statusItems }) => statusItems),
			'sent',
		);
		const shares = WORKERS.map((name) => arrivals.filter(({ worker }) => worker === name).length);
		const copies = countCopies(sandbox.mail.messages.map(({ parsed }) => parsed.subject ?? ''));
		const arrived = items.every((item) => copies.get(String(item['subject'])) === EXECUTIONS);
		return [
			{
				statement: 'Executions are spread over both workers, and every message arrives once',
				isTrue:
					shares.every((share) => share > 0) &&
					sent === EXECUTIONS * ITEMS_EACH &&
					arrived &&
					tally(copies, items).never === 0,
				figures: `${EXECUTIONS} executions, ${shares.join(' + ')}; ${sent} of ${EXECUTIONS * ITEMS_EACH} sent`,
			},
		];
	},
};
