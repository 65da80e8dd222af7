import { atMost, rounded } from '../../../bench/figure.js';
import { median } from '../../../bench/measuring.js';
import { callWhenListening } from '../../stage/failing-workflow.js';
import type { BenchStage } from '../bench-stage.js';
import { type Step, calledWorkflow, mailStep } from '../bench-workflows.js';
import type { N8nMeasurement } from '../rows.js';

const MOST = 3;

/** Stores and publishes the step behind a webhook that answers when the execution ends: its address. */
async function publish({ client }: BenchStage, path: string, step: Step): Promise<string> {
	const workflow = calledWorkflow(path, step, { responseMode: 'lastNode' });
	await client.activateWorkflow(await client.createWorkflow(workflow));
	const address = `${client.url}/webhook/${path}`;
	await callWhenListening(address);
	return address;
}

/** Calls it one time after another: ms each, the median. */
async function timeOf(address: string, calls: number): Promise<number> {
	const times: number[] = [];
	for (let call = 0; call < calls; call += 1) {
		const beganAtMs = performance.now();
		const response = await fetch(address);
		await response.text();
		if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
		times.push(performance.now() - beganAtMs);
	}
	return median(times);
}

/** What an execution with a held alert costs, against one with n8n's No Operation node in its place. */
export const measureHeldAlert: N8nMeasurement = async (stage, { isQuick }) => {
	const calls = isQuick ? 20 : 100;
	const rounds = isQuick ? 1 : 3;
	await stage.server.forget();
	const held = await publish(stage, 'held', {
		...mailStep('ours', await stage.addCredential('ours')),
		parameters: {
			operation: 'alert',
			toEmail: 'on-call@example.com',
			options: { groupBy: 'always the same' },
		},
	});
	const noOp = await publish(stage, 'no-op', {});
	const times: { readonly noOpMs: number; readonly heldMs: number }[] = [];
	for (let round = 0; round < rounds; round += 1) {
		times.push({ noOpMs: await timeOf(noOp, calls), heldMs: await timeOf(held, calls) });
	}
	const ratio = median(times.map(({ heldMs, noOpMs }) => heldMs / noOpMs));
	const mails = (await stage.server.receipts()).endedAtMs.length;
	const executions = rounds * calls + 1;
	return {
		figures: [
			atMost('An execution with a held alert, against one with a No-Op in its place', ratio, MOST),
			{
				what: `${executions} executions with an alert of one problem: mails sent`,
				measured: String(mails),
				mustReach: '1',
				isReached: mails === 1,
			},
		],
		behind: [
			`An execution with a held alert takes ${rounded(median(times.map(({ heldMs }) => heldMs)), 1)} ms from its webhook's call to the answer, one with a No-Op ${rounded(median(times.map(({ noOpMs }) => noOpMs)), 1)} ms.`,
		],
	};
};
