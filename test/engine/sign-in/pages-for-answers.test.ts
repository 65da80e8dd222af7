import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await sandbox.close({ removeData: true });
});

/** A sign-in server behind which something else answers: a page, as browsers show it. */
async function pageServer(status: number, title: string): Promise<string> {
	const server = createServer((request, response) => {
		request.resume();
		response.writeHead(status, { 'content-type': 'text/html' });
		response.end(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/token`;
}

it.each([
	{ status: 407, title: 'Proxy Authentication Required', retryable: false, says: 'The proxy' },
	{ status: 502, title: 'Bad Gateway', retryable: true, says: 'no access token' },
	{ status: 503, title: 'Service Unavailable', retryable: true, says: 'no access token' },
	{ status: 404, title: 'Not Found', retryable: false, says: 'A web page came' },
	{ status: 200, title: 'Please sign in to the Wi-Fi', retryable: false, says: 'A web page came' },
])(
	'a page in place of an access token is told as what it is: $status $title',
	async ({ status, title, retryable, says }) => {
		const workflow = await MailWorkflow.create(sandbox, {
			tokenSeconds: 30,
			credential: { customAccessTokenUrl: await pageServer(status, title) },
			parameters: { options: { maxAttempts: 1 } },
			settings: { onError: 'continueRegularOutput' },
		});
		const tokens = workflow.credential['oauthTokenData'] as Record<string, unknown>;
		tokens['n8n_expires_at'] = String(Date.now() - 1);
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({
			status: 'failed',
			failure: {
				code: 'TOKEN_REQUEST_FAILED',
				stage: 'token',
				retryable,
				message: expect.stringContaining(says),
			},
		});
		expect(sandbox.mail.messages).toEqual([]);
	},
);
