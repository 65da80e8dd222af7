import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBody } from '../../../sandbox/net/read-body.js';
import { MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';

const serve = useScriptedServers();
let endpoint: Server;
let forms: URLSearchParams[] = [];
beforeAll(async () => {
	endpoint = createServer((request, response) => {
		void readBody(request).then((body) => {
			forms.push(new URLSearchParams(body.toString('utf8')));
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end('{"access_token":"an-access-token","token_type":"Bearer","expires_in":3600}');
		});
	}).listen(0, '127.0.0.1');
	await once(endpoint, 'listening');
});
afterAll(() => endpoint.close());
beforeEach(() => {
	forms = [];
});

describe('the token request of an application', () => {
	it.each([
		'https://mail.google.com/',
		'https://outlook.office.com/SMTP.Send',
		'https://outlook.office365.com/.default',
		'urn:ietf:params:jmap:core urn:ietf:params:jmap:submission',
		'urn:ietf:params:jmap:submission offline_access',
		'https://outlook.office.com/SMTP.Send Offline_access',
	])('carries the scopes as they were entered: %s', async (customScope) => {
		const { port } = endpoint.address() as AddressInfo;
		const workflow = MailWorkflow.forServer(await serve(() => undefined), {
			credential: {
				grantType: 'clientCredentials',
				customAccessTokenUrl: `http://127.0.0.1:${String(port)}/token`,
				customScope,
				oauthTokenData: '',
			},
			settings: { onError: 'continueRegularOutput' },
		});
		await workflow.run();
		expect(forms.map((form) => form.get('scope'))).toEqual([customScope]);
		expect(forms.map((form) => form.get('grant_type'))).toEqual(['client_credentials']);
	});
});
