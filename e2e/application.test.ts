import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import type { EntraApplication, EntraTenant } from '../sandbox/entra-directory.js';
import { type NamedHosts, startNamedHosts } from '../sandbox/named-hosts.js';
import { type Clouds, startClouds } from '../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../sandbox/trusted-certificate.js';
import { pictureFailures } from './failure-pictures.js';
import { SEND, TRIGGER, sendWorkflow } from './test-workflow.js';
import { type UiSession, openUiSession } from './ui-session.js';

const MAILBOX = 'adele@contoso.example';
const REPORT = {
	toEmail: 'ada@example.com',
	emailFormat: 'text',
	text: 'All 12 imports finished.',
};

describe('an application that signs in by itself', () => {
	let clouds: Clouds;
	let proxy: NamedHosts;
	let tenant: EntraTenant;
	let ui: UiSession;

	beforeAll(async () => {
		clouds = await startClouds(readTrustedCertificate(), { users: [{ email: MAILBOX }] });
		proxy = await startNamedHosts(clouds.ports, inject('proxyPort'));
		tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
		tenant.addUser(MAILBOX);
		ui = await openUiSession();
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await proxy?.close();
		await clouds?.close();
	});

	/** Stores the credential on show, and runs a workflow that sends with it. */
	const sendWithIt = async (subject: string) => {
		const credential = await ui.client.newestCredential();
		const workflow = await ui.client.createWorkflow(
			sendWorkflow(subject, credential, { ...REPORT, subject }),
		);
		return await ui.client.runWorkflow(workflow, TRIGGER);
	};

	it('sends by SMTP with what a person types, and nobody has to connect', async () => {
		const app: EntraApplication = tenant.registerApplication('n8n mail by SMTP');
		app.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(app);
		tenant.exchange.newServicePrincipal(app.appId, app.enterpriseObjectId);
		tenant.exchange.addMailboxPermission(MAILBOX, app.enterpriseObjectId);

		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('provider', 'Custom');
		await dialog.choose('grantType', 'Client Credentials');
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Client ID',
			'Client Authentication',
			'Client Secret',
			'Provider',
			'OAuth Token Endpoint',
			'OAuth Scopes',
			'User',
			'SMTP Server',
			'SSL Mode',
			'Port',
			'SASL Mechanism',
			'CA Certificate',
			'Allow Unauthorized Certificates',
			'Max Connections',
			'Messages per Minute',
		]);
		const { mail } = clouds.sandbox;
		const typed = {
			clientId: app.appId,
			clientSecret: app.addClientSecret(),
			customAccessTokenUrl: `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`,
			customScope: 'https://outlook.office365.com/.default',
			user: MAILBOX,
			host: mail.host,
			port: mail.starttlsPort,
			caCertificate: mail.caCertificate,
		};
		for (const [name, value] of Object.entries(typed)) await dialog.fill(name, value);
		expect(await dialog.cutOffTexts()).toEqual([]);
		expect(await dialog.connectButton.isVisible()).toBe(false);
		await dialog.save();
		expect(await dialog.connectedBanner.isVisible()).toBe(false);

		const { outputs } = await sendWithIt('By an application, SMTP');
		expect(outputs[SEND]?.[0]?.[0]).toMatchObject({ status: 'sent' });
		const [message] = await mail.waitForMessages(1);
		expect(message).toMatchObject({
			user: MAILBOX,
			parsed: { subject: 'By an application, SMTP' },
		});
		expect(clouds.entra.tokenRequests).toMatchObject([
			{ grantType: 'client_credentials', proof: 'secret', succeeded: true },
		]);

		// The first token was kept: the next execution needs none.
		await mail.disconnectClients();
		await sendWithIt('Once more');
		await mail.waitForMessages(2);
		expect(clouds.entra.tokenRequests).toHaveLength(1);
	});
});
