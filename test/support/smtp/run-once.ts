import {
	jsonOf,
	loadBuiltPackage,
	NODE_TYPE,
	WorkflowHost,
	type WorkflowDefinition,
} from '../../../sandbox/n8n/workflow-host.js';
import { inputItems, leadsTo, trigger, workflowNode } from '../../../sandbox/n8n/workflow-parts.js';

/**
 * Run as a process of its own: has the built node send as many items as the third argument says to
 * the server named by the first two (port, CA certificate), prints their statuses and does nothing to
 * end itself.
 */
const [port = '', caCertificate = '', count = ''] = process.argv.slice(2);

const definition: WorkflowDefinition = {
	nodes: [
		workflowNode('Trigger', 'test.trigger'),
		workflowNode('Send', NODE_TYPE, {
			parameters: { toEmail: 'bob@sandbox.test', emailFormat: 'text', text: 'Good news' },
			credentials: { smtpOAuth2Api: { id: 'credential', name: 'Mailbox' } },
		}),
	],
	connections: { Trigger: leadsTo('Send') },
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
	input: inputItems(Array.from({ length: Number(count) }, () => ({}))),
});
const statuses = jsonOf(run, 'Send').map(({ status }) => status);
process.stdout.write(JSON.stringify(statuses));
