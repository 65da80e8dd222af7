import type {
	IDataObject,
	INode,
	INodeConnections,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** What n8n has to know of a step that begins a workflow: it takes nothing, and gives out items. */
export function triggerDescription(
	displayName: string,
	properties: INodeProperties[] = [],
): INodeTypeDescription {
	return {
		displayName,
		name: displayName.replaceAll(' ', ''),
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties,
	};
}

/** A trigger that hands on what is pinned to it, as n8n's Error Trigger or Schedule Trigger does. */
export const trigger: INodeType = {
	description: triggerDescription('Trigger'),
	async execute() {
		return [this.getInputData()];
	},
};

/** A step that hands on its items, as n8n's No Operation does. */
export const noOp: INodeType = {
	...trigger,
	description: { ...trigger.description, name: 'noOp', inputs: ['main'] },
};

/** A node of a workflow; its ID is its name, and `extra` tells what else differs from the default. */
export function workflowNode(name: string, type: string, extra: Partial<INode> = {}): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters: {}, ...extra };
}

/** Connections of a node: for each of its outputs the node, or the nodes, that it leads to. */
export function leadsTo(...outputs: readonly (string | readonly string[])[]): INodeConnections {
	const main = outputs.map((names) =>
		[names].flat().map((node) => ({ node, type: 'main' as const, index: 0 })),
	);
	return { main };
}

/** Input items, each paired with its place; an entry without `json` is the `json` itself. */
export function inputItems(
	entries: readonly (IDataObject | INodeExecutionData)[],
): INodeExecutionData[] {
	return entries.map((entry, item) => ({
		...('json' in entry ? (entry as INodeExecutionData) : { json: entry }),
		pairedItem: { item },
	}));
}
