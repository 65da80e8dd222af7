import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/**
 * A note in the dialog.
 *
 * @param html its text; n8n shows links and emphasis in it
 */
export function notice(
	name: string,
	html: string,
	displayOptions: IDisplayOptions,
): INodeProperties {
	return { displayName: html, name, type: 'notice', default: '', displayOptions };
}
