import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { asChoice, readValue } from './shared/parameter-reader';

/** What the node can do; the first is what a workflow means that names nothing. */
export const OPERATIONS = ['send', 'verify'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** The parameter that chooses what the node does. */
export const operationProperty: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Send',
			value: 'send',
			description: 'Send an email and output what became of it',
			action: 'Send an email',
		},
		{
			name: 'Verify',
			value: 'verify',
			description: 'Check credential, server and sender without sending anything',
			action: 'Verify a mailbox',
		},
	],
	default: 'send',
};

/**
 * Reads what the node is to do.
 *
 * @throws ParameterError naming the known operations, e.g. after a swap from a node that has others
 */
export function readOperation(functions: Pick<IExecuteFunctions, 'getNodeParameter'>): Operation {
	// The same for all items: it takes no expression.
	return asChoice(readValue(functions, 'operation', 'Operation', 0, 'send'), OPERATIONS, 'send');
}

/** The properties, shown for one operation only. */
export function shownFor(
	operation: Operation,
	properties: readonly INodeProperties[],
): INodeProperties[] {
	return properties.map((property) => ({
		...property,
		displayOptions: { show: { operation: [operation], ...property.displayOptions?.show } },
	}));
}
