import { randomBytes } from 'node:crypto';
import type { IDataObject, INodeType } from 'n8n-workflow';
import { NODE_TYPE, type WorkflowDefinition } from '../../n8n/workflow-host.js';
import { leadsTo, triggerDescription, workflowNode } from '../../n8n/workflow-parts.js';

/** The names of its nodes. */
export const REPORT_NODES = { report: 'Nightly Import', mail: 'Send Mail' } as const;

/** A step that puts out one report, with a log of as many bytes as its parameter says. */
const nightlyImport: INodeType = {
	description: triggerDescription('Nightly Import', [
		{ displayName: 'Log Bytes', name: 'logBytes', type: 'number', default: 0 },
	]),
	async execute() {
		const bytes = this.getNodeParameter('logBytes', 0) as number;
		const json = { imports: 12 };
		if (bytes === 0) return [[{ json }]];
		const log = await this.helpers.prepareBinaryData(
			randomBytes(bytes),
			'import.log.gz',
			'application/gzip',
		);
		return [[{ json, binary: { log } }]];
	},
};

export const reportNodeTypes: Readonly<Record<string, INodeType>> = {
	'sandbox.nightlyImport': nightlyImport,
};

/**
 * Report → mail; the mail node never throws, so that there is an item to show.
 *
 * @param logBytes size of the log to attach; 0: none
 */
export function reportWorkflow(
	credential: { readonly id: string; readonly name: string },
	parameters: IDataObject,
	logBytes = 0,
): WorkflowDefinition {
	const { report, mail } = REPORT_NODES;
	return {
		nodes: [
			workflowNode(report, 'sandbox.nightlyImport', { parameters: { logBytes } }),
			workflowNode(mail, NODE_TYPE, {
				onError: 'continueRegularOutput',
				parameters: {
					toEmail: 'Ada <ada@example.com>',
					emailFormat: 'text',
					text: '=All {{ $json.imports }} imports finished.',
					...parameters,
				},
				credentials: { smtpOAuth2Api: credential },
			}),
		],
		connections: { [report]: leadsTo(mail) },
	};
}
