import Table from 'cli-table3';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { runSteps, type DemoSteps } from './demo-steps.js';
import { REPORT_NODES, reportNodeTypes, reportWorkflow } from './report-workflow.js';
import type { EntraApplication, EntraTenant } from '../../entra/directory.js';
import type { GraphServer } from '../../graph/graph-server.js';
import type { Clouds } from '../../start-clouds.js';
import { jsonOf, loadBuiltPackage, NODE_TYPE, WorkflowHost } from '../../n8n/workflow-host.js';

const MAILBOX = 'reports@contoso.example';
/** Above what Graph takes in one request, so that it goes out by a draft and an upload session. */
const LARGE_BYTES = 4_000_000;

/** What the demo looks at in a status item. */
interface ShownItem {
	readonly status?: string;
	readonly transport?: string;
	readonly failure?: { readonly code?: string; readonly remedy?: string };
}

/** The table of API permissions, with the portal's marks. */
function describePermissions(tenant: EntraTenant, app: EntraApplication): string {
	return app.requested
		.map((permission) => {
			const status = tenant.statusOf(app, permission);
			const mark = status.startsWith('Granted') ? '✔' : '!';
			return `  ${permission.name.padEnd(16)}${permission.type.padEnd(14)}${mark} ${status}`;
		})
		.join('\n');
}

function describeMessages(graph: GraphServer): string {
	const table = new Table({
		head: ['subject', 'from', 'to', 'by', 'attachments'],
		style: { head: [], border: [] },
	});
	for (const { parsed, from, recipients, via, attachments } of graph.messages) {
		const attached = attachments.map(
			({ name, content }) => `${name} (${String(content.length)} bytes)`,
		);
		table.push([parsed.subject ?? '', from, recipients.join(), via, attached.join()]);
	}
	return table.toString();
}

async function demoGraphSteps(
	{ entra, graph }: Clouds,
	{ say: sayStep, check }: DemoSteps,
): Promise<void> {
	const tenant = entra.directory.addTenant('Contoso', 'contoso.example');
	tenant.addUser(MAILBOX);
	graph.mailboxes.push({ address: MAILBOX, tenantId: tenant.id });
	console.log(
		'An application sends mail by Microsoft Graph, set up step by step as an administrator does.\n' +
			"The node asks Microsoft's real addresses; a proxy leads them to stand-ins on this machine.",
	);

	const app = tenant.registerApplication('n8n mail');
	const secret = app.addClientSecret();
	sayStep(
		'Register an application and create a client secret',
		`entra.microsoft.com → App registrations → New registration: n8n mail
  Directory (tenant) ID    ${tenant.id}
  Application (client) ID  ${app.appId}
Certificates & secrets → New client secret
  Value                    ${secret.slice(0, 3)}${'*'.repeat(secret.length - 3)}`,
	);

	app.addPermission('graph', 'Application', 'Mail.Send');
	app.removePermission('User.Read');
	sayStep(
		'Add the permission Microsoft Graph → Mail.Send, type Application',
		`API permissions → Add a permission → Microsoft Graph → Application permissions → Mail.Send
API permissions → User.Read → Remove permission: nothing else is needed
${describePermissions(tenant, app)}`,
	);

	const built = loadBuiltPackage();
	const host = new WorkflowHost({ [NODE_TYPE]: built.node, ...reportNodeTypes }, [
		built.credential,
	]);
	const fields = {
		grantType: 'clientCredentials',
		provider: 'microsoft365',
		deliverVia: 'graph',
		tenant: tenant.id,
		clientId: app.appId,
		user: MAILBOX,
	};
	const data: ICredentialDataDecryptedObject = { ...fields, clientSecret: secret };
	host.store.credentials.set('graph', { type: 'smtpOAuth2Api', data });
	const send = async (parameters: IDataObject, logBytes = 0): Promise<ShownItem> => {
		const run = await host.run(
			reportWorkflow({ id: 'graph', name: 'Contoso' }, parameters, logBytes),
			{
				startNode: REPORT_NODES.report,
			},
		);
		const items = jsonOf(run, REPORT_NODES.mail);
		console.log(JSON.stringify(items[0], undefined, 2));
		check(items.length === 1, `the node put out ${String(items.length)} items`);
		check(!JSON.stringify(items).includes(secret), 'the item holds the client secret');
		return items[0] ?? {};
	};

	sayStep(
		'Enter Tenant, Client ID and Client Secret into the credential',
		`${JSON.stringify({ ...fields, clientSecret: '***' }, undefined, 2)}\n
There is no consent yet. What the node says then:`,
	);
	const refused = await send({ subject: 'Too early', options: { maxAttempts: 1 } });
	check(refused.status === 'failed', `before consent the status is ${String(refused.status)}`);
	check(
		refused.failure?.code === 'PERMISSION_MISSING',
		`before consent the code is ${String(refused.failure?.code)}`,
	);
	check(/admin consent/i.test(refused.failure?.remedy ?? ''), 'the remedy names no consent');

	tenant.grantAdminConsent(app);
	sayStep(
		'Grant admin consent',
		`API permissions → Grant admin consent for Contoso
${describePermissions(tenant, app)}

The same workflow again:`,
	);
	const sent = await send({ subject: 'Nightly import finished' });
	check(sent.status === 'sent', `after consent the status is ${String(sent.status)}`);
	check(sent.transport === 'graph', `the transport is ${String(sent.transport)}`);

	app.addPermission('graph', 'Application', 'Mail.ReadWrite');
	tenant.grantAdminConsent(app);
	sayStep(
		`Send ${String(LARGE_BYTES / 1_000_000)} MB`,
		`What is above 3 MB goes out by a draft and an upload session, for which the app needs
${describePermissions(tenant, app)}`,
	);
	const large = await send(
		{ subject: 'With the log', options: { attachments: 'log' } },
		LARGE_BYTES,
	);
	check(large.status === 'sent', `the large mail's status is ${String(large.status)}`);
	console.log(`\nWhat Microsoft Graph has taken over:\n${describeMessages(graph)}`);
	const [first, second] = graph.messages;
	check(graph.messages.length === 2, `Graph has ${String(graph.messages.length)} messages`);
	check(first?.parsed.subject === 'Nightly import finished', 'the first mail is another');
	check(first?.via === 'sendMail', 'the first mail did not go by sendMail');
	check(second?.via === 'draft', 'the large mail did not go by a draft');
	check(second?.attachments[0]?.content.length === LARGE_BYTES, 'the attachment is not whole');
	check(
		graph.messages.every(({ recipients }) => recipients.join() === 'ada@example.com'),
		'the recipients are others',
	);
}

const problems = await runSteps(demoGraphSteps);
if (problems.length === 0) console.log('\nThe mail went out.');
process.send?.(problems);
