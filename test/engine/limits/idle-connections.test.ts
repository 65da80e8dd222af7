import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	FROM_ITEM,
	indexes,
	numbered,
	serveItems,
	type ItemServer,
} from '../../support/smtp/item-server.js';
import { CREDENTIAL_ID, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates, idleConnections } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const node = (maxConnections = 3) => ({
	parameters: FROM_ITEM,
	credential: { maxConnections },
});

/** Runs a workflow that must send all of its items. */
async function send(workflow: MailWorkflow, count = 1, from = 0): Promise<void> {
	expect(jsonOf(await workflow.run(numbered(count, from)), MAIL)).toMatchObject(
		indexes(count).map(() => ({ status: 'sent', attempts: 1 })),
	);
}

/** The connection of each message, in the order in which they were accepted. */
const connectionsUsed = (server: ItemServer): number[] =>
	server.at('reply').map(({ connection }) => connection);

describe('an idle connection', () => {
	it('serves the next execution of the same credential', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node());
		await send(workflow);
		await send(workflow, 1, 1);
		expect(connectionsUsed(server)).toEqual([0, 0]);
		expect(server.at('auth')).toHaveLength(1);
	});

	it('serves another workflow with the same credential', async () => {
		const server = await serveItems();
		const first = MailWorkflow.forServer(server, node());
		const second = MailWorkflow.forServer(server, node());
		second.host.store.credentials.set(CREDENTIAL_ID, {
			type: 'smtpOAuth2Api',
			data: first.credential,
		});
		await send(first);
		await send(second, 1, 1);
		expect(connectionsUsed(server)).toEqual([0, 0]);
	});

	it('does not serve another credential of the same mailbox', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node());
		await send(workflow);
		const other = 'credential-2';
		workflow.host.store.credentials.set(other, {
			type: 'smtpOAuth2Api',
			data: workflow.credential,
		});
		const run = await workflow.run(
			numbered(1, 1),
			{},
			{
				...node(),
				settings: { credentials: { smtpOAuth2Api: { id: other, name: 'Other' } } },
			},
		);
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(connectionsUsed(server)).toEqual([0, 1]);
	});

	it('does not serve another user', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node());
		await send(workflow);
		workflow.credential['user'] = 'bob@sandbox.test';
		await send(workflow, 1, 1);
		expect(connectionsUsed(server)).toEqual([0, 1]);
		expect(server.at('auth')[1]?.command).not.toBe(server.at('auth')[0]?.command);
	});

	it.each([
		{ what: 'its settings', change: { saslMechanism: 'OAUTHBEARER' } },
		{
			what: 'its access token',
			change: { oauthTokenData: { access_token: 'the-token-of-a-new-connection' } },
		},
	])('is closed, and not used, when the credential has changed: $what', async ({ change }) => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node());
		await send(workflow);
		Object.assign(workflow.credential, change);
		await send(workflow, 1, 1);
		expect(connectionsUsed(server)).toEqual([0, 1]);
		await server.connections[0]?.closed;
		expect(server.connections[0]?.tlsLines.at(-1)).toBe('QUIT');
		expect(server.mostOpen).toBeLessThanOrEqual(3);
		expect(idleConnections()).toHaveLength(1);
	});

	it.each(['close', 'reset'] as const)(
		'that the server has ended meanwhile (%s) is replaced without an attempt being counted',
		async (then) => {
			const server = await serveItems(({ stage, connection }) =>
				stage === 'reply' && connection === 0 ? { reply: '250 2.0.0 Ok', then } : undefined,
			);
			const workflow = MailWorkflow.forServer(server, node());
			await send(workflow);
			await server.connections[0]?.closed;
			await send(workflow, 1, 1);
			expect(connectionsUsed(server)).toEqual([0, 1]);
			expect(server.taken).toEqual([0, 1]);
		},
	);

	it('is no more than one of the connections allowed, whichever execution left it', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node(2));
		await send(workflow, 8);
		const others = MailWorkflow.forServer(server, node(2));
		const other = others.run(
			numbered(8, 8),
			{},
			{
				...node(2),
				settings: { credentials: { smtpOAuth2Api: { id: 'credential-2', name: 'Other' } } },
			},
		);
		others.host.store.credentials.set('credential-2', {
			type: 'smtpOAuth2Api',
			data: others.credential,
		});
		await Promise.all([other, workflow.run(numbered(8, 16)), workflow.run(numbered(1, 24))]);
		expect([...server.taken].sort((a, b) => a - b)).toEqual(indexes(25));
		expect(server.mostOpen).toBe(2);
		expect(idleConnections().length).toBeLessThanOrEqual(2);
	});
});
