import { jsonParse, type IDataObject, type INodeExecutionData } from 'n8n-workflow';
import type { Failure } from '../../failure/model/failure';
import type { FailureMode } from './failure-mode';

/**
 * Makes the output item of an input item, paired with it.
 *
 * @param statusItem what JSON can hold
 * @param failure what is wrong, where the item counts as failed
 */
export function outputItem(
	itemIndex: number,
	statusItem: object,
	failure: Failure | undefined,
	mode: FailureMode,
): INodeExecutionData {
	const item = jsonParse<IDataObject>(JSON.stringify(statusItem));
	return {
		// The engine lets through to the error output what has `error` and `message`, and nothing else.
		json:
			mode === 'errorOutput' && failure !== undefined
				? { error: item, message: failure.message }
				: item,
		pairedItem: { item: itemIndex },
	};
}
