import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient, WorkflowDocument } from '../n8n/n8n-client.js';
import { readExampleWorkflows } from './example-workflows.js';
import { callWhenListening, failingWorkflow } from './failing-workflow.js';

const PATH = 'storm';
const DIGEST_PATH = 'digest-now';
const WITHIN_MS = 240_000;

/** The example, with a webhook beside the schedule that starts the digest. */
function withDigestNow(workflow: WorkflowDocument): WorkflowDocument {
	return {
		...workflow,
		nodes: [
			...workflow.nodes,
			{
				id: 'e2e-digest-now',
				name: 'Digest Now',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 440],
				parameters: { path: DIGEST_PATH },
				webhookId: DIGEST_PATH,
			},
		],
		connections: {
			...workflow.connections,
			'Digest Now': { main: [[{ node: 'Send Digest', type: 'main', index: 0 }]] },
		},
	};
}

/** A workflow that fails when it is called, and the example error workflow that it starts. */
export class AlertsInProduction {
	/** How many executions of the error workflow there are to be. */
	#expected = 0;

	private constructor(readonly alerts: string) {}

	/** Stores and publishes both. */
	static async create(
		client: N8nClient,
		credential: { id: string; name: string },
	): Promise<AlertsInProduction> {
		const examples = await readExampleWorkflows(credential);
		const example = examples.find(({ file }) => file === 'error-workflow.json');
		if (example === undefined) throw new Error('There is no examples/error-workflow.json.');
		const alerts = await client.createWorkflow(withDigestNow(example.workflow));
		await client.activateWorkflow(alerts);
		const failing = await client.createWorkflow(failingWorkflow(PATH, alerts));
		await client.activateWorkflow(failing);
		return new AlertsInProduction(alerts);
	}

	/** Lets executions fail, and waits until the error workflow has run for all of them. */
	async fail(client: N8nClient, count: number, atOnce: number): Promise<void> {
		const address = `${client.url}/webhook/${PATH}`;
		await callWhenListening(address);
		for (let begun = 1; begun < count; begun += atOnce) {
			const calls = Math.min(atOnce, count - begun);
			await Promise.all(Array.from({ length: calls }, async () => fetch(address)));
		}
		await this.#waitForMore(client, count);
	}

	/** Runs the digest, several at once if wanted: their status items. */
	async digest(client: N8nClient, atOnce = 1): Promise<Record<string, unknown>[]> {
		const address = `${client.url}/webhook/${DIGEST_PATH}`;
		await callWhenListening(address);
		await Promise.all(Array.from({ length: atOnce - 1 }, async () => fetch(address)));
		await this.#waitForMore(client, atOnce);
		const results = await client.lastExecutionsOf(this.alerts, atOnce);
		return results.map(({ outputs }) => (outputs['Send Digest'] ?? []).flat()[0] ?? {});
	}

	async #waitForMore(client: N8nClient, count: number): Promise<void> {
		this.#expected += count;
		const deadlineMs = Date.now() + WITHIN_MS;
		for (;;) {
			const ended = await client.countExecutions(this.alerts);
			if (ended >= this.#expected) return;
			if (Date.now() > deadlineMs) {
				throw new Error(`${ended} of ${this.#expected} executions of the error workflow ended.`);
			}
			await sleep(500);
		}
	}
}

/** How many occurrences an alert says it tells of. */
export function occurrencesIn(text: string | undefined): number {
	return Number(/^Occurrences: (\d+)/m.exec(text ?? '')?.[1] ?? 0);
}
