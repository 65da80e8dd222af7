import type { INodeExecutionData, INodeType } from 'n8n-workflow';
import { NODE_TYPE, type WorkflowDefinition } from '../n8n/workflow-host.js';
import { leadsTo, triggerDescription, workflowNode } from '../n8n/workflow-parts.js';

/** The names the demo's table speaks of. */
export const DEMO_NODES = { orders: 'Orders', mail: 'Confirm Order', branch: 'By Status' } as const;

/** The items the demo begins with: two good orders, a mistyped address, an unknown recipient. */
const orders: INodeType = {
	description: triggerDescription('Orders'),
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
	description: {
		...triggerDescription('By Status'),
		inputs: ['main'],
		outputs: ['main', 'main'],
	},
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
		workflowNode(DEMO_NODES.orders, 'sandbox.orders'),
		workflowNode(DEMO_NODES.mail, NODE_TYPE, {
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
		}),
		workflowNode(DEMO_NODES.branch, 'sandbox.byStatus'),
	],
	connections: {
		[DEMO_NODES.orders]: leadsTo(DEMO_NODES.mail),
		[DEMO_NODES.mail]: leadsTo(DEMO_NODES.branch),
	},
};
