import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const MAILBOX = 'reports@contoso.example';

let clouds: Clouds;
let hosts: NamedHosts;
let proxy: Server | undefined;

beforeEach(async () => {
	clouds = await startClouds(readTrustedCertificate());
	hosts = await useNamedHosts(clouds.ports);
});

afterEach(async () => {
	proxy?.closeAllConnections();
	proxy?.close();
	await hosts.close();
	await clouds.close();
});

/** A proxy that lets nobody but the sign-in through. */
async function obstruct(answerGraph: (client: Socket) => void): Promise<void> {
	const server = createServer();
	proxy = server;
	server.on('connect', (request, client: Socket) => {
		client.on('error', () => client.destroy());
		if (request.url?.startsWith('graph.') === true) {
			answerGraph(client);
			return;
		}
		const upstream = connect(clouds.entra.port, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			upstream.pipe(client).pipe(upstream);
		});
		upstream.on('error', () => client.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	process.env['HTTPS_PROXY'] = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function createWorkflow(): MailWorkflow {
	const tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
	const app = tenant.registerApplication('n8n mail');
	app.addPermission('graph', 'Application', 'Mail.Send');
	tenant.grantAdminConsent(app);
	return new MailWorkflow(
		{
			parameters: { options: { maxAttempts: 1, timeoutSeconds: 2 } },
			settings: { onError: 'continueRegularOutput' },
		},
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

const refusing =
	(status: string) =>
	(client: Socket): void =>
		void client.end(`HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\nhello`);

describe('a proxy before Microsoft Graph', () => {
	it.each([
		{
			what: 'wants a sign-in',
			act: refusing('407 Proxy Authentication Required'),
			code: 'EGRESS_BLOCKED',
			retryable: false,
		},
		{
			what: 'forbids the name',
			act: refusing('403 Forbidden'),
			code: 'EGRESS_BLOCKED',
			retryable: false,
		},
		{
			what: 'hangs up',
			act: (client: Socket): void => void client.destroy(),
			code: 'CONNECTION_LOST',
			retryable: true,
		},
		{
			what: 'says nothing',
			act: (): void => undefined,
			code: 'CONNECTION_TIMEOUT',
			retryable: true,
		},
	])('is told of, and the mail is surely not sent: it $what', async ({ act, code, retryable }) => {
		await obstruct(act);
		const [item] = jsonOf(await createWorkflow().run(), MAIL);
		expect(item).toMatchObject({
			status: 'failed',
			failure: { code, stage: 'connect', retryable },
		});
		expect(clouds.graph.requests).toEqual([]);
	});
});
