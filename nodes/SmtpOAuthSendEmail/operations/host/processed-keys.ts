import type { IExecuteFunctions } from 'n8n-workflow';
import type { ProcessedKeys } from '../../delivery/idempotency';

/** n8n's de-duplication store, bound to the workflow and the node; it remembers 10,000 keys. */
export function processedKeys(functions: IExecuteFunctions): ProcessedKeys {
	const options = { mode: 'entries', maxEntries: 10_000 } as const;
	return {
		record: async (key) => {
			const { helpers } = functions;
			const { new: fresh } = await helpers.checkProcessedAndRecord([key], 'node', options);
			return fresh.includes(key);
		},
		remove: async (key) => {
			await functions.helpers.removeProcessed([key], 'node', options);
		},
	};
}
