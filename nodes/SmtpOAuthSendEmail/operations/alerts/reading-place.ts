import type { IExecuteFunctions } from 'n8n-workflow';
import type { ReadingPlace } from '../../alerting/reading/read-error-item';

/** What a host that lacks it, or a node without an input, answers with an error. */
function tryTo<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

/** Where the node's items are read: this workflow, this execution, and the node before. */
export function readingPlace(functions: IExecuteFunctions): ReadingPlace {
	const { id = '', name = id } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	const base = tryTo(() => functions.getInstanceBaseUrl()) ?? '';
	const path = `workflow/${id}/executions/${executionId}`;
	return {
		workflow: { id, name },
		previousNode: tryTo(() => functions.getInputSourceData().previousNode) ?? '',
		execution: {
			id: executionId,
			url:
				base === '' || id === '' || executionId === '' ? '' : `${base.replace(/\/+$/, '')}/${path}`,
			mode: functions.getMode(),
			retryOf: '',
		},
	};
}
