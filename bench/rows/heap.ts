import { BenchWorkflow } from '../sending/bench-workflow.js';
import { rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { retainedBytes } from '../measuring.js';
import { recipients } from '../sending/messages.js';

/** Slack for what does not depend on the items: code compiled meanwhile, connections, caches. */
const FIXED_BYTES = 2_000_000;

/**
 * Live memory while many items go out, against what these items' inputs, parameters and outputs
 * themselves hold.
 */
export const measureHeap: Measurement = async ({ isQuick }) => {
	const count = isQuick ? 2_000 : 10_000;
	const server = await MailServer.start();
	const workflow = new BenchWorkflow(server.target());
	await workflow.run(recipients(1_000));
	await workflow.run(recipients(1_000), 'keeper');
	workflow.kept.splice(0);

	const before = await retainedBytes();
	const items = recipients(count);
	const inputs = (await retainedBytes()) - before;

	// The engine holds copies of the items while it runs; both nodes run on the same engine.
	let reading: unknown = await workflow.run(items, 'keeper');
	const withParameters = (await retainedBytes()) - before;
	workflow.kept.splice(0);
	const withoutParameters = (await retainedBytes()) - before;
	const parameters = withParameters - withoutParameters;
	reading = undefined;
	await server.forget();

	const base = await retainedBytes();
	const moments = [1, 0.25 * count, 0.5 * count, 0.75 * count, 0.95 * count];
	const during: number[] = [];
	const sampling = (async () => {
		for (const moment of moments) {
			await server.whenReceived(moment);
			during.push((await retainedBytes()) - base);
		}
	})();
	let run: unknown = await workflow.run(items);
	await sampling;
	const withOutputs = (await retainedBytes()) - base;
	run = undefined;
	const after = (await retainedBytes()) - base;
	server.stop();
	void reading;
	void run;

	const most = Math.max(...during);
	const accounted = parameters + withOutputs;
	const perItem = (bytes: number): string => `${rounded(bytes / count / 1_000, 1)} kB`;
	return {
		figures: [
			{
				what: `${count.toLocaleString('en-US')} items: most live memory above what inputs, parameters and outputs hold`,
				measured: `${perItem(most - accounted)} an item`,
				mustReach: `at most ${perItem(FIXED_BYTES)}`,
				isReached: most - accounted <= FIXED_BYTES,
			},
			{
				what: `${count.toLocaleString('en-US')} items: live memory that stays when the execution is over and forgotten`,
				measured: `${perItem(after)} an item`,
				mustReach: `at most ${perItem(FIXED_BYTES)}`,
				isReached: after <= FIXED_BYTES,
			},
		],
		behind: [
			`Live memory (objects and buffers) an item: input ${perItem(inputs)}, parameters as read ${perItem(parameters)}, output with the execution’s record of it ${perItem(withOutputs)}; above the inputs while sending, at the first message, at a quarter, half, three quarters and 95 %: ${during.map(perItem).join(', ')}; after the execution, its result let go: ${perItem(after)}.`,
		],
	};
};
