import type { INodeExecutionData, INodeType } from 'n8n-workflow';

/**
 * A node that reads of each item what the mail node reads (the credential and every top-level
 * parameter) and puts out as many items: what n8n itself costs a node with these parameters.
 *
 * @param mailNode the node whose parameters it gives
 * @param kept is filled with what was read of the parameters, when given
 */
export function parameterReader(mailNode: INodeType, kept?: unknown[]): INodeType {
	return {
		description: { ...mailNode.description, name: kept ? 'keeper' : 'reader' },
		async execute() {
			const items: INodeExecutionData[] = [];
			kept?.splice(0);
			const count = this.getInputData().length;
			for (let item = 0; item < count; item += 1) {
				await this.getCredentials('smtpOAuth2Api', item);
				const values = NAMES.map((name): unknown => this.getNodeParameter(name, item, ''));
				kept?.push(values);
				items.push({ json: { status: 'read' }, pairedItem: { item } });
			}
			return [items];
		},
	};
}

const NAMES = ['fromEmail', 'toEmail', 'subject', 'emailFormat', 'text', 'options'];
