import type { INodeType } from 'n8n-workflow';
import { triggerDescription } from '../../../sandbox/n8n/trigger-description.js';
import {
	jsonOf,
	loadBuiltPackage,
	NODE_TYPE,
	WorkflowHost,
	type WorkflowDefinition,
} from '../../../sandbox/n8n/workflow-host.js';

/**
 * Run as a process of its own: has the built node send as many items as the third argument says to
 * the server named by the first two (port, CA certificate), prints their statuses and does nothing to
 * end itself.
 */
const [port = '', caCertificate = '', count = ''] = process.argv.slice(2);

const trigger: INodeType = {
	description: triggerDescription('Trigger'),
};

const at = { typeVersion: 1, position: [0, 0] as [number, number] };
const definition: WorkflowDefinition = {
	nodes: [
		{ ...at, id: 'trigger', name: 'Trigger', type: 'test.trigger', parameters: {} },
		{
			...at,
			id: 'send',
			name: 'Send',
			type: NODE_TYPE,
			parameters: { toEmail: 'bob@sandbox.test', emailFormat: 'text', text: 'Good news' },
			credentials: { smtpOAuth2Api: { id: 'credential', name: 'Mailbox' } },
		},
	],
	connections: { Trigger: { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
};

const built = loadBuiltPackage();
const host = new WorkflowHost({ [NODE_TYPE]: built.node, 'test.trigger': trigger }, [
	built.credential,
]);
host.store.credentials.set('credential', {
	type: 'smtpOAuth2Api',
	data: {
		provider: 'custom',
		user: 'alice@sandbox.test',
		host: 'localhost',
		sslMode: 'implicit',
		port: Number(port),
		caCertificate,
		oauthTokenData: { access_token: 'the-access-token' },
	},
});
const run = await host.run(definition, {
	startNode: 'Trigger',
	input: Array.from({ length: Number(count) }, (_, item) => ({ json: {}, pairedItem: { item } })),
});
const statuses = jsonOf(run, 'Send').map(({ status }) => status);
process.stdout.write(JSON.stringify(statuses));
