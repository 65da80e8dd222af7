import type { WorkflowDocument } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE } from '../stage/sandbox-account.js';
import { SEND, SEND_TYPE } from '../stage/test-workflow.js';

const TRIGGER = 'Webhook';
const CUE = 'Cue';

/** What the sending node of a workflow is told beyond the addresses. */
export interface CueWorkflowOptions {
	/** Whether each item brings its own idempotency key, as `key`. */
	hasKeys?: boolean;
	/** n8n's On Error; default: stop. */
	onError?: 'continueRegularOutput';
}

/**
 * A workflow as production runs it: a webhook starts it, the items come from the cue server, and
 * our node sends one message for each (`to`, `subject`, `key`).
 *
 * @param webhookPath the path below n8n's `/webhook/`
 * @param cueUrl the cue server's address
 */
export function cueWorkflow(
	webhookPath: string,
	cueUrl: string,
	credential: { id: string; name: string },
	{ hasKeys = false, onError }: CueWorkflowOptions,
): WorkflowDocument {
	const query =
		'?ticket={{ $json.query.ticket }}&execution={{ $execution.id }}&worker={{ $env.QUEUE_WORKER }}';
	return {
		name: webhookPath,
		nodes: [
			{
				id: 'cue-trigger',
				name: TRIGGER,
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: webhookPath,
				parameters: { path: webhookPath, httpMethod: 'GET', responseMode: 'onReceived' },
			},
			{
				id: 'cue-items',
				name: CUE,
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				position: [220, 0],
				parameters: { url: `=${cueUrl}${query}`, options: { timeout: 120_000 } },
			},
			{
				id: 'cue-send',
				name: SEND,
				type: SEND_TYPE,
				typeVersion: 1,
				position: [440, 0],
				...(onError === undefined ? {} : { onError }),
				parameters: {
					toEmail: '={{ $json.to }}',
					subject: '={{ $json.subject }}',
					emailFormat: 'text',
					text: 'Sent by a worker.',
					options: {
						appendAttribution: false,
						...(hasKeys ? { idempotencyKey: '={{ $json.key }}' } : {}),
					},
				},
				credentials: { [CREDENTIAL_TYPE]: credential },
			},
		],
		connections: {
			[TRIGGER]: { main: [[{ node: CUE, type: 'main', index: 0 }]] },
			[CUE]: { main: [[{ node: SEND, type: 'main', index: 0 }]] },
		},
	};
}
