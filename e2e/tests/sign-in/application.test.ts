import { beforeAll, describe, expect, inject, it } from 'vitest';

import type { EntraApplication, EntraTenant } from '../../../sandbox/entra/directory.js';
import type { Clouds } from '../../../sandbox/start-clouds.js';
import { createApplicationCertificate } from '../../../test/support/tls/self-signed-rsa.js';
import { useCloudStage } from '../../stage/cloud-stage.js';
import { CREDENTIAL_TYPE } from '../../stage/sandbox-account.js';
import { SEND } from '../../stage/test-workflow.js';
import type { UiSession } from '../../ui/ui-session.js';

const isN8n1 = inject('n8n').version.startsWith('1.');

/** n8n 1.x puts the fields it inherits first, and knows no Client Authentication of its own. */
const CLIENT_PROOF = isN8n1
	? ['Client Secret', 'Client Authentication']
	: ['Client Authentication', 'Client Secret'];

const MAILBOX = 'adele@contoso.example';
const REPORT = {
	toEmail: 'ada@example.com',
	emailFormat: 'text',
	text: 'All 12 imports finished.',
};

describe('an application that signs in by itself', () => {
	const stage = useCloudStage({ users: [{ email: MAILBOX }] });
	let clouds: Clouds;
	let tenant: EntraTenant;
	let ui: UiSession;

	beforeAll(() => {
		clouds = stage.clouds();
		ui = stage.ui();
		tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
		tenant.addUser(MAILBOX);
		clouds.graph.mailboxes.push({ address: MAILBOX, tenantId: tenant.id });
	});

	/** Sends with the credential stored last. */
	const send = async (subject: string) => await stage.run(subject, { ...REPORT, subject });

	/** An application that may send from the mailbox by SMTP. */
	const registerForSmtp = (name: string): EntraApplication => {
		const app = tenant.registerApplication(name);
		app.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(app);
		tenant.exchange.newServicePrincipal(app.appId, app.enterpriseObjectId);
		tenant.exchange.addMailboxPermission(MAILBOX, app.enterpriseObjectId);
		return app;
	};

	const smtpFields = () => ({
		customAccessTokenUrl: `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`,
		customScope: 'https://outlook.office365.com/.default',
		user: MAILBOX,
		host: clouds.sandbox.mail.host,
		port: clouds.sandbox.mail.starttlsPort,
		caCertificate: clouds.sandbox.mail.caCertificate,
	});

	it('sends by SMTP with what a person types, and nobody has to connect', async () => {
		const app = registerForSmtp('n8n mail by SMTP');
		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('provider', 'Custom');
		await dialog.choose('grantType', 'Client Credentials');
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Client ID',
			...CLIENT_PROOF,
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
			'EHLO Name',
			'Max Connections',
			'Messages per Minute',
		]);
		const { mail } = clouds.sandbox;
		const typed = { clientId: app.appId, clientSecret: app.addClientSecret(), ...smtpFields() };
		await dialog.fillAll(typed);
		expect(await dialog.cutOffTexts()).toEqual([]);
		expect(await dialog.connectButton.isVisible()).toBe(false);
		await dialog.save();
		expect(await dialog.connectedBanner.isVisible()).toBe(false);

		const { outputs } = await send('By an application, SMTP');
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
		await send('Once more');
		await mail.waitForMessages(2);
		expect(clouds.entra.tokenRequests).toHaveLength(1);
	});

	it('sends by Microsoft Graph with what a person types', async () => {
		const app = tenant.registerApplication('n8n mail by Graph');
		app.addPermission('graph', 'Application', 'Mail.Send');
		tenant.grantAdminConsent(app);

		const dialog = await ui.editor.openNewCredential('SMTP OAuth2 API');
		await dialog.choose('provider', 'Microsoft 365');
		await dialog.choose('grantType', 'Client Credentials');
		await dialog.choose('deliverVia', 'Microsoft Graph');
		expect(await dialog.fieldLabels()).toEqual([
			'Grant Type',
			'Client ID',
			...CLIENT_PROOF,
			'Provider',
			'Deliver Via',
			'Cloud',
			'Tenant',
			'User',
			'Max Connections',
			'Messages per Minute',
		]);
		const typed = {
			clientId: app.appId,
			clientSecret: app.addClientSecret(),
			tenant: tenant.id,
			user: MAILBOX,
		};
		await dialog.fillAll(typed);
		expect(await dialog.cutOffTexts()).toEqual([]);
		expect(await dialog.connectButton.isVisible()).toBe(false);
		await dialog.save();
		await dialog.unfold();
		await ui.picture('credential-application', 1450);

		const { outputs } = await send('By an application, Graph');
		expect(outputs[SEND]?.[0]?.[0]).toMatchObject({ status: 'sent', transport: 'graph' });
		expect(clouds.graph.messages).toMatchObject([
			{
				from: MAILBOX,
				recipients: ['ada@example.com'],
				parsed: { subject: 'By an application, Graph' },
			},
		]);

		// Nor does the dialog speak of connecting once n8n holds a token.
		const { id } = await ui.client.newestCredential();
		const stored = await ui.editor.openCredential(id);
		expect(await stored.connectButton.isVisible()).toBe(false);
		expect(await stored.connectedBanner.isVisible()).toBe(false);
	});

	it('signs in by certificate where n8n can, and says where it cannot', async () => {
		const app = registerForSmtp('n8n mail by certificate');
		const { privateKey, certificate } = await createApplicationCertificate();
		app.uploadCertificate(certificate);
		await ui.client.createCredential(CREDENTIAL_TYPE, 'By certificate', {
			provider: 'custom',
			grantType: 'clientCredentials',
			clientId: app.appId,
			clientCredentialType: 'certificate',
			privateKey,
			certificate,
			...smtpFields(),
		});
		const count = clouds.sandbox.mail.messages.length;
		const { outputs, error } = await send('By certificate');
		if (isN8n1) {
			expect(error).toMatchObject({
				context: { data: { failure: { code: 'INVALID_PARAMETER', stage: 'parameters' } } },
			});
			expect(String(error?.['description'])).toMatch(/n8n to 2\.\d+/);
		} else {
			expect(outputs[SEND]?.[0]?.[0]).toMatchObject({ status: 'sent' });
			await clouds.sandbox.mail.waitForMessages(count + 1);
			expect(clouds.entra.tokenRequests.at(-1)).toMatchObject({ proof: 'certificate' });
		}
	});
});
