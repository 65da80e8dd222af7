import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rounded } from '../../../bench/figure.js';
import { median } from '../../../bench/measuring.js';
import type { N8nClient } from '../../n8n/n8n-client.js';
import type { AnswerTime } from '../answer-times.js';
import { START, STEP, type Step, mailStep, manyItems } from '../bench-workflows.js';
import type { N8nMeasurement } from '../rows.js';

const ITEMS = 10_000;
const LONGEST_MS = 100;

/** The longest time, in ms, that n8n took to answer another request while the step ran. */
async function longestAnswer(client: N8nClient, step: Step): Promise<number> {
	const workflowId = await client.createWorkflow(manyItems(`${ITEMS} items`, ITEMS, step));
	const asker = fork(
		fileURLToPath(new URL('../answer-times.ts', import.meta.url)),
		[`${client.url}/healthz`],
		{ execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')] },
	);
	try {
		const { status, error, outputs, runs } = await client.runWorkflow(workflowId, START);
		const items = outputs[STEP]?.[0] ?? [];
		if (status !== 'success' || items.length !== ITEMS) {
			throw new Error(`${status}, ${items.length} items, ${String(error?.['message'])}`);
		}
		asker.send('stop');
		const [times] = (await once(asker, 'message')) as [AnswerTime[]];
		const { startedAtMs = 0, tookMs = 0 } = runs[STEP] ?? {};
		const during = times.filter(
			(time) =>
				time.askedAtMs + time.tookMs >= startedAtMs && time.askedAtMs <= startedAtMs + tookMs,
		);
		return Math.max(...during.map((time) => time.tookMs));
	} finally {
		asker.kill();
	}
}

/** How long n8n keeps others waiting while the node sends 10,000 items. */
export const measureResponsiveness: N8nMeasurement = async (stage, { isQuick }) => {
	const step = mailStep('ours', await stage.addCredential('ours'));
	const longest: number[] = [];
	for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
		longest.push(await longestAnswer(stage.client, step));
	}
	const longestMs = median(longest);
	return {
		figures: [
			{
				what: `${rounded(ITEMS, 0)} items: longest answer of n8n to another request meanwhile`,
				measured: `${rounded(longestMs, 0)} ms`,
				mustReach: `below ${LONGEST_MS} ms`,
				isReached: longestMs < LONGEST_MS,
			},
		],
		behind: [],
	};
};
