import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const MAILBOX = 'reports@contoso.example';

let clouds: Clouds;
let proxy: NamedHosts;
let credential: ICredentialDataDecryptedObject;

beforeEach(async () => {
	clouds = await startClouds(readTrustedCertificate());
	proxy = await useNamedHosts(clouds.ports);
	const tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
	clouds.graph.mailboxes.push({ address: MAILBOX, tenantId: tenant.id });
	const app = tenant.registerApplication('n8n mail');
	app.addPermission('graph', 'Application', 'Mail.Send');
	app.addPermission('graph', 'Application', 'Mail.ReadWrite');
	tenant.grantAdminConsent(app);
	credential = {
		provider: 'microsoft365',
		grantType: 'clientCredentials',
		deliverVia: 'graph',
		tenant: tenant.id,
		clientId: app.appId,
		clientSecret: app.addClientSecret(),
		user: MAILBOX,
	};
});

afterEach(async () => {
	await proxy.close();
	await clouds.close();
});

function createWorkflow(node: MailNode, changes: IDataObject = {}): MailWorkflow {
	return new MailWorkflow(node, {
		...credential,
		...(changes as ICredentialDataDecryptedObject),
	});
}

describe('before the first request', () => {
	it('a text that no draft can hold stops the workflow', async () => {
		const workflow = createWorkflow({ parameters: { text: '={{ "x".repeat($json.length) }}' } });
		const error = errorOf(await workflow.run([{ length: 10 }, { length: 3_100_000 }]));
		expect(error.context).toMatchObject({
			itemIndex: 1,
			data: { failure: { code: 'MESSAGE_TOO_LARGE', stage: 'parameters' } },
		});
		expect(proxy.connections).toEqual([]);
	});

	it.each([
		'..',
		'.',
		'../me',
		'a/b',
		'reports@contoso.example/messages',
		'?$select=id',
		'reports@contoso.example?x',
		'reports@contoso.example#',
		'%2e%2e',
		'reports',
		'a b@contoso.example',
		'rep\u200Borts@contoso.example',
		'@contoso.example',
	])('a User that names no mailbox is refused: %s', async (user) => {
		const settings = { onError: 'continueRegularOutput' } as const;
		const workflow = createWorkflow({ settings }, { user: '={{ $json.user }}' });
		const parameters = { parameters: { fromEmail: MAILBOX }, settings };
		expect(jsonOf(await workflow.run([{ user }], {}, parameters), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'INVALID_PARAMETER', stage: 'parameters' } },
		]);
		expect(proxy.connections).toEqual([]);
	});

	it.each(["o'neil+list@contoso.example", 'guest_example.net#EXT#@contoso.example'])(
		'a User keeps its place in the path: %s',
		async (user) => {
			clouds.graph.mailboxes.push({ address: user });
			const settings = { onError: 'continueRegularOutput' } as const;
			const workflow = createWorkflow({ parameters: { fromEmail: user }, settings }, { user });
			expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
			expect(clouds.graph.requests).toMatchObject([{ user }]);
		},
	);
});
