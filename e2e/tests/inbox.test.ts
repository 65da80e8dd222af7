import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Inbox, startInbox } from '../../sandbox/inbox/inbox-server.js';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { readExampleWorkflows } from '../stage/example-workflows.js';
import { connectAccount } from '../stage/sandbox-account.js';
import { SEND, TRIGGER, sendWorkflow } from '../stage/test-workflow.js';
import { pictureFailures } from '../ui/failure-pictures.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';

const HTML = `<h1 style="color: rgb(1, 2, 3)">Hello Bob</h1>
<p id="script">untouched</p><script>document.getElementById('script').textContent = 'ran'</script>
<img src="nowhere" onerror="document.getElementById('script').textContent = 'ran'">
<a href="javascript:document.getElementById('script').textContent='ran'">Click</a>`;

describe('the inbox of the sandbox in a browser', () => {
	let sandbox: Sandbox;
	let inbox: Inbox;
	let session: UiSession;
	let page: Page;
	let workflowId: string;
	let credential: { id: string; name: string };

	beforeAll(async () => {
		sandbox = await startSandbox();
		inbox = await startInbox(sandbox);
		session = await openUiSession();
		page = session.page;
		credential = { id: await connectAccount(session.client, sandbox, 'Inbox'), name: 'Inbox' };
		workflowId = await session.client.createWorkflow(
			sendWorkflow('Inbox', credential, {
				fromEmail: 'Alice <alice@sandbox.test>',
				toEmail: 'bob@sandbox.test',
				subject: 'Read me',
				emailFormat: 'both',
				text: 'Hello Bob, in text',
				html: HTML,
				options: { appendAttribution: false, maxAttempts: 1 },
			}),
		);
	});
	afterAll(async () => {
		await session?.close();
		await inbox?.close();
		await sandbox?.close({ removeData: true });
	});
	pictureFailures(() => session);

	const send = async () => await session.client.runWorkflow(workflowId, TRIGGER);

	it('shows a mail that arrives without being asked again', async () => {
		await page.goto(inbox.url);
		await page.getByText('No mail yet').waitFor();
		expect((await send()).status).toBe('success');
		await page.locator('[data-test=listed]').filter({ hasText: 'Read me' }).click();
		expect(await page.locator('[data-test=subject]').textContent()).toBe('Read me');
	});

	it('draws the HTML as a mail program does, and runs nothing of it', async () => {
		const mail = page.frameLocator('[data-test=mail]');
		const heading = mail.getByRole('heading', { name: 'Hello Bob' });
		expect(await heading.evaluate((element) => getComputedStyle(element).color)).toBe(
			'rgb(1, 2, 3)',
		);
		await mail.getByText('Click').click();
		expect(await mail.locator('#script').textContent()).toBe('untouched');
	});

	it('shows it as wide as a phone, and its text', async () => {
		await page.getByRole('link', { name: 'Phone' }).click();
		expect((await page.locator('iframe').boundingBox())?.width).toBe(390);
		await page.getByRole('link', { name: 'Text', exact: true }).click();
		expect(await page.locator('[data-test=text]').textContent()).toContain('Hello Bob, in text');
	});

	it('lets sending fail and work again at the press of a button', async () => {
		await page.getByRole('button', { name: 'SMTP AUTH is switched off' }).click();
		expect(await page.locator('[data-test=notice]').textContent()).toContain('SMTP_AUTH_DISABLED');
		const failed = await send();
		expect(failed.status).toBe('error');
		expect(JSON.stringify(failed.error)).toContain('SMTP_AUTH_DISABLED');

		await page.getByRole('button', { name: 'The token decides' }).click();
		expect((await send()).outputs[SEND]).toMatchObject([[{ status: 'sent' }]]);

		const before = sandbox.oauth.tokenRequests.length;
		await page.getByRole('button', { name: 'Expire tokens' }).first().click();
		expect((await send()).outputs[SEND]).toMatchObject([[{ status: 'sent' }]]);
		expect(sandbox.oauth.tokenRequests.length).toBe(before + 1);
	});

	it('shows what the examples send', async () => {
		const wanted = ['confirmation-after-job.json', 'personalised-mails.json'];
		for (const { file, workflow } of await readExampleWorkflows(credential)) {
			const trigger = workflow.nodes.find(({ type }) => type.endsWith('Trigger'));
			if (!wanted.includes(file) || trigger === undefined) continue;
			const id = await session.client.createWorkflow(workflow);
			await session.client.runWorkflow(id, trigger.name);
		}
		await page.goto(inbox.url);
		await page.locator('[data-test=listed]').filter({ hasText: 'Ada Lovelace' }).click();
		await page.frameLocator('[data-test=mail]').getByText('Hello Ada Lovelace').waitFor();
		await session.picture('inbox', 760);
		expect(sandbox.mail.messages.at(-1)?.parsed.from).toEqual({
			name: 'Example Company',
			address: 'alice@sandbox.test',
		});
	});
});
