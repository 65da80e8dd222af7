import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { pictureFailures } from '../ui/failure-pictures.js';
import { CREDENTIAL_TYPE, MAILBOX } from '../stage/sandbox-account.js';
import { SEND, sendWorkflow } from '../stage/test-workflow.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';

describe("the node's panel", () => {
	let ui: UiSession;
	let credential: { id: string; name: string };

	beforeAll(async () => {
		ui = await openUiSession();
		const name = 'Gmail account';
		const fields = { provider: 'gmail', clientId: 'id', clientSecret: 'secret', user: MAILBOX };
		credential = { id: await ui.client.createCredential(CREDENTIAL_TYPE, name, fields), name };
	});
	pictureFailures(() => ui);
	afterAll(async () => await ui?.close());

	const openPanel = async (parameters: Record<string, unknown>) => {
		const workflow = sendWorkflow('Panel', credential, parameters);
		await ui.editor.openWorkflow(await ui.client.createWorkflow(workflow));
		return await ui.editor.openNode(SEND);
	};

	it('shows the parameters in the order one fills them in', async () => {
		const panel = await openPanel({
			toEmail: 'ada@example.com',
			subject: 'Nightly import finished',
			html: '<p>All <b>12</b> imports finished.</p>',
		});
		const [credentialLabel, ...labels] = await panel.parameterLabels();
		expect(credentialLabel).toMatch(/^Credential/);
		expect(labels).toEqual([
			'Operation',
			'From Email',
			'To Email',
			'Subject',
			'Email Format',
			'HTML',
			'Options',
		]);
		expect(await panel.cutOffTexts()).toEqual([]);
	});

	it.each([
		{ emailFormat: 'text', bodies: ['Text'] },
		{ emailFormat: 'html', bodies: ['HTML'] },
		{ emailFormat: 'both', bodies: ['Text', 'HTML'] },
	])('asks for the bodies of the format $emailFormat', async ({ emailFormat, bodies }) => {
		const panel = await openPanel({ emailFormat });
		const labels = await panel.parameterLabels();
		expect(labels.filter((label) => ['Text', 'HTML'].includes(label))).toEqual(bodies);
	});

	it('offers every option by a name of its own', async () => {
		const panel = await openPanel({});
		const names = await panel.listOptions();
		await ui.picture('node-options');
		expect(names.length).toBeGreaterThan(15);
		expect(new Set(names).size).toBe(names.length);
		expect(names).not.toContain('');
	});

	it('is found in the node creator by what people look for', async () => {
		await openPanel({});
		await ui.page.keyboard.press('Escape');
		const found = await ui.editor.searchNodes('xoauth2');
		await found.filter({ hasText: 'SMTP OAuth Send Email' }).first().waitFor();
	});
});
