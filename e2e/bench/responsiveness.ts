import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { startSandbox } from '../../sandbox/start-sandbox.js';
import type { AnswerTime } from './answer-times.js';
import type { N8nClient, WorkflowDocument, WorkflowNode } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE, connectAccount } from '../stage/sandbox-account.js';
import { setStage } from '../stage/stage.js';
import { SEND_TYPE } from '../stage/test-workflow.js';

const ITEMS = 10_000;
const ROUNDS = 3;
const LONGEST_MS = 100;
const STEP = 'Step';

/** Manual trigger → 10,000 items → the step. */
function manyItems(name: string, step: Partial<WorkflowNode>): WorkflowDocument {
	const node = (id: string, type: string, more: Partial<WorkflowNode>): WorkflowNode => ({
		id,
		name: id,
		type: `n8n-nodes-base.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...more,
	});
	const list = `={{ { list: [...Array(${ITEMS}).keys()].map((n) => ({ email: 'r' + n + '@example.com' })) } }}`;
	const to = (target: string) => ({ main: [[{ node: target, type: 'main', index: 0 }]] });
	return {
		name,
		nodes: [
			node('Start', 'manualTrigger', {}),
			node('List', 'set', { typeVersion: 3.4, parameters: { mode: 'raw', jsonOutput: list } }),
			node('Items', 'splitOut', { parameters: { fieldToSplitOut: 'list', options: {} } }),
			node(STEP, 'noOp', step),
		],
		connections: { Start: to('List'), List: to('Items'), Items: to(STEP) },
	};
}

/** Runs it, and gives the longest time that n8n took to answer a request while the step ran. */
async function longestAnswer(client: N8nClient, workflow: WorkflowDocument) {
	const workflowId = await client.createWorkflow(workflow);
	const asker = fork(
		fileURLToPath(new URL('answer-times.ts', import.meta.url)),
		[`${client.url}/healthz`],
		{ execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')] },
	);
	try {
		const { status, error, outputs, runs } = await client.runWorkflow(workflowId, 'Start');
		const items = outputs[STEP]?.[0] ?? [];
		if (status !== 'success' || items.length !== ITEMS) {
			throw new Error(
				`${workflow.name}: ${status}, ${items.length} items, ${String(error?.['message'])}`,
			);
		}
		asker.send('stop');
		const [times] = (await once(asker, 'message')) as [AnswerTime[]];
		const { startedAtMs = 0, tookMs = 0 } = runs[STEP] ?? {};
		const during = times.filter(
			(time) =>
				time.askedAtMs + time.tookMs >= startedAtMs && time.askedAtMs <= startedAtMs + tookMs,
		);
		return { tookMs, longestMs: Math.max(...during.map((time) => time.tookMs)) };
	} finally {
		asker.kill();
	}
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Says how long n8n keeps others waiting while the node sends 10,000 items. */
async function main(): Promise<boolean> {
	const stage = await setStage({ name: 'responsiveness' });
	const sandbox = await startSandbox();
	try {
		const id = await connectAccount(stage.client, sandbox, 'Sandbox');
		const mail = {
			type: SEND_TYPE,
			parameters: {
				toEmail: '={{ $json.email }}',
				subject: 'Order',
				emailFormat: 'text',
				text: '=Dear {{ $json.email }}, '.padEnd(2_000, 'your order is on its way. '),
			},
			credentials: { [CREDENTIAL_TYPE]: { id, name: 'Sandbox' } },
		};
		const ours: number[] = [];
		for (let round = 1; round <= ROUNDS; round += 1) {
			const sending = await longestAnswer(stage.client, manyItems(`Mail ${round}`, mail));
			ours.push(sending.longestMs);
			console.log(
				`Round ${round}: sending took ${Math.round(sending.tookMs / 1_000)} s, longest answer meanwhile ${Math.round(sending.longestMs)} ms`,
			);
		}
		const longestMs = Math.round(median(ours));
		console.log(
			`n8n ${stage.version}: the longest answer while ${ITEMS} items go out, median of ${ROUNDS} rounds: ${longestMs} ms (must be below ${LONGEST_MS} ms)`,
		);
		return longestMs < LONGEST_MS;
	} finally {
		await sandbox.close({ removeData: true });
		await stage.n8n.stop();
	}
}

main().then(
	(isGood) => process.exit(isGood ? 0 : 1),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	},
);
