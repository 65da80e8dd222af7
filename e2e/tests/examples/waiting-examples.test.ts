import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../../sandbox/start-sandbox.js';
import type { N8nClient, WorkflowDocument, WorkflowNode } from '../../n8n/n8n-client.js';
import { readExampleWorkflows } from '../../stage/example-workflows.js';
import { connectAccount } from '../../stage/sandbox-account.js';
import { ask, linksOf } from '../../stage/waiting-workflow.js';
import { launchChromium } from '../../ui/chromium.js';
import { IMAGES_PATH, isRenewing, openClient } from '../../ui/ui-session.js';

/** n8n looks once a minute for executions whose time is over. */
const TWO_DEADLINES_MS = 150_000;

describe('the example workflows that wait, in production', () => {
	let sandbox: Sandbox;
	let client: N8nClient;
	let credential: { id: string; name: string };

	beforeAll(async () => {
		sandbox = await startSandbox();
		client = openClient();
		credential = { id: await connectAccount(client, sandbox, 'Sandbox'), name: 'Sandbox' };
	});
	afterAll(async () => await sandbox?.close({ removeData: true }));

	/** An example, started by a webhook in place of its manual trigger. */
	const production = async (
		file: string,
		change: (node: WorkflowNode) => WorkflowNode = (node) => node,
	): Promise<WorkflowDocument> => {
		const examples = await readExampleWorkflows(credential);
		const workflow = examples.find((example) => example.file === file)?.workflow;
		if (workflow === undefined) throw new Error(`There is no examples/${file}.`);
		const id = randomUUID();
		const webhook: WorkflowNode = {
			id,
			name: 'Start',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			parameters: { path: id, httpMethod: 'POST', responseMode: 'onReceived' },
			webhookId: id,
		};
		const others = workflow.nodes.filter(({ name }) => name !== 'Start').map(change);
		return { ...workflow, nodes: [webhook, ...others] };
	};

	it('remind, then ask somebody else, and give up in the end', { timeout: 300_000 }, async () => {
		const hurried = await production('approval-with-reminder.json', (node) => {
			if (node.name === 'An Hour Later') {
				return { ...node, parameters: { amount: 1, unit: 'seconds' } };
			}
			if (node.name !== 'Ask for Approval') return node;
			const limitWaitTime = { values: { resumeAmount: 0.02, resumeUnit: 'minutes' } };
			return { ...node, parameters: { ...node.parameters, options: { limitWaitTime } } };
		});
		const before = sandbox.mail.messages.length;
		const { executionId } = await ask(client, sandbox, hurried);
		const mails = (await sandbox.mail.waitForMessages(before + 3, TWO_DEADLINES_MS)).slice(before);
		expect(mails.map(({ parsed, envelope }) => [parsed.subject, envelope.to[0]])).toEqual([
			['Approve order 4711', 'ada@example.com'],
			['Reminder: Approve order 4711', 'ada@example.com'],
			['Approve order 4711', 'grace@example.com'],
		]);
		expect(mails[2]?.parsed.text).toContain('ada@example.com has not answered.');
		const result = await client.waitForExecution(executionId);
		// The third question is over as well: the workflow gives up.
		expect(result.status).toBe('success');
		expect(result.outputs['Given Up']?.[0]).toMatchObject([{ round: 4, data: { timedOut: true } }]);
	});

	it('order what was approved', async () => {
		const { executionId, mails } = await ask(
			client,
			sandbox,
			await production('approval-with-reminder.json'),
		);
		const body = new URLSearchParams({ answer: 'approve' });
		await fetch(linksOf(mails[0])['Approve'] ?? '', { method: 'POST', body });
		const result = await client.waitForExecution(executionId);
		expect(result.outputs['Order It']?.[0]).toMatchObject([
			{ data: { approved: true, respondedBy: 'ada@example.com' } },
		]);
	});

	it('take an order by a form and confirm it', async () => {
		const { executionId, mails } = await ask(
			client,
			sandbox,
			await production('order-form-by-mail.json'),
		);
		const browser = await launchChromium();
		try {
			const page = await browser.newPage({ javaScriptEnabled: false });
			await page.goto(linksOf(mails[0])['Fill in the order'] ?? '');
			await page.getByLabel('Product').selectOption('Tea');
			await page.getByLabel('Bags').fill('3');
			await page.getByLabel('Thursday').check();
			await page.getByLabel('Gift wrap').check();
			await page
				.getByLabel('Purchase order')
				.setInputFiles({ name: 'po.txt', mimeType: 'text/plain', buffer: Buffer.from('PO 1') });
			await page.getByRole('button', { name: 'Send order' }).click();
			await page.getByText('Your answer has been recorded').waitFor();
		} finally {
			await browser.close();
		}
		expect((await client.waitForExecution(executionId)).status).toBe('success');
		const mail = sandbox.mail.messages.at(-1)?.parsed;
		expect(mail?.subject).toBe('Your order: 3 × Tea');
		expect(mail?.text).toContain('We deliver 3 × Tea on Thursday. With it: Gift wrap.');
		expect(mail?.text).toContain('Customer number: K-17');
		expect(mail?.attachments).toMatchObject([{ filename: 'po.txt' }]);
	});

	it.runIf(isRenewing)('are pictured in the documentation', async () => {
		const browser = await launchChromium();
		const picture = async (
			name: string,
			show: { url?: string | undefined; html?: string | undefined },
			colorScheme: 'light' | 'dark' = 'light',
		) => {
			const context = await browser.newContext({
				colorScheme,
				viewport: { width: 380, height: 300 },
			});
			const page = await context.newPage();
			if (show.url === undefined) await page.setContent(show.html ?? '');
			else await page.goto(show.url);
			if (name === 'question-form') {
				await page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''));
				await page.getByLabel('Product').selectOption('Tea');
				await page.getByLabel('Gift wrap').check();
				await page.getByLabel('Remarks').fill('After 4 pm, please.');
				await page.getByRole('button', { name: 'Send order' }).click();
				await page.getByRole('alert').waitFor();
			}
			await page.screenshot({ path: path.join(IMAGES_PATH, `${name}.png`), fullPage: true });
			await context.close();
		};
		try {
			const approval = await ask(client, sandbox, await production('approval-with-reminder.json'));
			const [mail] = approval.mails;
			await picture('question-mail', { html: mail?.parsed.html });
			await picture('question-page', { url: linksOf(mail)['Approve'] });
			await picture('question-page-dark', { url: linksOf(mail)['Approve'] }, 'dark');
			const form = await ask(client, sandbox, await production('order-form-by-mail.json'));
			await picture('question-form', { url: linksOf(form.mails[0])['Fill in the order'] });
		} finally {
			await browser.close();
		}
	});
});
