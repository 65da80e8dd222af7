import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { SEND, TRIGGER, sendWorkflow } from '../stage/test-workflow.js';
import { MAILBOX, fieldsFor } from '../stage/sandbox-account.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';
import { pictureFailures } from '../ui/failure-pictures.js';

describe('connecting an account in the editor', () => {
	let sandbox: Sandbox;
	let ui: UiSession;

	beforeAll(async () => {
		sandbox = await startSandbox();
		ui = await openUiSession({ isSignedIn: false });
		await ui.editor.signIn();
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await sandbox?.close({ removeData: true });
	});

	it('shows what a preset needs and hides what it settles', async () => {
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.unfold();
		await ui.picture('credential-gmail', 1550);
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Client ID',
			'Client Secret',
			'Provider',
			'Deliver Via',
			'Prompt/Consent Level',
			'User',
			'SSL Mode',
			'Port',
			'EHLO Name',
			'Max Connections',
			'Messages per Minute',
		]);
	});

	it('asks for a tenant at Microsoft 365', async () => {
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('provider', 'Microsoft 365');
		expect(await dialog.fieldLabels()).toContain('Tenant');
	});

	it('connects a custom provider by its consent page, and sends through it', async () => {
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('provider', 'Custom');
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Client ID',
			'Client Secret',
			'Provider',
			'OAuth Endpoint',
			'OAuth Token Endpoint',
			'OAuth Scopes',
			'Authorization Parameters',
			'Prompt/Consent Level',
			'User',
			'SMTP Server',
			'SSL Mode',
			'Port',
			'SASL Mechanism',
			'CA Certificate',
			'Allow Unauthorized Certificates',
			'EHLO Name',
			'Max Connections',
			'Messages per Minute',
		]);

		const {
			provider: _provider,
			grantType: _grantType,
			sslMode: _sslMode,
			...typed
		} = fieldsFor(sandbox);
		await dialog.fillAll(typed);
		expect(await dialog.cutOffTexts()).toEqual([]);
		await dialog.scrollTo('provider');
		await ui.picture('credential-custom');

		const consent = await dialog.connect(ui.context);
		await consent.locator('[data-test="scope"]').first().waitFor();
		await consent.locator(`[data-test="account-${MAILBOX}"]`).check();
		await consent.locator('[data-test="allow"]').click();
		await dialog.connectedBanner.waitFor();
		await ui.picture('credential-connected');

		const [request] = sandbox.oauth.tokenRequests;
		expect(request).toMatchObject({ grantType: 'authorization_code', succeeded: true });

		const credential = await ui.client.newestCredential();
		const workflow = await ui.client.createWorkflow(
			sendWorkflow('Connected by clicking', credential, {
				toEmail: 'ada@example.com',
				subject: 'Connected by clicking',
				emailFormat: 'text',
				text: 'It works.',
			}),
		);
		const { outputs } = await ui.client.runWorkflow(workflow, TRIGGER);
		expect(outputs[SEND]?.[0]?.[0]).toMatchObject({ status: 'sent' });
		const [message] = await sandbox.mail.waitForMessages(1);
		expect(message?.parsed.subject).toBe('Connected by clicking');
	});

	it('connects a client without a secret by PKCE', async () => {
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('grantType', 'PKCE');
		await dialog.choose('provider', 'Custom');
		const { customAuthUrl, customAccessTokenUrl, customScope, user, host, port } =
			fieldsFor(sandbox);
		const { clientId } = sandbox.oauth.clients.public;
		const typed = { clientId, customAuthUrl, customAccessTokenUrl, customScope, user, host, port };
		await dialog.fillAll(typed);

		const consent = await dialog.connect(ui.context);
		await consent.locator('[data-test="allow"]').click();
		await dialog.connectedBanner.waitFor();
		expect(sandbox.oauth.tokenRequests.at(-1)).toMatchObject({ clientId, succeeded: true });
	});

	it('shows that the consent was refused, and no connected account', async () => {
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('provider', 'Custom');
		const {
			provider: _provider,
			grantType: _grantType,
			sslMode: _sslMode,
			...typed
		} = fieldsFor(sandbox);
		await dialog.fillAll(typed);
		const consent = await dialog.connect(ui.context);
		await consent.locator('[data-test="deny"]').click();
		await consent
			.getByText(/access_denied|insufficient parameters|error/i)
			.first()
			.waitFor();
		expect(await dialog.connectedBanner.isVisible()).toBe(false);
	});
});
