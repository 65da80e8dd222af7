import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type { Script } from '../../support/smtp/scripted-smtp-server.js';

const serve = useScriptedServers();

let keyNumber = 0;
/** Sends under a key of its own: n8n's store lasts as long as the process. */
function keyed(node: MailNode = {}): MailNode {
	keyNumber += 1;
	return {
		settings: { onError: 'continueRegularOutput' },
		...node,
		parameters: {
			...node.parameters,
			options: {
				idempotencyKey: `order-${String(keyNumber)}`,
				...(node.parameters?.['options'] as IDataObject),
			},
		},
	};
}

const onceAtDot = (answer: ReturnType<Script>): Script => {
	let isDone = false;
	return (_command, { phase }) => {
		if (phase !== 'finalDot' || isDone) return undefined;
		isDone = true;
		return answer;
	};
};

describe('an idempotency key', () => {
	it('sends once in later executions too; the skipped item knows only its envelope', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, keyed());
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(jsonOf(await workflow.run(), MAIL)).toStrictEqual([
			{
				status: 'skipped',
				skippedBecause: 'idempotencyKey',
				envelope: { from: 'alice@sandbox.test', to: ['bob@sandbox.test'] },
				provider: 'custom',
				transport: 'smtp',
			},
		]);
		expect(server.completeMessages).toHaveLength(1);
	});

	it('sends once among the items of one execution', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, keyed());
		expect(jsonOf(await workflow.run([{}, {}]), MAIL)).toMatchObject([
			{ status: 'sent' },
			{ status: 'skipped' },
		]);
	});

	it('tells apart items with different keys, numbers included', async () => {
		const server = await serve();
		const options = { idempotencyKey: '={{ $json.order }}' };
		const workflow = MailWorkflow.forServer(server, keyed({ parameters: { options } }));
		const orders = [{ order: 9001 }, { order: 9002 }, { order: '9001' }];
		expect(jsonOf(await workflow.run(orders), MAIL).map(({ status }) => status)).toEqual([
			'sent',
			'sent',
			'skipped',
		]);
	});

	it.each(['{{ $json.order }}', '={{ `order-${$json.missing}` }}', '=order {{ {} }}'])(
		'is refused where it would be the same for every item: %s',
		async (idempotencyKey) => {
			const server = await serve();
			const parameters = { options: { idempotencyKey } };
			const workflow = MailWorkflow.forServer(server, keyed({ parameters }));
			expect(jsonOf(await workflow.run([{ order: 1 }]), MAIL)).toMatchObject([
				{
					status: 'failed',
					failure: { code: 'INVALID_PARAMETER', message: expect.stringContaining('the same key') },
				},
			]);
			expect(server.completeMessages).toEqual([]);
		},
	);

	it('is free again after a sure failure', async () => {
		const server = await serve(onceAtDot('554 5.6.0 Refused'));
		const workflow = MailWorkflow.forServer(server, keyed());
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'failed' }]);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('is kept where nobody knows whether the message arrived', async () => {
		const server = await serve(onceAtDot({ then: 'reset' }));
		const workflow = MailWorkflow.forServer(server, keyed());
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'unknown' }]);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'skipped' }]);
		expect(server.completeMessages).toHaveLength(1);
	});

	it('is not claimed by an item whose parameters are wrong', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(
			server,
			keyed({ parameters: { toEmail: '={{ $json.to }}' } }),
		);
		expect(jsonOf(await workflow.run([{ to: 'nobody' }]), MAIL)).toMatchObject([
			{ status: 'failed' },
		]);
		expect(jsonOf(await workflow.run([{ to: 'a@x.test' }]), MAIL)).toMatchObject([
			{ status: 'sent' },
		]);
	});

	it('sends once in two executions at a time', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, keyed({ credential: { maxConnections: 2 } }));
		const runs = await Promise.all([workflow.run(), workflow.run()]);
		const statuses = runs.flatMap((run) => jsonOf(run, MAIL)).map(({ status }) => status);
		expect(statuses.sort()).toEqual(['sent', 'skipped']);
		expect(server.completeMessages).toHaveLength(1);
	});

	it('does not keep Retry On Fail from sending what failed', async () => {
		const server = await serve(onceAtDot('554 5.6.0 Refused'));
		const workflow = MailWorkflow.forServer(
			server,
			keyed({ settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } }),
		);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('of an item that was sent is a retry to Retry On Fail, not a foreign key', async () => {
		const server = await serve((command) =>
			/^RCPT TO:<bad@/.test(command) ? '550 5.1.1 No such user' : undefined,
		);
		const workflow = MailWorkflow.forServer(
			server,
			keyed({
				parameters: {
					toEmail: '={{ $json.to }}',
					options: { idempotencyKey: '={{ "retried " + $json.to }}' },
				},
				settings: {
					retryOnFail: true,
					maxTries: 2,
					waitBetweenTries: 1,
					onError: 'continueErrorOutput',
				},
			}),
		);
		const run = await workflow.run([{ to: 'bad@x.test' }, { to: 'a@x.test' }]);
		expect(jsonOf(run, 'Success')).toMatchObject([
			{ status: 'skipped', skippedBecause: 'retry', recordedStatus: 'sent' },
		]);
	});
});
