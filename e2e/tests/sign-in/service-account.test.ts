import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { type NamedHosts, startNamedHosts } from '../../../sandbox/net/named-hosts.js';
import { type Clouds, startClouds } from '../../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { pictureFailures } from '../../ui/failure-pictures.js';
import { TRIGGER, sendWorkflow } from '../../stage/test-workflow.js';
import { type UiSession, openUiSession } from '../../ui/ui-session.js';

const DOMAIN = 'fabrikam.example';
const USER = `alerts@${DOMAIN}`;

describe('a service account of Google Workspace', () => {
	let clouds: Clouds;
	let proxy: NamedHosts;
	let ui: UiSession;

	beforeAll(async () => {
		clouds = await startClouds(readTrustedCertificate());
		proxy = await startNamedHosts(clouds.ports, inject('proxyPort'));
		ui = await openUiSession();
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await proxy?.close();
		await clouds?.close();
	});

	it('gets a token with what a person pastes, and nobody has to connect', async () => {
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
		const credential = await ui.client.newestCredential();
		const workflow = await ui.client.createWorkflow(
			sendWorkflow('By a service account', credential, { operation: 'verify' }),
		);
		await ui.client.runWorkflow(workflow, TRIGGER);
		expect(clouds.google.tokenRequests).toMatchObject([{ user: USER, succeeded: true }]);

		const stored = await ui.editor.openCredential(credential.id);
		expect(await stored.connectButton.isVisible()).toBe(false);
		expect(await stored.connectedBanner.isVisible()).toBe(false);
	});
});
