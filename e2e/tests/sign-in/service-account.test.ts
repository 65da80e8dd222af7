import { describe, expect, it } from 'vitest';

import { useCloudStage } from '../../stage/cloud-stage.js';

const DOMAIN = 'fabrikam.example';
const USER = `alerts@${DOMAIN}`;

describe('a service account of Google Workspace', () => {
	const stage = useCloudStage();

	it('gets a token with what a person pastes, and nobody has to connect', async () => {
		const clouds = stage.clouds();
		const ui = stage.ui();
		const { directory } = clouds.google;
		const account = directory.createServiceAccount('n8n-mail');
		directory.delegate(DOMAIN, account.clientId, ['https://mail.google.com/']);
		directory.users.add(USER);

		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('grantType', 'Service Account');
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Service Account Key',
			'Service Account Email',
			'Provider',
			'Deliver Via',
			'User',
			'SSL Mode',
			'Port',
			'EHLO Name',
			'Max Connections',
			'Messages per Minute',
		]);
		await dialog.fill('user', USER);
		expect(await dialog.cutOffTexts()).toEqual([]);
		await dialog.unfold();
		await ui.picture('credential-service-account', 1250);
		await dialog.fill('serviceAccountKey', JSON.stringify(account.createKey(), undefined, 2));
		expect(await dialog.connectButton.isVisible()).toBe(false);
		await dialog.save();
		expect(await dialog.connectedBanner.isVisible()).toBe(false);

		// Gmail's mail server has no stand-in: what counts here is the way to the token.
		await stage.run('By a service account', { operation: 'verify' });
		expect(clouds.google.tokenRequests).toMatchObject([{ user: USER, succeeded: true }]);

		const stored = await ui.editor.openCredential((await ui.client.newestCredential()).id);
		expect(await stored.connectButton.isVisible()).toBe(false);
		expect(await stored.connectedBanner.isVisible()).toBe(false);
	});
});
