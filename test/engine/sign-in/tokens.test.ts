import type { IDataObject } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import { commandsOf } from '../../support/smtp/transport-setting.js';

const serve = useScriptedServers();
let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await sandbox.close({ removeData: true });
});

const tokensOf = (workflow: MailWorkflow) => workflow.credential['oauthTokenData'] as IDataObject;
const CONTINUE = { onError: 'continueRegularOutput' } as const;

/** What the token endpoint was asked, one word for each request. */
const requests = () =>
	sandbox.oauth.tokenRequests.map(({ grantType, succeeded }) =>
		succeeded ? grantType : `${grantType} refused`,
	);

describe('an access token', () => {
	it('that is good for long is used as it is', async () => {
		const workflow = await MailWorkflow.create(sandbox);
		await workflow.run();
		expect(requests()).toEqual([]);
		expect(sandbox.mail.messages).toHaveLength(1);
	});

	it('close to its end is refreshed once, and the rotated refresh token is kept', async () => {
		const workflow = await MailWorkflow.create(sandbox, { tokenSeconds: 30 });
		const before = tokensOf(workflow);
		const run = await workflow.run([{}, {}]);
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
		expect(requests()).toEqual(['refresh_token']);
		const after = tokensOf(workflow);
		expect(after['refresh_token']).toEqual(expect.any(String));
		expect(after['refresh_token']).not.toBe(before['refresh_token']);
		expect(after['access_token']).not.toBe(before['access_token']);
		expect(sandbox.mail.messages).toHaveLength(2);

		// The kept refresh token works: the provider takes each only once.
		await sandbox.oauth.expireAccessTokens();
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('the server refuses, though n8n believes in it, is refreshed once and the mail sent', async () => {
		const workflow = await MailWorkflow.create(sandbox);
		await sandbox.oauth.expireAccessTokens();
		const run = await workflow.run([{}, {}]);
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'sent', attempts: 1 },
			{ status: 'sent', attempts: 1 },
		]);
		expect(requests()).toEqual(['refresh_token']);
		expect(sandbox.mail.authAttempts.map(({ accepted }) => accepted)).toEqual([false, true]);
	});

	it('close to its end is refreshed once for five executions at a time', async () => {
		const workflow = await MailWorkflow.create(sandbox, { tokenSeconds: 30 });
		const runs = await Promise.all(Array.from({ length: 5 }, () => workflow.run()));
		expect(runs.flatMap((run) => jsonOf(run, MAIL))).toMatchObject(
			Array.from({ length: 5 }, () => ({ status: 'sent' })),
		);
		expect(requests()).toEqual(['refresh_token']);
	});

	it('the server refuses five executions at a time is refreshed once', async () => {
		const workflow = await MailWorkflow.create(sandbox, { credential: { maxConnections: 5 } });
		await sandbox.oauth.expireAccessTokens();
		const runs = await Promise.all(Array.from({ length: 5 }, () => workflow.run()));
		expect(runs.flatMap((run) => jsonOf(run, MAIL))).toMatchObject(
			Array.from({ length: 5 }, () => ({ status: 'sent' })),
		);
		expect(requests()).toEqual(['refresh_token']);
	});

	it('whose grant was revoked has the account connected again', async () => {
		const workflow = await MailWorkflow.create(sandbox);
		await sandbox.oauth.revoke('alice@sandbox.test');
		const error = errorOf(await workflow.run());
		expect(error.name).toBe('NodeApiError');
		expect(error.context.data?.failure).toMatchObject({
			code: 'RECONNECT_REQUIRED',
			cause: 'credential-invalid',
			stage: 'token',
			retryable: false,
		});
		// n8n's own request, and the node's one for the reason.
		expect(requests()).toEqual(['refresh_token refused', 'refresh_token refused']);
		expect(sandbox.mail.messages).toHaveLength(0);
	});

	it('that has ended cannot be had anew while the token endpoint is down', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			tokenSeconds: 30,
			credential: { customAccessTokenUrl: 'http://127.0.0.1:1/token' },
			parameters: { options: { maxAttempts: 1 } },
			settings: CONTINUE,
		});
		tokensOf(workflow)['n8n_expires_at'] = String(Date.now() - 1);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				failure: { code: 'TOKEN_REQUEST_FAILED', stage: 'token', retryable: true },
			},
		]);
		expect(sandbox.mail.connectionCount).toBe(0);
	});

	it('that still has seconds to live gets the mail out while the token endpoint is down', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			tokenSeconds: 30,
			credential: { customAccessTokenUrl: 'http://127.0.0.1:1/token' },
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('the server refuses for good is tried once and refreshed once for all items', async () => {
		const refusal = Buffer.from('{"status":"400","schemes":"bearer"}').toString('base64');
		const server = await serve((line, { phase }) => {
			if (phase !== 'sasl') return undefined;
			return line === '' ? '535 5.7.8 Username and Password not accepted' : `334 ${refusal}`;
		});
		const { host, port, caCertificate } = server;
		const workflow = await MailWorkflow.create(sandbox, {
			credential: { host, port, caCertificate, sslMode: 'implicit' },
			settings: CONTINUE,
		});
		const items = jsonOf(await workflow.run([{}, {}, {}, {}, {}]), MAIL);
		expect(items).toMatchObject(
			Array.from({ length: 5 }, () => ({ status: 'failed', failure: { code: 'TOKEN_REJECTED' } })),
		);
		expect(commandsOf(server, 'AUTH')).toHaveLength(2);
		expect(requests()).toEqual(['refresh_token']);
	});

	it('without the scope for mail names the missing permission', async () => {
		const workflow = await MailWorkflow.create(sandbox, { settings: CONTINUE });
		workflow.credential['oauthTokenData'] = {
			...(await sandbox.oauth.issueTokens('alice@sandbox.test', { scope: 'openid' })),
		};
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'PERMISSION_MISSING', stage: 'auth' } },
		]);
		expect(requests()).toEqual([]);
	});
});

describe('credential fields by expression', () => {
	/** The token of an application, which opens any mailbox. */
	async function applicationTokens(): Promise<IDataObject> {
		const { clientId, clientSecret } = sandbox.oauth.clients.application;
		const answer = await fetch(sandbox.oauth.tokenUrl, {
			method: 'POST',
			headers: {
				authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
			},
			body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'mail:smtp' }),
		});
		return (await answer.json()) as IDataObject;
	}

	it('send each item by its own mailbox, and fail only the item whose user is empty', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			credential: { user: '={{ $json.user }}', oauthTokenData: await applicationTokens() },
			parameters: { toEmail: 'carol@example.com', subject: '={{ $json.user }}' },
			settings: CONTINUE,
		});
		const users = ['alice@sandbox.test', 'bob@sandbox.test', '', 'alice@sandbox.test'];
		const run = await workflow.run(users.map((user) => ({ user })));
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'sent', envelope: { from: 'alice@sandbox.test' } },
			{ status: 'sent', envelope: { from: 'bob@sandbox.test' } },
			{ status: 'failed', failure: { code: 'INVALID_PARAMETER' } },
			{ status: 'sent', envelope: { from: 'alice@sandbox.test' } },
		]);
		expect(sandbox.mail.messages.map(({ user, parsed }) => user === parsed.subject)).toEqual([
			true,
			true,
			true,
		]);
		expect(sandbox.mail.connectionCount).toBe(2);
	});
});
