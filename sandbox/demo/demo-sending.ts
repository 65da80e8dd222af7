import { basename } from 'node:path';
import Table from 'cli-table3';
import type { IDataObject } from 'n8n-workflow';
import { DEMO_NODES, demoNodeTypes, demoWorkflow } from './demo-workflow.js';
import { connectedCredential } from '../n8n/sandbox-credential.js';
import { once } from 'node:events';
import { startInbox } from '../inbox/inbox-server.js';
import { startSandbox, type Sandbox } from '../start-sandbox.js';
import type { DemoOptions } from './demo-options.js';
import { jsonOf, loadBuiltPackage, NODE_TYPE, WorkflowHost } from '../n8n/workflow-host.js';

/** Seconds the access token has left: less than the node's margin, so that it renews it first. */
const TOKEN_SECONDS = 30;
const USER = 'alice@sandbox.test';

function text(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What went wrong with an item and what to do, or what the server said. */
function explain(item: IDataObject): string {
	const failure = item['failure'];
	if (typeof failure !== 'object' || failure === null) return text(item['response']);
	const { code, message, remedy } = failure as IDataObject;
	return `${text(code)}: ${text(message)}\n→ ${text(remedy)}`;
}

function printItems(items: readonly IDataObject[], sandbox: Sandbox): void {
	const table = new Table({
		head: ['item', 'status', 'to', 'what happened'],
		colWidths: [6, 9, 31, 72],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	items.forEach((item, index) => {
		const { to } = item['envelope'] as { to: string[] };
		table.push([index, text(item['status']), to.join(', '), explain(item)]);
	});
	console.log(table.toString());

	const mails = new Table({
		head: ['subject', 'to', 'TLS', 'mechanism', 'file'],
		style: { head: [], border: [] },
	});
	for (const { parsed, envelope, tls, mechanism, emlPath } of sandbox.mail.messages) {
		mails.push([
			parsed.subject ?? '',
			envelope.to.join(', '),
			tls.version,
			mechanism,
			basename(emlPath),
		]);
	}
	console.log(`\nWhat the mail server received:\n${mails.toString()}`);
}

/** Shows the received mails in a browser until Ctrl-C. */
async function showInbox(sandbox: Sandbox): Promise<void> {
	const inbox = await startInbox(sandbox);
	console.log(`\nThe inbox: ${inbox.url} shows them as a person sees them. Ctrl-C ends it.`);
	await once(process, 'SIGINT');
	await inbox.close();
}

/**
 * `npm run demo`: sends real mail through the node and prints the status items and what arrived.
 * Resolves with what is wrong with the result, if anything.
 */
export async function demoSending({ opensInbox }: DemoOptions): Promise<string[]> {
	const sandbox = await startSandbox();
	try {
		const { node, credential } = loadBuiltPackage();
		const host = new WorkflowHost({ [NODE_TYPE]: node, ...demoNodeTypes }, [credential]);
		host.store.credentials.set('demo', {
			type: 'smtpOAuth2Api',
			data: await connectedCredential(sandbox, USER, TOKEN_SECONDS),
		});
		console.log(
			`Sandbox: OAuth2 server ${sandbox.oauth.issuer}, mail server ${sandbox.mail.host}:${String(sandbox.mail.starttlsPort)} (STARTTLS), signed in as ${USER}.\n` +
				`Workflow on n8n's engine: ${DEMO_NODES.orders} → ${DEMO_NODES.mail} → ${DEMO_NODES.branch}\n`,
		);
		const run = await host.run(demoWorkflow, { startNode: DEMO_NODES.orders });
		const items = jsonOf(run, DEMO_NODES.mail);
		printItems(items, sandbox);

		const refreshes = sandbox.oauth.tokenRequests.filter(
			(request) => request.grantType === 'refresh_token' && request.succeeded,
		).length;
		const sent = jsonOf(run, DEMO_NODES.branch, 0).length;
		const other = jsonOf(run, DEMO_NODES.branch, 1).length;
		console.log(
			`\n${DEMO_NODES.branch}: ${String(sent)} on the branch "sent", ${String(other)} on the other.\n` +
				`Access token: ${String(TOKEN_SECONDS)} s left at the start, ${String(refreshes)} renewal. Connections to the mail server: ${String(sandbox.mail.connectionCount)}.\n` +
				`The messages lie in ${sandbox.dataDir}`,
		);

		const received = sandbox.mail.messages.map(({ parsed }) => parsed.subject);
		const checks: readonly (readonly [boolean, string])[] = [
			[run.data.resultData.error === undefined, 'the workflow ended with an error'],
			[
				received.join() === 'Order 4711 is on its way,Order 4712 is on its way',
				`the mail server received ${JSON.stringify(received)}`,
			],
			[
				items.map((item) => text(item['status'])).join() === 'sent,sent,failed,failed',
				'the statuses are not sent, sent, failed, failed',
			],
			[refreshes === 1, `the token was refreshed ${String(refreshes)} times`],
			[host.store.savedTokens === 1, 'the refreshed token was not kept'],
			[sandbox.mail.connectionCount === 1, 'there was more than one connection'],
		];
		const problems = checks.flatMap(([isRight, problem]) => (isRight ? [] : [problem]));
		if (problems.length === 0) console.log('\nThe mail arrived.');
		if (opensInbox) await showInbox(sandbox);
		else console.log('See it in a browser: npm run demo -- --inbox, or npm start.');
		return problems;
	} finally {
		await sandbox.close();
	}
}
