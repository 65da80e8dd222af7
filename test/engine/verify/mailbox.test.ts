import type { IDataObject } from 'n8n-workflow';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { verifying } from '../../support/n8n/verifying.js';
import { closeIdleConnections, idleConnections } from '../../support/smtp/mailbox-states.js';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await closeIdleConnections();
	await sandbox.close({ removeData: true });
});

it('verify passes every stage of a mailbox that works, and sends nothing', async () => {
	const workflow = await MailWorkflow.create(sandbox, verifying());
	const [item] = jsonOf(await workflow.run(), MAIL);
	expect(Object.keys(item ?? {}).slice(0, 2)).toEqual(['summary', 'status']);
	expect(item).toMatchObject({
		summary: expect.stringMatching(
			/^All 8 checks passed; token renews itself; certificate good for \d+ days?\.$/,
		),
		status: 'ok',
		warnings: [],
		from: 'alice@sandbox.test',
		user: 'alice@sandbox.test',
		host: 'localhost',
		port: sandbox.mail.starttlsPort,
		sslMode: 'explicit',
		provider: 'custom',
		transport: 'smtp',
		tlsVerified: true,
	});
	const stages = item?.['stages'] as IDataObject[];
	expect(stages.map(({ stage }) => stage)).toEqual([
		'parameters',
		'token',
		'dns',
		'connect',
		'tls',
		'ehlo',
		'auth',
		'mailFrom',
	]);
	expect(stages.every(({ ok }) => ok === true)).toBe(true);
	const lines = sandbox.mail.sessions.flatMap((session) => session.lines.map(({ line }) => line));
	expect(lines).toEqual([
		expect.stringMatching(/^EHLO /),
		'STARTTLS',
		expect.stringMatching(/^EHLO /),
		'AUTH XOAUTH2',
		expect.any(String),
		'MAIL FROM:<alice@sandbox.test>',
		'RSET',
		'QUIT',
	]);
	expect(sandbox.mail.messages).toEqual([]);
	expect(idleConnections()).toEqual([]);
});

it('verify renews an access token that has ended', async () => {
	const workflow = await MailWorkflow.create(sandbox, verifying({ tokenSeconds: 30 }));
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'ok' }]);
	expect(workflow.host.store.savedTokens).toBe(1);
});

it('verify opens a connection of its own, though one is idle', async () => {
	const workflow = await MailWorkflow.create(sandbox);
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	const verified = await workflow.run([{}], {}, verifying());
	expect(jsonOf(verified, MAIL)).toMatchObject([{ status: 'ok' }]);
	expect(sandbox.mail.connectionCount).toBe(2);
	expect(idleConnections()).toHaveLength(1);
});

it('verify keeps within the connections of the mailbox, of which it closes an idle one', async () => {
	const workflow = await MailWorkflow.create(sandbox, { credential: { maxConnections: 1 } });
	await workflow.run();
	await workflow.run([{}], {}, verifying());
	expect(sandbox.mail.connectionCount).toBe(2);
	expect(idleConnections()).toEqual([]);
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
});

it('verify shows several faults at once: no token, and a server without our mechanisms', async () => {
	const own = await startSandbox({ mail: { offerMechanisms: [] } });
	try {
		const workflow = await MailWorkflow.create(
			own,
			verifying({ settings: { onError: 'continueRegularOutput' } }),
		);
		delete workflow.credential['oauthTokenData'];
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({ status: 'failed', failure: { code: 'RECONNECT_REQUIRED' } });
		const stages = item?.['stages'] as IDataObject[];
		expect(stages.flatMap(({ stage, failure }) => (failure === undefined ? [] : [stage]))).toEqual([
			'token',
			'auth',
		]);
	} finally {
		await own.close({ removeData: true });
	}
});

it('verify warns of a credential without a refresh token', async () => {
	const workflow = await MailWorkflow.create(sandbox, verifying());
	delete (workflow.credential['oauthTokenData'] as IDataObject)['refresh_token'];
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
		{ status: 'ok', warnings: [{ code: 'NO_REFRESH_TOKEN', breaksAt: expect.any(String) }] },
	]);
});
