import { setTimeout as sleep } from 'node:timers/promises';

import type { WorkflowDocument } from '../n8n/n8n-client.js';

/** A workflow that fails when its webhook is called, and then starts another. */
export function failingWorkflow(path: string, errorWorkflow: string): WorkflowDocument {
	return {
		name: 'Nightly import',
		settings: { errorWorkflow },
		nodes: [
			{
				id: 'e2e-webhook',
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				parameters: { path },
				webhookId: path,
			},
			{
				id: 'e2e-stop',
				name: 'Stop',
				type: 'n8n-nodes-base.stopAndError',
				typeVersion: 1,
				position: [260, 0],
				parameters: { errorMessage: 'The disk is full.' },
			},
		],
		connections: { Webhook: { main: [[{ node: 'Stop', type: 'main', index: 0 }]] } },
	};
}

/** How long n8n may take to register a webhook after it has activated the workflow. */
const LISTENING_WITHIN_MS = 60_000;

/** Calls a webhook as soon as n8n knows it: once. */
export async function callWhenListening(address: string): Promise<Response> {
	const deadlineMs = Date.now() + LISTENING_WITHIN_MS;
	for (;;) {
		const response = await fetch(address);
		if (response.status !== 404) return response;
		if (Date.now() > deadlineMs) throw new Error(`n8n does not listen at ${address}.`);
		await sleep(500);
	}
}
