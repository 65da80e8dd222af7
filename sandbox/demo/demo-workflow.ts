import type { INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NODE_TYPE, type WorkflowDefinition } from '../n8n/workflow-host.js';

/** The names the demo's table speaks of. */
export const DEMO_NODES = { orders: 'Orders', mail: 'Confirm Order', branch: 'By Status' } as const;

const describe = (
	displayName: string,
	inputs: 'main'[],
	outputs: 'main'[],
): INodeTypeDescription => ({
	displayName,
	name: displayName,
	group: ['transform'],
	version: 1,
	description: displayName,
	defaults: {},
	inputs,
	outputs,
	properties: [],
});

/** The items the demo begins with: two good orders, a mistyped address, an unknown recipient. */
const orders: INodeType = {
	description: describe('Orders', [], ['main']),
	async execute() {
		const rows = [
			{ order: 4711, name: 'Bob', email: 'bob@sandbox.test' },
			{ order: 4712, name: 'Zoë Müller', email: 'zoe@bücher.example' },
			{ order: 4713, name: 'Carol', email: 'carol at sandbox.test' },
			{ order: 4714, name: 'Dan', email: 'unknown@sandbox.test' },
		];
		return [rows.map((json): INodeExecutionData => ({ json }))];
	},
};

/** A step that branches on `status`, as an If node would. */
const byStatus: INodeType = {
	description: describe('By Status', ['main'], ['main', 'main']),
	async execute() {
		const items = this.getInputData();
		const isSent = (item: INodeExecutionData): boolean => item.json['status'] === 'sent';
		return [items.filter(isSent), items.filter((item) => !isSent(item))];
	},
};

export const demoNodeTypes: Readonly<Record<string, INodeType>> = {
	'sandbox.orders': orders,
	'sandbox.byStatus': byStatus,
};

/** Trigger → node → a step that branches on the status. */
export const demoWorkflow: WorkflowDefinition = {
	nodes: [
		{
			id: '1',
			name: DEMO_NODES.orders,
			type: 'sandbox.orders',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: '2',
			name: DEMO_NODES.mail,
			type: NODE_TYPE,
			typeVersion: 1,
			position: [220, 0],
			onError: 'continueRegularOutput',
			parameters: {
				fromEmail: 'Shop <alice@sandbox.test>',
				toEmail: '={{ $json.name }} <{{ $json.email }}>',
				subject: '=Order {{ $json.order }} is on its way',
				emailFormat: 'both',
				text: '=Hello {{ $json.name }}, order {{ $json.order }} has left our house.',
				html: '=<p>Hello {{ $json.name }},</p><p>order <b>{{ $json.order }}</b> has left our house.</p>',
			},
			credentials: { smtpOAuth2Api: { id: 'demo', name: 'Sandbox' } },
		},
		{
			id: '3',
			name: DEMO_NODES.branch,
			type: 'sandbox.byStatus',
			typeVersion: 1,
			position: [440, 0],
			parameters: {},
		},
	],
	connections: {
		[DEMO_NODES.orders]: { main: [[{ node: DEMO_NODES.mail, type: 'main', index: 0 }]] },
		[DEMO_NODES.mail]: { main: [[{ node: DEMO_NODES.branch, type: 'main', index: 0 }]] },
	},
};
