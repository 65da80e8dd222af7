import type { IExecuteFunctions } from 'n8n-workflow';

/** What the workflow's author chose for a failing item ("On Error"), or what a tool does by default. */
export type FailureMode = 'stop' | 'continue' | 'errorOutput';

/** Reads the node's "On Error" setting. */
export function failureMode(functions: IExecuteFunctions): FailureMode {
	const { onError } = functions.getNode();
	if (onError === 'continueErrorOutput') return 'errorOutput';
	if (functions.continueOnFail()) return 'continue';
	return isTool(functions) && onError !== 'stopWorkflow' ? 'continue' : 'stop';
}

/** n8n gives the tool form of a node a type of its own, ending in `Tool`. */
export function isTool(functions: IExecuteFunctions): boolean {
	return functions.getNode().type.endsWith('Tool');
}

/** n8n makes a human review tool of nodes that can wait for an answer. */
export function isReviewTool(functions: IExecuteFunctions): boolean {
	return functions.getNode().type.endsWith('HitlTool');
}
