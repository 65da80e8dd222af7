import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { installN8n } from '../n8n/install-n8n.js';
import { N8nClient } from '../n8n/n8n-client.js';
import { type RunningN8n, runN8n } from '../n8n/run-n8n.js';
import { connectAccount } from '../stage/sandbox-account.js';
import { WORK_PATH } from '../stage/stage.js';
import { answerOf, ask, linksOf, waitingWorkflow } from '../stage/waiting-workflow.js';

describe('a question that was put before n8n restarted', () => {
	let sandbox: Sandbox;
	let n8n: RunningN8n;
	let start: (again?: { isKept?: boolean; port?: number }) => Promise<RunningN8n>;
	let client: N8nClient;

	beforeAll(async () => {
		sandbox = await startSandbox();
		const { version, tarball } = inject('n8n');
		const userFolder = path.join(WORK_PATH, 'restart', 'n8n');
		const installed = await installN8n(version);
		start = async (again = {}) => await runN8n({ n8n: installed, tarball, userFolder, ...again });
		n8n = await start();
		client = new N8nClient(n8n.url);
		await client.setUpOwnerOrSignIn();
	}, 240_000);
	afterAll(async () => {
		await n8n?.stop();
		await sandbox?.close({ removeData: true });
	});

	it('is shown and answered by the link from before', async () => {
		const name = 'Sandbox';
		const credential = { id: await connectAccount(client, sandbox, name), name };
		const { executionId, mails } = await ask(
			client,
			sandbox,
			waitingWorkflow(randomUUID(), credential, {
				toEmail: 'bob@sandbox.test',
				subject: 'Approve the order',
				message: '=Order {{ $json.body.order }}, asked at {{ $now.toMillis() }}',
			}),
		);
		const url = linksOf(mails[0])['Approve'] ?? '';
		const mailed = /Order 4711, asked at \d+/.exec(mails[0]?.parsed.text ?? '')?.[0];
		await n8n.stop();
		n8n = await start({ isKept: true, port: Number(new URL(n8n.url).port) });

		const page = await fetch(url);
		expect(page.status).toBe(200);
		expect(await page.text()).toContain(mailed);
		const body = new URLSearchParams({ answer: 'approve' });
		const answered = await fetch(url, { method: 'POST', body });
		expect(await answered.text()).toContain('Your answer has been recorded');
		const result = await new N8nClient(n8n.url, client.session.state).waitForExecution(executionId);
		expect(answerOf(result)).toMatchObject({
			data: { approved: true, respondedBy: 'bob@sandbox.test' },
		});
	}, 240_000);
});
