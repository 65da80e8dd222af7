import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MICROSOFT_CLOUDS } from '../../../credentials/providers/microsoft-clouds.js';
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
});

afterEach(async () => {
	await proxy.close();
	await clouds.close();
});

async function run(cloud: string, clientSecret: string): Promise<unknown> {
	const workflow = new MailWorkflow(
		{ settings: { onError: 'continueRegularOutput' } },
		{
			provider: 'microsoft365',
			grantType: 'clientCredentials',
			deliverVia: 'graph',
			cloud,
			tenant: tenant.id,
			clientId: app.appId,
			clientSecret,
			user: MAILBOX,
		},
	);
	return jsonOf(await workflow.run(), MAIL)[0];
}

describe.each(['usGovernment', 'usGovernmentDoD', 'china'] as const)('the cloud %s', (cloud) => {
	beforeEach(() => {
		tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example', cloud);
		clouds.graph.mailboxes.push({ address: MAILBOX, tenantId: tenant.id });
		app = tenant.registerApplication('n8n mail');
		app.addPermission('graph', 'Application', 'Mail.Send');
	});

	const { loginHost, graphHost, adminCenter } = MICROSOFT_CLOUDS[cloud];

	it('is signed in to and sent through at its own addresses only', async () => {
		tenant.grantAdminConsent(app);
		expect(await run(cloud, app.addClientSecret())).toMatchObject({ status: 'sent' });
		expect(clouds.graph.messages).toHaveLength(1);
		const targets = new Set(proxy.connections.map(({ target }) => target));
		expect([...targets].toSorted()).toEqual([`${graphHost}:443`, `${loginHost}:443`].toSorted());
	});

	it('has its own portal named where an admin has to act', async () => {
		const remedy = expect.stringContaining(`At ${adminCenter} → App registrations`) as unknown;
		expect(await run(cloud, 'wrong')).toMatchObject({
			failure: { code: 'CLIENT_REJECTED', stage: 'token', remedy },
		});
		expect(await run(cloud, app.addClientSecret())).toMatchObject({
			failure: { code: 'PERMISSION_MISSING', stage: 'auth', remedy },
		});
	});
});
