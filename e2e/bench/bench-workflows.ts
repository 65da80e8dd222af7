import type { WorkflowDocument, WorkflowNode } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE, MAILBOX } from '../stage/sandbox-account.js';
import { SEND_TYPE } from '../stage/test-workflow.js';
import type { Sender } from './bench-stage.js';

/** The trigger of workflows that are run by hand, and the node that is measured. */
export const START = 'Start';
export const STEP = 'Step';

/** A node as far as a row decides it. */
export type Step = Partial<WorkflowNode>;

/** A message of 2 kB whose recipient and text are expressions. */
export const MAIL = {
	fromEmail: MAILBOX,
	toEmail: '={{ $json.email }}',
	subject: 'Order',
	emailFormat: 'text',
	text: '=Dear {{ $json.email }}, '.padEnd(2_000, 'your order is on its way. '),
};

/** The node that sends a message for each item. */
export function mailStep(
	sender: Sender,
	credentialId: string,
	parameters: Readonly<Record<string, unknown>> = {},
): Step {
	const credential = { id: credentialId, name: '' };
	if (sender === 'ours') {
		return {
			type: SEND_TYPE,
			parameters: { ...MAIL, ...parameters },
			credentials: { [CREDENTIAL_TYPE]: credential },
		};
	}
	return {
		type: 'n8n-nodes-base.emailSend',
		typeVersion: 2.1,
		parameters: { ...MAIL, ...parameters },
		credentials: { smtp: credential },
	};
}

/** Nodes one after another. */
export function chain(name: string, nodes: readonly (Step & { name: string })[]): WorkflowDocument {
	const connections = nodes.slice(1).map((node, index) => {
		const before = nodes[index]?.name ?? '';
		return [before, { main: [[{ node: node.name, type: 'main', index: 0 }]] }] as const;
	});
	return {
		name,
		nodes: nodes.map((node) => ({
			id: node.name,
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			...node,
		})),
		connections: Object.fromEntries(connections),
	};
}

/** Manual trigger → so many items → the step. */
export function manyItems(name: string, items: number, step: Step): WorkflowDocument {
	const list = `={{ { list: [...Array(${items}).keys()].map((n) => ({ email: 'r' + n + '@example.com' })) } }}`;
	return chain(name, [
		{ name: START, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: 'List',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: list },
		},
		{
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			parameters: { fieldToSplitOut: 'list', options: {} },
		},
		{ name: STEP, ...step },
	]);
}

/** Webhook → the step. */
export function calledWorkflow(path: string, step: Step, webhook: object = {}): WorkflowDocument {
	return chain(path, [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: path,
			parameters: { path, ...webhook },
		},
		{ name: STEP, ...step },
	]);
}
