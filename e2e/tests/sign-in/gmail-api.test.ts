import { beforeAll, describe, expect, it } from 'vitest';

import type { Clouds } from '../../../sandbox/start-clouds.js';
import { useCloudStage } from '../../stage/cloud-stage.js';
import { CREDENTIAL_TYPE } from '../../stage/sandbox-account.js';
import { SEND } from '../../stage/test-workflow.js';
import type { UiSession } from '../../ui/ui-session.js';

const DOMAIN = 'fabrikam.example';
const USER = `alerts@${DOMAIN}`;
const SCOPE = 'https://www.googleapis.com/auth/gmail.send';

describe('the Gmail API', () => {
	const stage = useCloudStage();
	let clouds: Clouds;
	let ui: UiSession;

	beforeAll(() => {
		clouds = stage.clouds();
		ui = stage.ui();
		clouds.gmail.mailboxes.push({ address: USER });
	});

	it('sends and verifies for a service account with what a person types', async () => {
		const { directory } = clouds.google;
		const account = directory.createServiceAccount('n8n-gmail-api');
		directory.delegate(DOMAIN, account.clientId, [SCOPE]);
		directory.users.add(USER);

		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('grantType', 'Service Account');
		await dialog.choose('deliverVia', 'Gmail API');
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Service Account Key',
			'Service Account Email',
			'Provider',
			'Deliver Via',
			'User',
			'Max Connections',
			'Messages per Minute',
		]);
		await dialog.fill('user', USER);
		expect(await dialog.cutOffTexts()).toEqual([]);
		await dialog.fill('serviceAccountKey', JSON.stringify(account.createKey(), undefined, 2));
		expect(await dialog.connectButton.isVisible()).toBe(false);
		await dialog.save();

		const verified = await stage.run('Verify by the Gmail API', { operation: 'verify' });
		expect(verified.outputs[SEND]?.[0]?.[0]).toMatchObject({
			status: 'ok',
			transport: 'gmailApi',
		});
		expect(clouds.gmail.messages).toEqual([]);

		const sent = await stage.run('Send by the Gmail API', {
			toEmail: 'ada@example.com',
			subject: 'By the Gmail API',
			emailFormat: 'text',
			text: 'All 12 imports finished.',
		});
		expect(sent.outputs[SEND]?.[0]?.[0]).toMatchObject({
			status: 'sent',
			transport: 'gmailApi',
			serverMessageId: clouds.gmail.messages[0]?.id,
		});
		expect(clouds.gmail.messages).toMatchObject([
			{ from: USER, to: ['ada@example.com'], parsed: { subject: 'By the Gmail API' } },
		]);
		expect(clouds.google.tokenRequests).toMatchObject([{ user: USER, succeeded: true }]);
	});

	it('asks a person to connect again where the connection is for something else', async () => {
		await ui.client.createCredential(CREDENTIAL_TYPE, 'Switched over', {
			provider: 'gmail',
			deliverVia: 'gmailApi',
			clientId: 'app',
			clientSecret: 'app-secret-1234567890',
			user: USER,
			oauthTokenData: {
				...clouds.google.grant(USER, ['openid']),
				n8n_expires_at: String(Date.now() + 3_600_000),
			},
		});
		const requests = clouds.gmail.requests.length;
		const { error } = await stage.run('Switched over', {
			toEmail: 'ada@example.com',
			subject: 'Too early',
			emailFormat: 'text',
			text: 'Hello',
		});
		expect(error).toMatchObject({
			context: { data: { failure: { code: 'RECONNECT_REQUIRED' } } },
		});
		expect(String(error?.['description'])).toMatch(/connect it again/i);
		expect(clouds.gmail.requests).toHaveLength(requests);
	});

	it('shows a person no field of the mail server', async () => {
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('deliverVia', 'Gmail API');
		const labels = await dialog.fieldLabels();
		expect(labels).toContain('Client Secret');
		expect(labels).not.toContain('SSL Mode');
		expect(labels).not.toContain('Port');
		expect(await dialog.cutOffTexts()).toEqual([]);
	});
});
