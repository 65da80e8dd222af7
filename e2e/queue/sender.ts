import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecutionResult } from '../n8n/n8n-client.js';
import { SEND } from '../stage/test-workflow.js';
import type { Arrival, Cue } from './cue-server.js';
import { type CueWorkflowOptions, cueWorkflow } from './cue-workflow.js';
import type { QueueStage } from './queue-stage.js';

/** An active workflow whose webhook starts an execution on one of the workers. */
export interface Sender {
	/** Has one more execution queued, which goes on with the cue's items. */
	start(cue: Cue): Promise<void>;
}

/** An execution that has ended, and who ran it. */
export interface Run extends Arrival {
	result: ExecutionResult;
	/** The status items it put out. */
	items: readonly Record<string, unknown>[];
}

const LISTENING_WITHIN_MS = 60_000;
let lastNumber = 0;

/** Stores and activates a workflow that sends by the credential. */
export async function createSender(
	stage: QueueStage,
	credential: { id: string; name: string },
	options: CueWorkflowOptions = {},
): Promise<Sender> {
	lastNumber += 1;
	const webhookPath = `send-${lastNumber}`;
	const workflow = cueWorkflow(webhookPath, stage.cues.url, credential, options);
	await stage.client.activateWorkflow(await stage.client.createWorkflow(workflow));
	const call = async (cue: Cue) =>
		await fetch(`${stage.processes.url}/webhook/${webhookPath}?ticket=${cue.ticket}`);
	await waitUntilListening(stage, call);
	return {
		async start(cue) {
			const response = await call(cue);
			if (!response.ok) {
				throw new Error(`The webhook answered ${response.status}: ${await response.text()}`);
			}
		},
	};
}

/** n8n registers a webhook some time after it has activated the workflow. */
async function waitUntilListening(stage: QueueStage, call: (cue: Cue) => Promise<Response>) {
	const nothing = stage.cues.open([]);
	nothing.release();
	const deadlineMs = Date.now() + LISTENING_WITHIN_MS;
	while (!(await call(nothing)).ok) {
		if (Date.now() > deadlineMs) throw new Error('n8n has not registered the webhook.');
		await sleep(500);
	}
	for (const arrival of await nothing.waitFor(1)) await endOf(stage, arrival);
}

/**
 * Runs one execution for each list of items, all of which start sending at the same moment, and
 * waits for their ends. With two lists each is on a worker of its own.
 */
export async function runTogether(
	stage: QueueStage,
	sender: Sender,
	...lists: (readonly Record<string, unknown>[])[]
): Promise<Run[]> {
	const cues = lists.map((items) => stage.cues.open(items));
	await Promise.all(cues.map(async (cue) => await sender.start(cue)));
	await Promise.all(cues.map(async (cue) => await cue.waitFor(1)));
	for (const cue of cues) cue.release();
	return await Promise.all(cues.flatMap((cue) => cue.arrivals).map((run) => endOf(stage, run)));
}

/** Waits for the end of an execution. */
export async function endOf(stage: QueueStage, arrival: Arrival): Promise<Run> {
	const result = await stage.client.waitForExecution(arrival.executionId);
	return { ...arrival, result, items: statusItemsOf(result) };
}

/** The status items of an execution, from all outputs. */
export function statusItemsOf(result: ExecutionResult): readonly Record<string, unknown>[] {
	return (result.outputs[SEND] ?? []).flat();
}

/** How many of the items have that status. */
export function countStatus(items: readonly Record<string, unknown>[], status: string): number {
	return items.filter((item) => item['status'] === status).length;
}

/** Items of that number for the cue server; their subjects and keys are told apart by `name`. */
export function itemsNamed(name: string, count: number): Record<string, unknown>[] {
	return Array.from({ length: count }, (_, index) => ({
		to: `reader${index}@example.com`,
		subject: `${name} ${index}`,
		key: `${name} ${index}`,
	}));
}
