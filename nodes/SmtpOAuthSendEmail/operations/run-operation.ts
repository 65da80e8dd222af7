import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { classifyFailure, describeFault } from '../failure/classify';
import type { Failure } from '../failure/model/failure';
import { toNodeError } from '../failure/node-errors';
import { readOperation, type Operation } from './operation-property';
import { ParameterError } from './shared/parameter-reader';
import { buildStatusItem } from '../status/build-status-item';
import { unprepared } from '../status/outcome';
import { failureMode } from './host/failure-mode';
import { outputItem } from './host/output-item';
import { send } from './send/send';
import { verify } from './verify/verify';

function chosenOperation(
	functions: IExecuteFunctions,
): { readonly operation: Operation } | { readonly failure: Failure } {
	const context = { stage: 'parameters', provider: 'custom' } as const;
	try {
		return { operation: readOperation(functions) };
	} catch (error: unknown) {
		if (!(error instanceof ParameterError)) return { failure: classifyFailure(error, context) };
		const { code, detail, remedy } = error.problem;
		return { failure: describeFault({ code, detail, remedy }, context) };
	}
}

/** Nothing can be done with any of the items. */
function refuseAll(functions: IExecuteFunctions, failure: Failure): INodeExecutionData[][] {
	const mode = failureMode(functions);
	if (mode === 'stop') throw toNodeError(functions.getNode(), failure, { itemIndex: 0 });
	const transportInfo = { provider: 'custom', transport: 'smtp' };
	return [
		functions
			.getInputData()
			.map((_item, itemIndex) =>
				outputItem(itemIndex, buildStatusItem(unprepared(failure), transportInfo), failure, mode),
			),
	];
}

/** Does what the node's parameter `operation` says. */
export async function runOperation(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const chosen = chosenOperation(functions);
	if ('failure' in chosen) return refuseAll(functions, chosen.failure);
	switch (chosen.operation) {
		case 'send':
			return await send(functions);
		case 'verify':
			return await verify(functions);
		default: {
			const unreachable: never = chosen.operation;
			return unreachable;
		}
	}
}
