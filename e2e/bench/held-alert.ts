/**
 * Measures in a full n8n what an execution with a held alert costs, against one with n8n's No
 * Operation node in its place: from the call of its webhook to the answer, which comes when it ends.
 */
import { median } from '../../bench/measuring.js';
import { startSandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient, WorkflowDocument, WorkflowNode } from '../n8n/n8n-client.js';
import { callWhenListening } from '../stage/failing-workflow.js';
import { CREDENTIAL_TYPE, connectAccount } from '../stage/sandbox-account.js';
import { setStage } from '../stage/stage.js';
import { SEND_TYPE } from '../stage/test-workflow.js';

const CALLS = 100;
const ROUNDS = 3;
const MOST = 3;
const STEP = 'Step';

/** Webhook → the step; the answer comes when the execution ends. */
function calledWorkflow(path: string, step: Partial<WorkflowNode>): WorkflowDocument {
	const node = (name: string, type: string, more: Partial<WorkflowNode>): WorkflowNode => ({
		id: name,
		name,
		type: `n8n-nodes-base.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...more,
	});
	const webhook = {
		typeVersion: 2,
		webhookId: path,
		parameters: { path, responseMode: 'lastNode' },
	};
	return {
		name: path,
		nodes: [node('Webhook', 'webhook', webhook), node(STEP, 'noOp', step)],
		connections: { Webhook: { main: [[{ node: STEP, type: 'main', index: 0 }]] } },
	};
}

/** Stores and publishes it: the address to call. */
async function publish(client: N8nClient, workflow: WorkflowDocument): Promise<string> {
	await client.activateWorkflow(await client.createWorkflow(workflow));
	const address = `${client.url}/webhook/${workflow.name}`;
	await callWhenListening(address);
	return address;
}

/** Calls it one time after another: ms each, the median. */
async function timeOf(address: string): Promise<number> {
	const times: number[] = [];
	for (let call = 0; call < CALLS; call += 1) {
		const beganAtMs = performance.now();
		const response = await fetch(address);
		await response.text();
		if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
		times.push(performance.now() - beganAtMs);
	}
	return median(times);
}

async function main(): Promise<boolean> {
	const stage = await setStage({ name: 'held-alert' });
	const sandbox = await startSandbox();
	try {
		const { client } = stage;
		const id = await connectAccount(client, sandbox, 'Sandbox');
		const alert = {
			type: SEND_TYPE,
			parameters: {
				operation: 'alert',
				toEmail: 'on-call@sandbox.test',
				options: { groupBy: 'always the same' },
			},
			credentials: { [CREDENTIAL_TYPE]: { id, name: 'Sandbox' } },
		};
		const held = await publish(client, calledWorkflow('held', alert));
		const noOp = await publish(client, calledWorkflow('no-op', {}));
		const ratios: number[] = [];
		for (let round = 1; round <= ROUNDS; round += 1) {
			const [noOpMs, heldMs] = [await timeOf(noOp), await timeOf(held)];
			ratios.push(heldMs / noOpMs);
			console.log(
				`Round ${round}: held alert ${heldMs.toFixed(1)} ms, No-Op ${noOpMs.toFixed(1)} ms`,
			);
		}
		const ratio = median(ratios);
		const mails = sandbox.mail.messages.length;
		console.log(
			`n8n ${stage.version}: an execution with a held alert takes ${ratio.toFixed(2)} × one with a No-Op in its place (at most ${MOST} ×); ${mails} mail for ${ROUNDS * CALLS + 1} executions`,
		);
		return ratio <= MOST && mails === 1;
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
