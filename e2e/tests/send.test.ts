import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { pictureFailures } from '../ui/failure-pictures.js';
import { MAILBOX, connectAccount } from '../stage/sandbox-account.js';
import { SEND, sendWorkflow } from '../stage/test-workflow.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';

describe('sending from the canvas', () => {
	let sandbox: Sandbox;
	let ui: UiSession;
	let credential: { id: string; name: string };

	beforeAll(async () => {
		sandbox = await startSandbox();
		ui = await openUiSession();
		const name = 'Sandbox';
		credential = { id: await connectAccount(ui.client, sandbox, name), name };
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await sandbox?.close({ removeData: true });
	});

	const openWorkflow = async (subject: string) => {
		const workflow = sendWorkflow('Nightly report', credential, {
			fromEmail: `Alerts <${MAILBOX}>`,
			toEmail: 'ada@example.com, Grace <grace@example.com>',
			subject,
			emailFormat: 'both',
			text: 'All 12 imports finished.',
			html: '<p>All <b>12</b> imports finished.</p>',
			options: { ccEmail: 'team@example.com', priority: 'high' },
		});
		await ui.editor.openWorkflow(await ui.client.createWorkflow(workflow));
	};

	/** Ends the token, and the connection that is still signed in with it. */
	const signInAnew = async (): Promise<void> => {
		await sandbox.oauth.expireAccessTokens(MAILBOX);
		await sandbox.mail.disconnectClients();
	};

	it('shows the status item, and the mail arrives', async () => {
		await openWorkflow('Nightly import finished');
		expect(await ui.editor.executeWorkflow(SEND)).toBe('success');
		await ui.picture('canvas');

		const panel = await ui.editor.openNode(SEND);
		const output = await panel.outputJson();
		await ui.picture('output');
		expect(output).toContain('"sent"');
		expect(output).toContain('grace@example.com');
		expect(output).not.toMatch(/access_token|refresh_token|Bearer/);

		const [message] = await sandbox.mail.waitForMessages(1);
		expect(message?.envelope).toEqual({
			from: MAILBOX,
			to: ['ada@example.com', 'grace@example.com', 'team@example.com'],
		});
		expect(message?.parsed.subject).toBe('Nightly import finished');
		expect(message?.parsed.text).toContain('All 12 imports finished.');
		expect(message?.parsed.html).toContain('<b>12</b>');
	});

	it('refreshes a token that the server no longer takes', async () => {
		const count = sandbox.mail.messages.length;
		await signInAnew();
		await openWorkflow('After the token expired');
		expect(await ui.editor.executeWorkflow(SEND)).toBe('success');

		const messages = await sandbox.mail.waitForMessages(count + 1);
		expect(messages.at(-1)?.parsed.subject).toBe('After the token expired');
		const refreshes = sandbox.oauth.tokenRequests.filter(
			({ grantType }) => grantType === 'refresh_token',
		);
		expect(refreshes).toMatchObject([{ succeeded: true }]);
	});

	it('keeps the rotated refresh token for the next time', async () => {
		const count = sandbox.mail.messages.length;
		await signInAnew();
		await openWorkflow('After it expired again');
		expect(await ui.editor.executeWorkflow(SEND)).toBe('success');
		await sandbox.mail.waitForMessages(count + 1);
		expect(sandbox.oauth.tokenRequests.filter(({ succeeded }) => !succeeded)).toEqual([]);
	});
});
