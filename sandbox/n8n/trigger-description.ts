import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

/** What n8n has to know of a step that begins a workflow: it takes nothing, and gives out items. */
export function triggerDescription(
	displayName: string,
	properties: INodeProperties[] = [],
): INodeTypeDescription {
	return {
		displayName,
		name: displayName.replaceAll(' ', ''),
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties,
	};
}
