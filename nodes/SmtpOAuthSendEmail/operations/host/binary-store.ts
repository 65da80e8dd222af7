import type { IExecuteFunctions } from 'n8n-workflow';
import type { BinaryStore } from '../../message/content/attachment-source';
import { withinTime } from '../../timing/with-timeout';

/** n8n 2 has a constant for it, n8n 1 does not. */
const BINARY_IN_JSON = '_files';

/** The node before, if it is of the type of the node that runs. */
function ownNodeBefore(functions: IExecuteFunctions): string | undefined {
	try {
		const { name, type } = functions.getNode();
		const { previousNode } = functions.getInputSourceData();
		const before = functions.getParentNodes(name).find((node) => node.name === previousNode);
		return before?.type === type ? before.name : undefined;
	} catch {
		// n8n throws where the node was not started by another one
		return undefined;
	}
}

/**
 * n8n's binary data, bound to one item.
 *
 * @param timeoutMs how long n8n may take to say how large a file is
 */
export function binaryStore(
	functions: IExecuteFunctions,
	itemIndex: number,
	timeoutMs: number,
): BinaryStore {
	const { helpers } = functions;
	return {
		find: (propertyName) => helpers.assertBinaryData(itemIndex, propertyName),
		files: () => {
			const item = functions.getInputData()[itemIndex];
			// Where a workflow keeps its files in the item's JSON (n8n 2: binary mode "combined")
			const inJson: unknown = item?.json[BINARY_IN_JSON];
			return {
				...(typeof inJson === 'object' ? inJson : {}),
				...item?.binary,
			};
		},
		ownNodeBefore: () => ownNodeBefore(functions),
		sizeOf: async (id) => {
			const asked = helpers.getBinaryMetadata(id);
			const found = await withinTime(asked, timeoutMs, functions.getExecutionCancelSignal());
			return typeof found === 'string' ? undefined : found.fileSize;
		},
		openStream: async (id) => await helpers.getBinaryStream(id),
	};
}
