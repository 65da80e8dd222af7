import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isNodeError } from '../failure/node-errors';
import { readOperation, rowOf } from './operation-property';
import { finishItems } from './shared/sending/finish-items';
import { describeError } from './shared/parameters/parameter-failure';

/**
 * Does what the node's parameter `operation` says. Throws errors made for n8n only; in the Continue
 * modes it never throws.
 */
export async function runOperation(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		return await rowOf(readOperation(functions)).run(functions);
	} catch (error: unknown) {
		// The error of the stop mode: made in failure/node-errors.ts.
		if (isNodeError(error)) return await Promise.reject(error);
		// Nothing is known of any item.
		const reason = describeError(error, { stage: 'parameters', provider: 'custom' });
		return await finishItems(functions, [], reason);
	}
}
