import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ReceivedMessage } from '../../sandbox/mail/received-messages.js';
import type { Sandbox } from '../../sandbox/start-sandbox.js';
import type { ExecutionResult, N8nClient, WorkflowDocument } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE } from './sandbox-account.js';
import { SEND_TYPE } from './test-workflow.js';

/** The node that asks. Its name has characters that could break an expression. */
export const ASK = 'Ask "Bob" {{ 1 }}';

/** A workflow that a webhook starts and that asks and waits. */
export function waitingWorkflow(
	path: string,
	credential: { id: string; name: string },
	parameters: Record<string, unknown>,
): WorkflowDocument {
	return {
		name: `Orders & more (${path})`,
		nodes: [
			{
				id: randomUUID(),
				name: 'Order Arrives',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				parameters: { path, httpMethod: 'POST', responseMode: 'onReceived' },
				webhookId: path,
			},
			{
				id: randomUUID(),
				name: ASK,
				type: SEND_TYPE,
				typeVersion: 1,
				position: [220, 0],
				parameters: { operation: 'sendAndWait', ...parameters },
				credentials: { [CREDENTIAL_TYPE]: credential },
			},
			{
				id: randomUUID(),
				name: 'Done',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [440, 0],
				parameters: {},
			},
		],
		connections: {
			'Order Arrives': { main: [[{ node: ASK, type: 'main', index: 0 }]] },
			[ASK]: { main: [[{ node: 'Done', type: 'main', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

/** An execution that waits, and the mails it has sent. */
export interface WaitingRun {
	executionId: string;
	mails: readonly ReceivedMessage[];
}

const WITHIN_MS = 60_000;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
	for (const endMs = Date.now() + WITHIN_MS; Date.now() < endMs; await sleep(250)) {
		const found = await look();
		if (found !== undefined) return found;
	}
	throw new Error(`${what}: not within a minute.`);
}

/** Starts an active workflow by its webhook and resolves when its execution waits. */
export async function startWaiting(
	client: N8nClient,
	sandbox: Sandbox,
	{ workflowId, path, mails = 1 }: { workflowId: string; path: string; mails?: number },
): Promise<WaitingRun> {
	const before = sandbox.mail.messages.length;
	// n8n registers the webhook a moment after it has answered.
	await until('The webhook', async () => {
		const { status } = await fetch(`${client.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ order: 4711 }),
		});
		return status === 404 ? undefined : status;
	});
	const received = await sandbox.mail.waitForMessages(before + mails, WITHIN_MS);
	const executionId = await until('Waiting', async () => {
		const { id, status } = await client.newestExecution(workflowId);
		return status === 'waiting' ? id : undefined;
	});
	// n8n says that it waits a moment before it has stored everything.
	const [link = ''] = received.slice(before).flatMap((mail) => Object.values(linksOf(mail)));
	await until('The page', async () => ((await fetch(link)).status === 200 ? true : undefined));
	return { executionId, mails: received.slice(before) };
}

/** Stores the workflow, switches it on and starts it. */
export async function ask(
	client: N8nClient,
	sandbox: Sandbox,
	workflow: WorkflowDocument,
	mails = 1,
): Promise<WaitingRun & { workflowId: string; path: string }> {
	const workflowId = await client.createWorkflow(workflow);
	await client.activateWorkflow(workflowId);
	const path = String(workflow.nodes[0]?.parameters['path']);
	return {
		...(await startWaiting(client, sandbox, { workflowId, path, mails })),
		workflowId,
		path,
	};
}

/** The links in a mail, by their labels. */
export function linksOf(mail: ReceivedMessage | undefined): Record<string, string> {
	const text = (mail?.parsed.text ?? '').replaceAll('\r\n', '\n');
	return Object.fromEntries(
		[...text.matchAll(/^(.+):\n(https?:\S+)$/gm)].map(([, label = '', url = '']) => [label, url]),
	);
}

/** What the node that asks has put out in the end. */
export function answerOf(result: ExecutionResult): Record<string, unknown> | undefined {
	return result.outputs['Done']?.[0]?.[0];
}
