import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import type { IDataObject, INodeType } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { jsonOf, WorkflowHost } from '../../../sandbox/n8n/workflow-host.js';
import { triggerDescription, workflowNode } from '../../../sandbox/n8n/workflow-parts.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const require = createRequire(import.meta.url);
const { ClientOAuth2 } = require('@n8n/client-oauth2') as typeof import('@n8n/client-oauth2');

const TOKEN_URL = 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token';

/** A node that makes one request by n8n's helper and puts out its answer, or the error's code. */
const asks: INodeType = {
	description: triggerDescription('Asks', [
		{ displayName: 'URL', name: 'url', type: 'string', default: '' },
	]),
	async execute() {
		const answer = (await this.helpers.httpRequest({
			url: this.getNodeParameter('url', 0) as string,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as { statusCode: number; body: unknown };
		return [[{ json: { status: answer.statusCode, body: answer.body as IDataObject } }]];
	},
};

async function ask(url: string): Promise<unknown> {
	const node = workflowNode('Asks', 'test.asks', { parameters: { url } });
	const host = new WorkflowHost({ 'test.asks': asks }, []);
	return jsonOf(await host.run({ nodes: [node], connections: {} }, { startNode: 'Asks' }), 'Asks');
}

let server: Server;
let proxy: NamedHosts;

beforeEach(async () => {
	const { certificate, privateKey } = readTrustedCertificate();
	server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ access_token: 'token', host: request.headers.host }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	proxy = await useNamedHosts({
		'login.microsoftonline.com': port,
		'graph.microsoft.com': port,
	});
});

afterEach(async () => {
	await proxy.close();
	server.close();
	server.closeAllConnections();
});

describe('the proxy that leads real names to the sandbox', () => {
	it("leads n8n's HTTP helper, whose TLS trusts the sandbox's certificate", async () => {
		expect(await ask('https://graph.microsoft.com/v1.0/me')).toEqual([
			{ status: 200, body: { access_token: 'token', host: 'graph.microsoft.com' } },
		]);
		expect(proxy.connections).toEqual([{ target: 'graph.microsoft.com:443', isLed: true }]);
	});

	it("leads n8n's token requests", async () => {
		const client = new ClientOAuth2({
			clientId: 'client',
			clientSecret: 'secret',
			accessTokenUri: TOKEN_URL,
			authentication: 'body',
		});
		const { data } = await client.credentials.getToken();
		expect(data).toMatchObject({ access_token: 'token', host: 'login.microsoftonline.com' });
		expect(proxy.connections).toEqual([{ target: 'login.microsoftonline.com:443', isLed: true }]);
	});

	it.each(['https://oauth2.googleapis.com/token', 'https://graph.microsoft.com:8443/v1.0/me'])(
		'refuses what it stands in for nobody at: %s',
		async (url) => {
			expect(await ask(url)).toEqual([{ status: 403, body: '' }]);
			expect(proxy.connections).toMatchObject([{ isLed: false }]);
		},
	);

	it('refuses requests without a tunnel', async () => {
		const answer = await fetch(`${proxy.url}/`, { method: 'POST', body: 'text' });
		expect(answer.status).toBe(403);
	});

	it('stays out of the way of loopback', async () => {
		const { port } = server.address() as AddressInfo;
		expect(await ask(`https://localhost:${String(port)}/`)).toMatchObject([{ status: 200 }]);
		expect(proxy.connections).toEqual([]);
	});
});
