import type { IDataObject, INode, INodeType } from 'n8n-workflow';
import { triggerDescription } from '../n8n/trigger-description.js';
import { NODE_TYPE, type WorkflowDefinition } from '../n8n/workflow-host.js';

/** The names that the demo speaks of. */
export const ALERT_NODES = {
	onError: 'On Error',
	alert: 'Send Alert',
	everyMorning: 'Every Morning',
	digest: 'Send Digest',
} as const;

/** Stands for n8n's Error Trigger and Schedule Trigger: hands on what is given to it. */
const trigger: INodeType = {
	description: triggerDescription('Trigger'),
	async execute() {
		return [this.getInputData()];
	},
};

export const alertNodeTypes: Readonly<Record<string, INodeType>> = { 'sandbox.trigger': trigger };

function node(name: string, type: string, parameters: IDataObject = {}): INode {
	return {
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		...(type === NODE_TYPE
			? { credentials: { smtpOAuth2Api: { id: 'demo', name: 'Sandbox' } } }
			: {}),
	};
}

const { onError, alert, everyMorning, digest } = ALERT_NODES;
const toEmail = 'On Call <on-call@sandbox.test>';

/** An error workflow as in examples/error-workflow.json. */
export const alertWorkflow: WorkflowDefinition = {
	id: 'demo-alerts',
	name: 'Alerts for all workflows',
	nodes: [
		node(onError, 'sandbox.trigger'),
		node(alert, NODE_TYPE, { operation: 'alert', toEmail }),
		node(everyMorning, 'sandbox.trigger'),
		node(digest, NODE_TYPE, { operation: 'alertDigest', toEmail }),
	],
	connections: {
		[onError]: { main: [[{ node: alert, type: 'main', index: 0 }]] },
		[everyMorning]: { main: [[{ node: digest, type: 'main', index: 0 }]] },
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
