import type { WorkflowDocument } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE } from './sandbox-account.js';

/** The names of the nodes of `sendWorkflow`, as the canvas shows them. */
export const TRIGGER = 'Start';
export const SEND = 'Send Email';

/** The node's type in a workflow, as users install the package. */
export const SEND_TYPE = 'n8n-nodes-smtp-oauth.smtpOAuthSendEmail';

/** A workflow of two nodes: a manual trigger and our node with these parameters. */
export function sendWorkflow(
	name: string,
	credential: { id: string; name: string },
	parameters: Record<string, unknown>,
): WorkflowDocument {
	return {
		name,
		nodes: [
			{
				id: 'e2e-trigger',
				name: TRIGGER,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'e2e-send',
				name: SEND,
				type: SEND_TYPE,
				typeVersion: 1,
				position: [260, 0],
				parameters,
				credentials: { [CREDENTIAL_TYPE]: credential },
			},
		],
		connections: { [TRIGGER]: { main: [[{ node: SEND, type: 'main', index: 0 }]] } },
	};
}
