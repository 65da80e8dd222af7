import type { IDataObject } from 'n8n-workflow';
import { afterEach, expect, it } from 'vitest';
import { jsonOf, NODE_TYPE } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow, TOOL_TYPE } from '../../support/n8n/mail-workflow.js';
import { from, FROM, refusing, verifying } from '../../support/n8n/verifying.js';
import { closeIdleConnections } from '../../support/smtp/mailbox-states.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import { commandsOf } from '../../support/smtp/transport-setting.js';

const serve = useScriptedServers();
afterEach(closeIdleConnections);

it('a failed check stops the workflow with what failed, the cure, and an account of the stages', async () => {
	const server = await refusing(serve);
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

it('a failed check leaves by the error output with its input, error and message', async () => {
	const workflow = MailWorkflow.forServer(
		await refusing(serve),
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

it('a failed check is given back to an agent as it is', async () => {
	const workflow = MailWorkflow.forServer(
		await refusing(serve),
		verifying({ parameters: FROM, settings: { type: TOOL_TYPE } }),
	);
	expect(jsonOf(await workflow.run(from('boss@x.test')), MAIL)).toMatchObject([
		{ status: 'failed', failure: { code: 'SENDER_NOT_ALLOWED' } },
	]);
});

it('a failed check of a credential that cannot be used says which field is wrong', async () => {
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

it('a failed check never throws in the Continue modes, even for a credential that is not there', async () => {
	const workflow = new MailWorkflow(verifying({ settings: { onError: 'continueRegularOutput' } }));
	expect(jsonOf(await workflow.run([{}, {}]), MAIL)).toMatchObject([
		{ status: 'failed', failure: { code: 'INVALID_PARAMETER' } },
		{ status: 'failed' },
	]);
});

it('stopping ends a check that waits for the server', async () => {
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

it('a check that breaks down fails its item, and leaves the only connection to the next one', async () => {
	const server = await refusing(serve);
	const workflow = MailWorkflow.forServer(
		server,
		verifying({
			credential: { maxConnections: 1 },
			settings: { onError: 'continueRegularOutput' },
		}),
	);
	const node = workflow.host.nodeTypes.getByNameAndVersion(NODE_TYPE) as {
		execute: (this: object) => Promise<unknown>;
	};
	const { execute } = node;
	node.execute = async function (this: object) {
		const helpers = new Proxy(Object(Reflect.get(this, 'helpers')) as object, {
			has: () => true,
			get: (target, name): unknown => {
				if (name === 'getSecureEgressFilter') throw new TypeError('no filter today');
				return Reflect.get(target, name);
			},
		});
		const get = (target: object, name: string | symbol): unknown =>
			name === 'helpers' ? helpers : Reflect.get(target, name);
		return await execute.call(new Proxy(this, { get }));
	};
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
		{ status: 'failed', failure: { message: expect.stringContaining('no filter today') } },
	]);
	node.execute = execute;
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'ok' }]);
});
