import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { send } from './operations/send';
import { sendProperties } from './parameters/send-properties';

/** Sends mail through SMTP servers that want OAuth 2.0. */
export class SmtpOAuthSendEmail implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMTP OAuth Send Email',
		name: 'smtpOAuthSendEmail',
		icon: { light: 'file:smtpOAuthSendEmail.svg', dark: 'file:smtpOAuthSendEmail.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["toEmail"] }}',
		description: 'Sends an email over SMTP with OAuth2 (Gmail, Microsoft 365 and others)',
		defaults: { name: 'SMTP OAuth Send Email' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'smtpOAuth2Api', required: true }],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Send',
						value: 'send',
						description: 'Send an email and output what became of it',
						action: 'Send an email',
					},
				],
				default: 'send',
			},
			...sendProperties.map((property) => ({
				...property,
				displayOptions: { show: { operation: ['send'], ...property.displayOptions?.show } },
			})),
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await send(this);
	}
}
