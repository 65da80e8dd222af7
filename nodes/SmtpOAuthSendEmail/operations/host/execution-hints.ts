import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Shows in the editor, above the node's output, what the status items warn of: each warning once,
 * with the number of its items. Does nothing where n8n has no hints, as for an agent's tool.
 *
 * @param warnings of each item; sentences of this package without foreign text, since n8n shows them
 * as HTML
 */
export function addWarningHints(
	functions: Partial<Pick<IExecuteFunctions, 'addExecutionHints'>>,
	warnings: readonly (readonly string[])[],
): void {
	const counts = new Map<string, number>();
	for (const warning of warnings.flat()) counts.set(warning, (counts.get(warning) ?? 0) + 1);
	const hints = Array.from(counts, ([warning, count]) => ({
		message:
			warnings.length === 1
				? warning
				: `${warning} (${String(count)} of ${String(warnings.length)} items)`,
		type: 'warning' as const,
		location: 'outputPane' as const,
	}));
	if (hints.length > 0) functions.addExecutionHints?.(...hints);
}
