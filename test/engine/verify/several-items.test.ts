import type { IDataObject } from 'n8n-workflow';
import { afterEach, expect, it } from 'vitest';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { from, FROM, refusing, verifying } from '../../support/n8n/verifying.js';
import { closeIdleConnections } from '../../support/smtp/mailbox-states.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import { commandsOf } from '../../support/smtp/transport-setting.js';

const serve = useScriptedServers();
afterEach(closeIdleConnections);

it('several items come out one by one, paired and in order, whatever becomes of each', async () => {
	const server = await refusing(serve);
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

it('several items that ask for the same are answered by one check', async () => {
	const server = await refusing(serve);
	const workflow = MailWorkflow.forServer(server, verifying());
	const items = jsonOf(await workflow.run(Array.from({ length: 50 }, () => ({}))), MAIL);
	expect(items).toHaveLength(50);
	expect(items.every(({ status }) => status === 'ok')).toBe(true);
	expect(server.connections).toHaveLength(1);
});

it('several items do not show a refused token once for each sender', async () => {
	const server = await serve((_line, { phase }) => (phase === 'sasl' ? '535 5.7.8 No' : undefined));
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
