import type { IDataObject, INode, INodeType } from 'n8n-workflow';
import { NODE_TYPE, type WorkflowDefinition } from '../n8n/workflow-host.js';
import { leadsTo, trigger, workflowNode } from '../n8n/workflow-parts.js';

/** The names that the demo speaks of. */
export const ALERT_NODES = {
	onError: 'On Error',
	alert: 'Send Alert',
	everyMorning: 'Every Morning',
	digest: 'Send Digest',
} as const;

export const alertNodeTypes: Readonly<Record<string, INodeType>> = { 'sandbox.trigger': trigger };

/** The mail node, with the demo's credential. */
const mailNode = (name: string, operation: string): INode =>
	workflowNode(name, NODE_TYPE, {
		parameters: { operation, toEmail: 'On Call <on-call@sandbox.test>' },
		credentials: { smtpOAuth2Api: { id: 'demo', name: 'Sandbox' } },
	});

const { onError, alert, everyMorning, digest } = ALERT_NODES;

/** An error workflow as in examples/error-workflow.json. */
export const alertWorkflow: WorkflowDefinition = {
	id: 'demo-alerts',
	name: 'Alerts for all workflows',
	nodes: [
		workflowNode(onError, 'sandbox.trigger'),
		mailNode(alert, 'alert'),
		workflowNode(everyMorning, 'sandbox.trigger'),
		mailNode(digest, 'alertDigest'),
	],
	connections: {
		[onError]: leadsTo(alert),
		[everyMorning]: leadsTo(digest),
	},
};

/** The item of an Error Trigger for the `n`th failing execution of a bad night. */
export function failure(n: number): IDataObject {
	const isRare = n % 100 === 7;
	const message = isRare
		? `Row ${String(n)}: invalid value "n/a" for "price"`
		: `connect ECONNREFUSED 10.0.0.${String(n % 250)}:5432 after ${String(n)} ms`;
	return {
		execution: {
			id: String(1_000 + n),
			url: `https://n8n.example.com/workflow/import/executions/${String(1_000 + n)}`,
			mode: 'webhook',
			lastNodeExecuted: isRare ? 'Check Rows' : 'Insert Rows',
			error: {
				name: isRare ? 'NodeOperationError' : 'NodeApiError',
				message,
				stack: `Error: ${message}\n    at Import.execute (/usr/src/import.js:1:2)`,
			},
		},
		workflow: { id: 'import', name: 'Nightly import' },
	};
}
