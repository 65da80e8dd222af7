import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await sandbox.close({ removeData: true });
});

const BLOCKED = {
	error: 'invalid_grant',
	error_description:
		'AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
	error_codes: [53003],
};

/** A token endpoint that gives one answer after another, the last one for ever. */
async function tokenEndpoint(...answers: readonly { status: number; body: unknown }[]) {
	const requests: { form: Record<string, string>; authorization: string | undefined }[] = [];
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			const { status, body: answer } = answers[requests.length] ?? answers.at(-1) ?? BLOCKED_ANSWER;
			const form = Object.fromEntries(new URLSearchParams(body));
			requests.push({ form, authorization: request.headers.authorization });
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(answer));
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { requests, url: `http://127.0.0.1:${String(port)}/token` };
}

const BLOCKED_ANSWER = { status: 400, body: BLOCKED };

/** Runs a workflow whose access token has ended. */
async function run(customAccessTokenUrl: string, credential: Record<string, string> = {}) {
	const workflow = await MailWorkflow.create(sandbox, {
		tokenSeconds: 30,
		credential: { customAccessTokenUrl, ...credential },
		parameters: { options: { maxAttempts: 1 } },
		settings: { onError: 'continueRegularOutput' },
	});
	const tokens = workflow.credential['oauthTokenData'] as Record<string, unknown>;
	tokens['n8n_expires_at'] = String(Date.now() - 1);
	return { item: jsonOf(await workflow.run(), MAIL)[0], tokens };
}

describe('the reason of a refused renewal, which n8n leaves out', () => {
	it('is asked for once, with what n8n has asked with, and told', async () => {
		const endpoint = await tokenEndpoint(BLOCKED_ANSWER);
		const { item, tokens } = await run(endpoint.url);
		expect(item).toMatchObject({
			status: 'failed',
			failure: {
				code: 'SIGN_IN_BLOCKED',
				stage: 'token',
				message: expect.stringContaining('AADSTS53003'),
			},
		});
		expect(endpoint.requests).toHaveLength(2);
		const [byN8n, byNode] = endpoint.requests;
		expect(byNode).toEqual(byN8n);
		expect(byNode?.form).toMatchObject({ refresh_token: tokens['refresh_token'] });
	});

	it('is asked for in the body of the request where the secret belongs there', async () => {
		const endpoint = await tokenEndpoint(BLOCKED_ANSWER);
		await run(endpoint.url, { authentication: 'body' });
		const [byN8n, byNode] = endpoint.requests;
		expect(byNode).toEqual(byN8n);
	});

	it('is that of an application, too', async () => {
		const endpoint = await tokenEndpoint(BLOCKED_ANSWER);
		const { item } = await run(endpoint.url, {
			grantType: 'clientCredentials',
			customScope: 'mail:smtp',
		});
		expect(item).toMatchObject({ failure: { code: 'SIGN_IN_BLOCKED', stage: 'token' } });
		expect(endpoint.requests).toHaveLength(2);
		expect(endpoint.requests[1]).toEqual(endpoint.requests[0]);
	});

	it.each([
		{ what: 'is silent about it', answer: { status: 503, body: 'busy' } },
		{
			what: 'lets in this time',
			answer: { status: 200, body: { access_token: 'not-to-be-used' } },
		},
	])('is what n8n says where the endpoint $what', async ({ answer }) => {
		const endpoint = await tokenEndpoint(BLOCKED_ANSWER, answer);
		const { item } = await run(endpoint.url);
		expect(item).toMatchObject({ failure: { code: 'RECONNECT_REQUIRED', stage: 'token' } });
		expect(endpoint.requests).toHaveLength(2);
	});

	it('is not asked for where n8n passes it on', async () => {
		const body = { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret.' };
		const endpoint = await tokenEndpoint({ status: 401, body });
		const { item } = await run(endpoint.url);
		expect(item).toMatchObject({ failure: { code: 'CLIENT_REJECTED', stage: 'token' } });
		expect(endpoint.requests).toHaveLength(1);
	});
});
