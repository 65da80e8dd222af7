import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { OPERATIONS, type Operation, type OperationRow } from './operations';
import { asChoice, readValue } from './shared/parameters/parameter-reader';

const DEFAULT_OPERATION = 'send' satisfies Operation;

function isOperation(value: string): value is Operation {
	return Object.hasOwn(OPERATIONS, value);
}

const VALUES: readonly Operation[] = Object.keys(OPERATIONS).filter(isOperation);

/** The row of the table that an operation has. */
export function rowOf(operation: Operation): OperationRow {
	return OPERATIONS[operation];
}

/** The parameter that chooses what the node does. */
export const operationProperty: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: VALUES.map((value) => {
		const { name, description, action } = rowOf(value);
		return { name, value, description, action };
	}),
	default: DEFAULT_OPERATION,
};

/** The parameters of all operations, each shown for its own only. */
export const operationParameters: INodeProperties[] = VALUES.flatMap((operation) =>
	rowOf(operation).properties.map((property) => ({
		...property,
		displayOptions: { show: { operation: [operation], ...property.displayOptions?.show } },
	})),
);

/** The line below the node's name on the canvas: an expression. */
export const operationSubtitle = `={{ ${VALUES.filter((value) => value !== DEFAULT_OPERATION)
	.map((value) => `$parameter["operation"] === "${value}" ? ${rowOf(value).subtitle} : `)
	.join('')}${rowOf(DEFAULT_OPERATION).subtitle} }}`;

/**
 * Reads what the node is to do.
 *
 * @throws ParameterError naming the known operations, e.g. after a swap from a node that has others
 */
export function readOperation(functions: Pick<IExecuteFunctions, 'getNodeParameter'>): Operation {
	// The same for all items: it takes no expression.
	const value = readValue(functions, 'operation', 'Operation', 0, DEFAULT_OPERATION);
	return asChoice(value, VALUES, DEFAULT_OPERATION);
}
