import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntraApplication, EntraTenant } from '../../../sandbox/entra/directory.js';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const MAILBOX = 'reports@contoso.example';

let clouds: Clouds;
let proxy: NamedHosts;
let tenant: EntraTenant;
let app: EntraApplication;

beforeEach(async () => {
	clouds = await startClouds(readTrustedCertificate());
	proxy = await useNamedHosts(clouds.ports);
	tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
	clouds.graph.mailboxes.push({ address: MAILBOX, tenantId: tenant.id });
	app = tenant.registerApplication('n8n mail');
	app.addPermission('graph', 'Application', 'Mail.Send');
});

afterEach(async () => {
	await proxy.close();
	await clouds.close();
});

function createWorkflow(): MailWorkflow {
	return new MailWorkflow(
		{ settings: { onError: 'continueRegularOutput' } },
		{
			provider: 'microsoft365',
			grantType: 'clientCredentials',
			deliverVia: 'graph',
			tenant: tenant.id,
			clientId: app.appId,
			clientSecret: app.addClientSecret(),
			user: MAILBOX,
		},
	);
}

describe('a permission of the application', () => {
	it('that nobody has consented to is named, and asked for once more for all items', async () => {
		const items = jsonOf(await createWorkflow().run([{}, {}, {}]), MAIL);
		expect(items).toMatchObject(
			Array.from({ length: 3 }, () => ({
				status: 'failed',
				transport: 'graph',
				failure: { code: 'PERMISSION_MISSING', httpStatus: 403, retryable: false },
			})),
		);
		expect(clouds.entra.tokenRequests).toHaveLength(2);
		expect(clouds.graph.messages).toHaveLength(0);
	});

	it('is asked for once more for all mailboxes that the application sends from', async () => {
		const users = Array.from({ length: 40 }, (_, index) => `user${String(index)}@contoso.example`);
		for (const address of users) clouds.graph.mailboxes.push({ address, tenantId: tenant.id });
		const workflow = createWorkflow();
		workflow.credential['user'] = '={{ $json.user }}';
		const items = jsonOf(await workflow.run(users.map((user) => ({ user }))), MAIL);
		expect(items).toMatchObject(users.map(() => ({ failure: { code: 'PERMISSION_MISSING' } })));
		expect(clouds.entra.tokenRequests).toHaveLength(2);
		expect(clouds.graph.requests.length).toBeLessThanOrEqual(50);
	});

	it('is used as soon as it is granted, though the stored token lacks it', async () => {
		const workflow = createWorkflow();
		await workflow.run();
		tenant.grantAdminConsent(app);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent', attempts: 1 }]);
		expect(clouds.graph.messages.map(({ recipients }) => recipients)).toEqual([
			['bob@sandbox.test'],
		]);
		const { length } = clouds.entra.tokenRequests;
		await workflow.run();
		expect(clouds.entra.tokenRequests).toHaveLength(length);
	});

	it('held by the token is not asked for again when a policy keeps the application out', async () => {
		tenant.grantAdminConsent(app);
		clouds.graph.mailboxes.splice(0, 1, { address: MAILBOX, blockedApps: [app.appId] });
		expect(jsonOf(await createWorkflow().run(), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'PERMISSION_MISSING' } },
		]);
		expect(clouds.entra.tokenRequests).toHaveLength(1);
	});
});
