import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient } from '../n8n/n8n-client.js';
import { MAILBOX, connectAccount } from '../stage/sandbox-account.js';
import { SEND, SEND_TYPE, TRIGGER, sendWorkflow } from '../stage/test-workflow.js';
import { openClient } from '../ui/ui-session.js';

describe(`the installed package in n8n ${inject('n8n').version}`, () => {
	let sandbox: Sandbox;
	let client: N8nClient;
	let credential: { id: string; name: string };

	beforeAll(async () => {
		sandbox = await startSandbox();
		client = openClient();
		const name = 'Sandbox';
		credential = { id: await connectAccount(client, sandbox, name), name };
	});
	afterAll(async () => await sandbox?.close({ removeData: true }));

	const runSend = async (parameters: Record<string, unknown>) => {
		const workflow = sendWorkflow('By its routes', credential, {
			toEmail: 'ada@example.com',
			...parameters,
		});
		return await client.runWorkflow(await client.createWorkflow(workflow), TRIGGER);
	};

	it('is loaded as node, as tool, and as human review tool where n8n has such', async () => {
		const types = await client.nodeTypesOf('n8n-nodes-smtp-oauth');
		const isOld = inject('n8n').version.startsWith('1.');
		expect(types.map((type) => type['name']).sort()).toEqual([
			SEND_TYPE,
			...(isOld ? [] : [`${SEND_TYPE}HitlTool`]),
			`${SEND_TYPE}Tool`,
		]);
	});

	it('sends and puts out a status item', async () => {
		const { status, outputs } = await runSend({ subject: 'By its routes', html: '<p>Hi</p>' });
		expect(status).toBe('success');
		expect(outputs[SEND]?.[0]).toMatchObject([
			{ status: 'sent', accepted: ['ada@example.com'], rejected: [], provider: 'custom' },
		]);
		const [message] = await sandbox.mail.waitForMessages(1);
		expect(message).toMatchObject({ user: MAILBOX, port: 'starttls' });
	});

	it('refreshes a stored token that has ended', async () => {
		const name = 'Sandbox, short-lived';
		sandbox.oauth.accessTokenTtlSeconds = 1;
		const id = await connectAccount(client, sandbox, name);
		sandbox.oauth.accessTokenTtlSeconds = 3_600;
		await sandbox.oauth.expireAccessTokens(MAILBOX);
		const before = sandbox.oauth.tokenRequests.length;
		const workflow = sendWorkflow(
			'Short-lived',
			{ id, name },
			{ toEmail: 'ada@example.com', html: 'x' },
		);
		const { outputs } = await client.runWorkflow(await client.createWorkflow(workflow), TRIGGER);
		expect(outputs[SEND]?.[0]).toMatchObject([{ status: 'sent' }]);
		expect(sandbox.oauth.tokenRequests.slice(before)).toMatchObject([
			{ grantType: 'refresh_token', succeeded: true },
		]);
	});

	it('stops the workflow with the code of the failure', async () => {
		const { status, error } = await runSend({ fromEmail: 'mallory@example.com', html: 'x' });
		expect(status).toBe('error');
		expect(error).toMatchObject({ context: { data: { failure: { code: 'SENDER_NOT_ALLOWED' } } } });
	});
});
