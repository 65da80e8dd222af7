import type { IDataObject } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	errorOf,
	MAIL,
	MailWorkflow,
	TOOL_TYPE,
	type MailNode,
} from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type { ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
import { commandsOf } from '../../support/smtp/transport-setting.js';
import { closeIdleConnections, idleConnections } from '../../support/smtp/mailbox-states.js';

const serve = useScriptedServers();

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await closeIdleConnections();
	await sandbox.close({ removeData: true });
});

const verifying = (node: MailNode = {}): MailNode => ({
	...node,
	isBare: true,
	parameters: { operation: 'verify', ...node.parameters },
});

const FROM = { fromEmail: '={{ $json.from }}' };
const from = (...addresses: string[]): IDataObject[] =>
	addresses.map((address) => ({ from: address }));

/** Refuses `boss@…` as sender. */
const refusing = async (): Promise<ScriptedServer> =>
	await serve((command) =>
		command.startsWith('MAIL FROM:<boss@') ? '553 5.7.1 Sender <b>not</b> owned' : undefined,
	);

describe('verify', () => {
	it('passes every stage of a mailbox that works, and sends nothing', async () => {
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

	it('renews an access token that has ended', async () => {
		const workflow = await MailWorkflow.create(sandbox, verifying({ tokenSeconds: 30 }));
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'ok' }]);
		expect(workflow.host.store.savedTokens).toBe(1);
	});

	it('opens a connection of its own, though one is idle', async () => {
		const workflow = await MailWorkflow.create(sandbox);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		const verified = await workflow.run([{}], {}, verifying());
		expect(jsonOf(verified, MAIL)).toMatchObject([{ status: 'ok' }]);
		expect(sandbox.mail.connectionCount).toBe(2);
		expect(idleConnections()).toHaveLength(1);
	});

	it('keeps within the connections of the mailbox, of which it closes an idle one', async () => {
		const workflow = await MailWorkflow.create(sandbox, { credential: { maxConnections: 1 } });
		await workflow.run();
		await workflow.run([{}], {}, verifying());
		expect(sandbox.mail.connectionCount).toBe(2);
		expect(idleConnections()).toEqual([]);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('shows several faults at once: no token, and a server without our mechanisms', async () => {
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
			expect(
				stages.flatMap(({ stage, failure }) => (failure === undefined ? [] : [stage])),
			).toEqual(['token', 'auth']);
		} finally {
			await own.close({ removeData: true });
		}
	});

	it('warns of a credential without a refresh token', async () => {
		const workflow = await MailWorkflow.create(sandbox, verifying());
		delete (workflow.credential['oauthTokenData'] as IDataObject)['refresh_token'];
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'ok', warnings: [{ code: 'NO_REFRESH_TOKEN', breaksAt: expect.any(String) }] },
		]);
	});
});

describe('several items', () => {
	it('come out one by one, paired and in order, whatever becomes of each', async () => {
		const server = await refusing();
		const workflow = MailWorkflow.forServer(
			server,
			verifying({ parameters: FROM, settings: { onError: 'continueRegularOutput' } }),
		);
		const run = await workflow.run(
			from('boss@x.test', 'a@x.test', 'no address', 'a@x.test, b@x.test', 'a@x.test'),
		);
		const items = outputOf(run, MAIL)[0] ?? [];
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3, 4].map((item) => ({ item })),
		);
		expect(items.map(({ json }) => json)).toMatchObject([
			{ status: 'failed', from: 'boss@x.test', failure: { code: 'SENDER_NOT_ALLOWED' } },
			{ status: 'ok', from: 'a@x.test' },
			{ status: 'failed', failure: { code: 'INVALID_PARAMETER', stage: 'parameters' } },
			{ status: 'failed', failure: { message: expect.stringContaining('2 addresses') } },
			{ status: 'ok', from: 'a@x.test' },
		]);
		// The faults of a parameter keep nobody from looking at the server.
		const stages = items[2]?.json['stages'] as IDataObject[];
		expect(stages.find(({ stage }) => stage === 'auth')).toMatchObject({ ok: true });
		expect(stages.find(({ stage }) => stage === 'mailFrom')).toMatchObject({ skipped: true });
		expect(commandsOf(server, 'RCPT')).toEqual([]);
		expect(commandsOf(server, 'DATA')).toEqual([]);
	});

	it('that ask for the same are answered by one check', async () => {
		const server = await refusing();
		const workflow = MailWorkflow.forServer(server, verifying());
		const items = jsonOf(await workflow.run(Array.from({ length: 50 }, () => ({}))), MAIL);
		expect(items).toHaveLength(50);
		expect(items.every(({ status }) => status === 'ok')).toBe(true);
		expect(server.connections).toHaveLength(1);
	});

	it('do not show a refused token once for each sender', async () => {
		const server = await serve((_line, { phase }) =>
			phase === 'sasl' ? '535 5.7.8 No' : undefined,
		);
		const workflow = MailWorkflow.forServer(
			server,
			verifying({ parameters: FROM, settings: { onError: 'continueRegularOutput' } }),
		);
		const senders = Array.from({ length: 20 }, (_, index) => `sender-${String(index)}@x.test`);
		const items = jsonOf(await workflow.run(from(...senders)), MAIL);
		expect(items.map((item) => item['from'])).toEqual(senders);
		expect(items.every(({ status }) => status === 'failed')).toBe(true);
		expect(commandsOf(server, 'AUTH').length).toBeLessThanOrEqual(2);
	});
});

describe('a failed check', () => {
	it('stops the workflow with what failed, the cure, and an account of the stages', async () => {
		const server = await refusing();
		const workflow = MailWorkflow.forServer(server, verifying({ parameters: FROM }));
		const error = errorOf(await workflow.run(from('a@x.test', 'boss@x.test', 'c@x.test')));
		expect(error.name).toBe('NodeApiError');
		expect(error.context.itemIndex).toBe(1);
		expect(error.context.data?.failure).toMatchObject({
			code: 'SENDER_NOT_ALLOWED',
			stage: 'mailFrom',
			replyCode: 553,
		});
		expect(error.context.data).toMatchObject({
			summary: expect.stringMatching(/^Failed at mailFrom: /),
			stages: expect.arrayContaining([
				expect.objectContaining({ stage: 'auth', ok: true, facts: expect.any(Object) }),
				expect.objectContaining({ stage: 'mailFrom', ok: false }),
			]),
		});
		expect(error.description).toContain('553 5.7.1 Sender');
		expect(error.description).toContain('auth passed; mailFrom failed.');
		expect(error.description).toContain('Of 3 items, 1 passed');
		expect(commandsOf(server, 'MAIL')).toEqual(['MAIL FROM:<a@x.test>', 'MAIL FROM:<boss@x.test>']);
	});

	it('leaves by the error output with its input, error and message', async () => {
		const workflow = MailWorkflow.forServer(
			await refusing(),
			verifying({ parameters: FROM, settings: { onError: 'continueErrorOutput' } }),
		);
		const run = await workflow.run([
			{ from: 'boss@x.test', team: 'sales' },
			{ from: 'a@x.test', team: 'support' },
		]);
		expect(jsonOf(run, 'Success')).toMatchObject([{ status: 'ok', from: 'a@x.test' }]);
		const [failed] = jsonOf(run, 'Error');
		expect(failed).toMatchObject({
			from: 'boss@x.test',
			team: 'sales',
			error: { status: 'failed', failure: { code: 'SENDER_NOT_ALLOWED' } },
		});
		expect(failed?.['message']).toBe(
			((failed?.['error'] as IDataObject)['failure'] as IDataObject)['message'],
		);
		expect(Object.keys(failed ?? {}).sort()).toEqual(['error', 'from', 'message', 'team']);
	});

	it('is given back to an agent as it is', async () => {
		const workflow = MailWorkflow.forServer(
			await refusing(),
			verifying({ parameters: FROM, settings: { type: TOOL_TYPE } }),
		);
		expect(jsonOf(await workflow.run(from('boss@x.test')), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'SENDER_NOT_ALLOWED' } },
		]);
	});

	it('of a credential that cannot be used says which field is wrong', async () => {
		const workflow = MailWorkflow.forServer(
			await serve(),
			verifying({
				credential: { port: 99_999 },
				settings: { onError: 'continueRegularOutput' },
			}),
		);
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({
			status: 'failed',
			failure: { code: 'INVALID_PARAMETER', message: expect.stringContaining('"Port"') },
		});
		expect(item).not.toHaveProperty('host');
	});

	it('never throws in the Continue modes, even for a credential that is not there', async () => {
		const workflow = new MailWorkflow(
			verifying({ settings: { onError: 'continueRegularOutput' } }),
		);
		expect(jsonOf(await workflow.run([{}, {}]), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'INVALID_PARAMETER' } },
			{ status: 'failed' },
		]);
	});
});

describe('an operation that is none of this node', () => {
	const unheardOf = { parameters: { operation: 'unheardOf' } };

	it('stops the workflow and names those that are', async () => {
		const workflow = await MailWorkflow.create(sandbox, unheardOf);
		const error = errorOf(await workflow.run());
		expect(error.context.data?.failure).toMatchObject({ code: 'INVALID_PARAMETER' });
		expect(error.message).toMatch(/^"Operation" must be one of send, .*, but is unheardOf\.$/);
		expect(sandbox.mail.connectionCount).toBe(0);
	});

	it('fails every item in the Continue modes', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			...unheardOf,
			settings: { onError: 'continueErrorOutput' },
		});
		expect(jsonOf(await workflow.run([{ n: 1 }, { n: 2 }]), 'Error')).toMatchObject([
			{ n: 1, error: { status: 'failed', failure: { code: 'INVALID_PARAMETER' } } },
			{ n: 2, error: { status: 'failed' } },
		]);
	});
});

describe('stopping', () => {
	it('ends a check that waits for the server', async () => {
		let stop: () => void = () => undefined;
		const server = await serve((command) => {
			if (!command.startsWith('AUTH')) return undefined;
			stop();
			return { then: 'silent' };
		});
		const workflow = MailWorkflow.forServer(server, verifying());
		const run = await workflow.run([{}], {
			onStarted: (end) => {
				stop = end;
			},
		});
		expect(errorOf(run).context.data?.failure).toMatchObject({ code: 'CANCELLED', stage: 'auth' });
		await server.connections[0]?.closed;
		expect(commandsOf(server, 'MAIL')).toEqual([]);
	});
});
