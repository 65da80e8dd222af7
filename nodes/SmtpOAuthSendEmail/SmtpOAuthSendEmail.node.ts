import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import {
	ANSWER_WEBHOOKS,
	answerWebhook,
	WAITING_TOOLTIP,
} from './operations/send-and-wait/answer-webhook';
import { runOperation } from './operations/run-operation';
import {
	operationParameters,
	operationProperty,
	operationSubtitle,
} from './operations/operation-property';

/** Sends mail through SMTP servers that want OAuth 2.0. */
export class SmtpOAuthSendEmail implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMTP OAuth Send Email',
		name: 'smtpOAuthSendEmail',
		icon: { light: 'file:smtpOAuthSendEmail.svg', dark: 'file:smtpOAuthSendEmail.dark.svg' },
		group: ['output'],
		// As a list, with a default: n8n adds "Custom API Call" (for the HTTP Request node) to the
		// operations of every node with an OAuth2 credential whose version is a number.
		version: [1],
		defaultVersion: 1,
		subtitle: operationSubtitle,
		description:
			'Sends email with OAuth2 (Gmail, Microsoft 365 and others) over SMTP, Microsoft Graph or the Gmail API, waits for answers, or checks the mailbox',
		defaults: { name: 'SMTP OAuth Send Email' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'smtpOAuth2Api', required: true }],
		webhooks: ANSWER_WEBHOOKS,
		waitingNodeTooltip: WAITING_TOOLTIP,
		properties: [operationProperty, ...operationParameters],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this);
	}

	/** Takes requests to the links that the operation `sendAndWait` has mailed. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerWebhook(this);
	}
}
