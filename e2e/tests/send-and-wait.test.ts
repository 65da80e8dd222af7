import { randomUUID } from 'node:crypto';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient } from '../n8n/n8n-client.js';
import { connectAccount } from '../stage/sandbox-account.js';
import { answerOf, ask, linksOf, waitingWorkflow } from '../stage/waiting-workflow.js';
import { launchChromium } from '../ui/chromium.js';
import { openClient } from '../ui/ui-session.js';

/** What link scanners and previews call themselves. */
const SCANNERS = [
	'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36',
	'Mozilla/5.0 (compatible; BarracudaCentral)',
	'SkypeUriPreview Preview/0.5',
	'',
];

const QUESTION = {
	toEmail: 'ada@sandbox.test, bob@sandbox.test',
	subject: 'Approve the order',
	message: '=Order {{ $json.body.order }} over 1,200 €\nPlease decide.',
	approvalOptions: { values: { approvalType: 'double' } },
};

describe('a question by mail', () => {
	let sandbox: Sandbox;
	let client: N8nClient;
	let browser: Browser;
	let credential: { id: string; name: string };

	beforeAll(async () => {
		sandbox = await startSandbox();
		client = openClient();
		browser = await launchChromium();
		const name = 'Sandbox';
		credential = { id: await connectAccount(client, sandbox, name), name };
	});
	afterAll(async () => {
		await browser?.close();
		await sandbox?.close({ removeData: true });
	});

	const asked = async (parameters: Record<string, unknown>, mails = 2) =>
		await ask(
			client,
			sandbox,
			waitingWorkflow(randomUUID(), credential, { ...QUESTION, ...parameters }),
			mails,
		);

	const openPage = async (
		url: string | undefined,
		javaScriptEnabled: boolean,
	): Promise<{ page: Page; problems: string[]; requests: string[] }> => {
		const context = await browser.newContext({
			javaScriptEnabled,
			viewport: { width: 380, height: 800 },
		});
		const page = await context.newPage();
		const problems: string[] = [];
		const requests: string[] = [];
		page.on('console', (message) => problems.push(message.text()));
		page.on('request', (request) => requests.push(request.url()));
		await page.goto(url ?? '');
		return { page, problems, requests };
	};

	it('is not answered by anything that fetches its links', async () => {
		const { mails, workflowId } = await asked({});
		const urls = mails.flatMap((mail) => Object.values(linksOf(mail)));
		expect(urls).toHaveLength(4);
		for (const url of urls) {
			for (const agent of SCANNERS) {
				const response = await fetch(url, { headers: { 'user-agent': agent } });
				expect(response.status).toBe(200);
				expect(response.headers.get('cache-control')).toBe('no-store');
				expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
				expect(response.headers.get('x-frame-options')).toBe('DENY');
				expect(response.headers.get('x-content-type-options')).toBe('nosniff');
				expect(response.headers.get('referrer-policy')).toBe('no-referrer');
				expect(await response.text()).toContain('Please decide.');
			}
			await fetch(url, { method: 'HEAD' });
			await fetch(url, { method: 'OPTIONS' });
			await fetch(url, { method: 'PUT', body: 'answer=approve' });
		}
		expect((await client.newestExecution(workflowId)).status).toBe('waiting');
	});

	it('refuses links that were altered', async () => {
		const { mails, workflowId } = await asked({});
		const good = linksOf(mails[0])['Decline'] ?? '';
		const altered = [
			good.replace('answer=decline', 'answer=approve'),
			good.replace(/signature=./, 'signature=~'),
			good.replace(/&?signature=[^&]+/, ''),
			good.replace(/token=./, 'token=~'),
		];
		for (const url of altered) {
			expect(url).not.toBe(good);
			const body = new URLSearchParams({ answer: 'approve' });
			expect((await fetch(url)).status).toBe(401);
			expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
		}
		expect((await client.newestExecution(workflowId)).status).toBe('waiting');
	});

	it.each([true, false])('is answered by one press, with scripts: %s', async (withScripts) => {
		const { mails, executionId } = await asked({});
		const bob = mails.find(({ envelope }) => envelope.to.includes('bob@sandbox.test'));
		const url = linksOf(bob)['Decline'];
		const { page, problems, requests } = await openPage(url, withScripts);
		expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Approve the order');
		expect(await page.getByRole('radio', { name: 'Decline' }).isChecked()).toBe(true);
		expect(await page.getByText('bob@sandbox.test').isVisible()).toBe(true);
		await page.getByRole('button', { name: /Confirm|Submit/ }).click();
		await page.getByText('Your answer has been recorded').waitFor();
		const result = await client.waitForExecution(executionId);
		expect(answerOf(result)).toEqual({
			data: {
				approved: false,
				respondedAt: expect.any(String),
				respondedBy: 'bob@sandbox.test',
			},
		});
		expect(problems).toEqual([]);
		expect(requests.filter((request) => !request.startsWith(client.url))).toEqual([]);
		await page.context().close();
		// The other's link is of no use any more.
		const late = await fetch(linksOf(mails.find((mail) => mail !== bob))['Approve'] ?? '');
		expect(await late.text()).toContain('No action required');
	});

	it('counts the first of two answers at once, and goes on once', async () => {
		const { mails, executionId } = await asked({});
		const answers = mails.map(async (mail) => {
			const body = new URLSearchParams({ answer: 'approve' });
			return await fetch(linksOf(mail)['Approve'] ?? '', { method: 'POST', body });
		});
		const responses = await Promise.all(answers);
		const pages = await Promise.all(responses.map((response) => response.text()));
		const recorded = responses[pages.findIndex((page) => page.includes('has been recorded</h1>'))];
		expect(recorded?.headers.get('cache-control')).toBe('no-store');
		expect(recorded?.headers.get('x-frame-options')).toBe('DENY');
		expect(recorded?.headers.get('content-type')).toContain('text/html');
		expect(pages.filter((page) => page.includes('has been recorded</h1>'))).toHaveLength(1);
		const result = await client.waitForExecution(executionId);
		expect(result.status).toBe('success');
		expect(result.outputs['Done']?.[0]).toHaveLength(1);
	});

	it('goes on without an answer when the time is over', async () => {
		const limitWaitTime = { values: { resumeAmount: 0.1, resumeUnit: 'minutes' } };
		const { mails, executionId } = await asked({ options: { limitWaitTime } });
		const url = linksOf(mails[0])['Approve'] ?? '';
		await new Promise((resolve) => setTimeout(resolve, 6_500));
		const response = await fetch(url, {
			method: 'POST',
			body: new URLSearchParams({ answer: 'approve' }),
		});
		expect(await response.text()).toMatch(/The time to answer is over|No action required/);
		const result = await client.waitForExecution(executionId);
		expect(answerOf(result)).toMatchObject({
			body: { order: 4711 },
			data: { timedOut: true, respondedAt: null },
		});
		expect(answerOf(result)?.['data']).not.toHaveProperty('approved');
	});

	const FIELDS = [
		{ fieldLabel: 'Your name', requiredField: true },
		{ fieldLabel: 'Amount', fieldType: 'number' },
		{ fieldLabel: 'Pin', fieldType: 'password' },
		{
			fieldLabel: 'Size',
			fieldType: 'radio',
			fieldOptions: { values: [{ option: 'Small' }, { option: 'Large' }] },
			requiredField: true,
		},
		{
			fieldLabel: 'Extras',
			fieldType: 'checkbox',
			fieldOptions: { values: [{ option: 'Gift wrap' }, { option: 'Card' }] },
			limitSelection: 'exact',
			numberOfSelections: 2,
		},
		{ fieldLabel: 'Deliver on', fieldType: 'date' },
		{ fieldLabel: 'Paper', fieldType: 'file', multipleFiles: true, acceptFileTypes: '.txt' },
		{ fieldName: 'source', fieldType: 'hiddenField', fieldValue: 'mail' },
	];

	it.each([true, false])('is answered by a form, with scripts: %s', async (withScripts) => {
		const { mails, executionId } = await asked(
			{ toEmail: 'bob@sandbox.test', responseType: 'customForm', formFields: { values: FIELDS } },
			1,
		);
		const { page, problems } = await openPage(linksOf(mails[0])['Respond'], withScripts);
		await page.getByLabel('Your name').fill(' Bob "<b>" ');
		await page.getByLabel('Amount').fill('2.5');
		await page.getByLabel('Pin').fill('4711');
		await page.getByLabel('Large').check();
		await page.getByLabel('Card').check();
		await page.getByLabel('Deliver on').fill('2026-12-24');
		await page.getByLabel('Paper').setInputFiles([
			{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
			{ name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('three') },
		]);
		await page.getByRole('button', { name: /Confirm|Submit/ }).click();
		// Only the server counts checkboxes.
		await page.getByText('Choose exactly 2 options.').waitFor();
		expect(await page.getByLabel('Your name').inputValue()).toBe(' Bob "<b>" ');
		expect(await page.getByLabel('Amount').inputValue()).toBe('2.5');
		expect(await page.getByLabel('Pin').inputValue()).toBe('');
		expect(await page.getByLabel('Large').isChecked()).toBe(true);
		await page.getByLabel('Gift wrap').check();
		await page.getByLabel('Pin').fill('4711');
		await page.getByLabel('Paper').setInputFiles([
			{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
			{ name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('three') },
		]);
		await page.getByRole('button', { name: /Confirm|Submit/ }).click();
		await page.getByText('Your answer has been recorded').waitFor();
		expect(answerOf(await client.waitForExecution(executionId))).toEqual({
			data: {
				'Your name': 'Bob "<b>"',
				Amount: 2.5,
				Pin: '4711',
				Size: 'Large',
				Extras: ['Gift wrap', 'Card'],
				'Deliver on': '2026-12-24',
				// n8n lists two files in the order in which their last bytes were written.
				// n8n lists files in the order in which it finished writing them.
				Paper: expect.arrayContaining([
					{ filename: 'a.txt', mimetype: 'text/plain', size: 3 },
					{ filename: 'b.txt', mimetype: 'text/plain', size: 5 },
				]),
				source: 'mail',
				respondedAt: expect.any(String),
				respondedBy: 'bob@sandbox.test',
			},
		});
		// The browser itself tells of the page that the server refused.
		expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
		await page.context().close();
	});

	it('is a form without files as well, in which none was chosen', async () => {
		const { mails, executionId } = await asked(
			{
				toEmail: 'bob@sandbox.test',
				responseType: 'customForm',
				formFields: { values: [{ fieldLabel: 'Paper', fieldType: 'file' }] },
			},
			1,
		);
		const { page } = await openPage(linksOf(mails[0])['Respond'], false);
		await page.getByRole('button', { name: /Confirm|Submit/ }).click();
		await page.getByText('Your answer has been recorded').waitFor();
		expect(answerOf(await client.waitForExecution(executionId))).toMatchObject({
			data: { Paper: null },
		});
		await page.context().close();
	});

	it('is offered in the editor among what waits for people', async () => {
		const types = await client.nodeTypesOf('n8n-nodes-smtp-oauth');
		const own = types.find(({ name }) => String(name).endsWith('SendEmail'));
		expect(own).toMatchObject({ codex: { subcategories: { HITL: ['Human in the Loop'] } } });
		if (inject('n8n').version.startsWith('1.')) return;
		const review = types.find(({ name }) => String(name).endsWith('HitlTool'));
		expect(review).toMatchObject({ codex: { subcategories: { Tools: ['Human in the Loop'] } } });
	});
});
