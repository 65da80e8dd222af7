import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * n8n's `$runIndex`: counts the passes of a loop, and stays the same in both kinds of retry. 0 where
 * n8n does not say. Read without an expression: working one out takes n8n 2 a millisecond.
 */
export function runIndexOf(functions: Pick<IExecuteFunctions, 'getWorkflowDataProxy'>): number {
	const runIndex = Number(functions.getWorkflowDataProxy(0)['$runIndex']);
	return Number.isFinite(runIndex) ? runIndex : 0;
}
