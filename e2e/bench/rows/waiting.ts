import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, rounded } from '../../../bench/figure.js';
import { callWhenListening } from '../../stage/failing-workflow.js';
import type { BenchStage } from '../bench-stage.js';
import { type Step, calledWorkflow, mailStep } from '../bench-workflows.js';
import { memoryOf } from '../process-figures.js';
import type { N8nMeasurement } from '../rows.js';

const MEGABYTE = 1_000_000;
const PER_MINUTE = 30;
const SETTLED_AFTER_MS = 5_000;

/** Starts executions that wait in the step: bytes that n8n holds for each. */
async function heldByEach(
	stage: BenchStage,
	engine: string,
	step: Step,
	{ waiting, ahead }: { readonly waiting: number; readonly ahead: number },
): Promise<number> {
	await stage.restart({ N8N_EXPRESSION_ENGINE: engine });
	const path = `waiting-${Date.now()}`;
	const workflow = calledWorkflow(path, step, { responseMode: 'onReceived' });
	await stage.client.activateWorkflow(await stage.client.createWorkflow(workflow));
	const address = `${stage.client.url}/webhook/${path}`;
	await callWhenListening(address);
	for (let n = 1; n < ahead; n += 1) await (await fetch(address)).text();
	await sleep(SETTLED_AFTER_MS);
	const before = (await memoryOf(stage.folder)).now;
	for (let n = 0; n < waiting; n += 1) await (await fetch(address)).text();
	await sleep(SETTLED_AFTER_MS);
	return ((await memoryOf(stage.folder)).now - before) / waiting;
}

/** What an execution holds while its mail waits for the rate limit, against one in n8n's Wait node. */
export const measureWaiting: N8nMeasurement = async (stage, { isQuick }) => {
	const waiting = isQuick ? 40 : 100;
	const limits = { messagesPerMinute: PER_MINUTE };
	const mail = mailStep('ours', await stage.addCredential('ours', 0, limits), {
		toEmail: 'on-call@example.com',
		text: '=The import failed at {{ $now }}. '.padEnd(2_000, 'The disk is full. '),
	});
	// Up to 65 s n8n's own node waits in memory as well.
	const wait = {
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		parameters: { resume: 'timeInterval', amount: 60, unit: 'seconds' },
	};
	const figures: Figure[] = [];
	for (const engine of ['vm', 'legacy']) {
		const other = await heldByEach(stage, engine, wait, { waiting, ahead: 0 });
		const own = await heldByEach(stage, engine, mail, { waiting, ahead: PER_MINUTE });
		const megabytes = (bytes: number): string => rounded(bytes / MEGABYTE, 1);
		figures.push({
			what: `an execution whose mail waits for the rate limit, expression engine "${engine}": memory of n8n, against n8n’s Wait node`,
			measured: `${megabytes(own)} MB against ${megabytes(other)} MB`,
			mustReach: '',
			isReached: true,
		});
	}
	await stage.restart();
	return { figures, behind: [] };
};
