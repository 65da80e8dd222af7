import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow, TOOL_TYPE } from '../../support/n8n/mail-workflow.js';
import { takenMessages, useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type { Script } from '../../support/smtp/scripted-smtp-server.js';

const serve = useScriptedServers();

/** Refuses `bad@…`, breaks off after the final dot of messages to `lost@…`. */
const troublesome = (): Script => {
	let isLost = false;
	return (command, { phase }) => {
		if (/^RCPT TO:<bad@/.test(command)) return '550 5.1.1 No such user <b>here</b>';
		if (/^MAIL/.test(command)) isLost = false;
		if (/^RCPT TO:<lost@/.test(command)) isLost = true;
		return phase === 'finalDot' && isLost ? { then: 'reset' } : undefined;
	};
};

const TO = { toEmail: '={{ $json.to }}' };
const to = (...addresses: string[]): IDataObject[] => addresses.map((address) => ({ to: address }));

describe('stop workflow', () => {
	it('sends in order up to the first failure, and tells what became of each item', async () => {
		const server = await serve(troublesome());
		// One connection: with more, others are in flight.
		const credential = { maxConnections: 1 };
		const workflow = MailWorkflow.forServer(server, { parameters: TO, credential });
		const run = await workflow.run(
			to('a@x.test', 'b@x.test', 'bad@x.test', 'c@x.test', 'd@x.test'),
		);
		const error = errorOf(run);
		expect(error.name).toBe('NodeApiError');
		expect(error.message).not.toContain('550');
		expect(error.description).toContain(
			'The server said: "550 5.1.1 No such user &lt;b&gt;here&lt;/b&gt;"',
		);
		expect(error.context.itemIndex).toBe(2);
		expect(error.context.data?.failure).toMatchObject({
			code: 'RECIPIENT_REJECTED',
			cause: 'configuration-invalid',
			stage: 'rcptTo',
			replyCode: 550,
			enhancedStatusCode: '5.1.1',
			docs: expect.stringMatching(/docs\/errors\.md#recipient_rejected$/),
		});
		expect(error.description).toContain(
			'Of 5 items: 2 sent (0–1), 1 failed (2), 2 not tried (3–4).',
		);
		expect(error.description).toContain(error.context.data?.failure['remedy']);
		expect(takenMessages(server)).toHaveLength(2);
		expect(outputOf(run, MAIL)).toEqual([]);
	});

	it('declares n8n’s cause of the failure', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), { parameters: TO });
		expect(errorOf(await workflow.run(to('bad@x.test')))).toMatchObject({
			failure: { cause: 'configuration-invalid' },
		});
	});

	it('is not stopped by an unknown, which is thrown at the end', async () => {
		const server = await serve(troublesome());
		const workflow = MailWorkflow.forServer(server, { parameters: TO });
		const error = errorOf(await workflow.run(to('a@x.test', 'lost@x.test', 'b@x.test')));
		expect(error.context.itemIndex).toBe(1);
		expect(error.context.data?.failure).toMatchObject({ code: 'DELIVERY_UNKNOWN', stage: 'reply' });
		expect(error.description).toContain('Of 3 items: 2 sent (0, 2), 1 unknown (1).');
		expect(takenMessages(server)).toHaveLength(3);
	});

	it('throws the sure failure rather than an unknown before it', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), { parameters: TO });
		const error = errorOf(await workflow.run(to('lost@x.test', 'bad@x.test')));
		expect(error.context.data?.failure['code']).toBe('RECIPIENT_REJECTED');
		expect(error.context.itemIndex).toBe(1);
	});

	it('lets a partial item pass, unless partial rejection counts as error', async () => {
		const parameters = { toEmail: 'a@x.test, bad@x.test' };
		const lenient = MailWorkflow.forServer(await serve(troublesome()), { parameters });
		expect(jsonOf(await lenient.run(), MAIL)).toMatchObject([{ status: 'partial' }]);
		const strict = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: { ...parameters, options: { partialRejection: 'error' } },
		});
		const error = errorOf(await strict.run([{}, {}]));
		expect(error.context.data?.failure['code']).toBe('RECIPIENT_REJECTED');
		expect(error.description).toContain('Of 2 items: 1 partly accepted (0), 1 not tried (1).');
	});
});

describe('continue', () => {
	it('puts out a status item for each, whatever became of it', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: TO,
			settings: { onError: 'continueRegularOutput' },
		});
		const run = await workflow.run(to('a@x.test', 'bad@x.test', 'lost@x.test', 'b@x.test'));
		const items = outputOf(run, MAIL)[0] ?? [];
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
		expect(items.map(({ json }) => json)).toMatchObject([
			{ status: 'sent' },
			{ status: 'failed', failure: { code: 'RECIPIENT_REJECTED' }, response: expect.any(String) },
			{ status: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' }, accepted: [] },
			{ status: 'sent' },
		]);
		// What reaches the next node, after the engine.
		expect(jsonOf(run, 'Success')).toHaveLength(4);
	});

	it('works in its old form, "Continue On Fail"', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: TO,
			settings: { continueOnFail: true },
		});
		const run = await workflow.run(to('bad@x.test', 'a@x.test'));
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'failed' }, { status: 'sent' }]);
	});

	it('never throws, even when n8n itself fails in a way nobody foresaw', async () => {
		const workflow = MailWorkflow.forServer(await serve(), {
			settings: { onError: 'continueRegularOutput' },
		});
		const { nodeTypes } = workflow.host;
		const node = nodeTypes.getByNameAndVersion('n8n-nodes-smtp-oauth.smtpOAuthSendEmail') as {
			execute?: (this: object) => Promise<unknown>;
		};
		const { execute } = node;
		node.execute = async function (this: object) {
			const broken = new Proxy(this, {
				get(target, name) {
					if (name === 'getContext') throw new TypeError('no context today');
					return Reflect.get(target, name) as unknown;
				},
			});
			return await execute?.call(broken);
		};
		const run = await workflow.run([{ n: 0 }, { n: 1 }]);
		expect(run.data.resultData.error).toBeUndefined();
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'failed', failure: { message: expect.stringContaining('no context today') } },
			{ status: 'failed' },
		]);
	});
});

describe('continue using error output', () => {
	it('gives failed and unknown items with their input, error and message', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: { ...TO, subject: 'Order' },
			settings: { onError: 'continueErrorOutput' },
		});
		const run = await workflow.run([
			{ to: 'a@x.test', order: 1 },
			{ to: 'bad@x.test', order: 2 },
			{ to: 'lost@x.test', order: 3 },
			{ to: 'no address', order: 4 },
			{ to: 'b@x.test', order: 5 },
		]);
		expect(jsonOf(run, 'Success')).toMatchObject([
			{ status: 'sent', accepted: ['a@x.test'] },
			{ status: 'sent', accepted: ['b@x.test'] },
		]);
		const failed = jsonOf(run, 'Error');
		expect(failed).toMatchObject([
			{
				to: 'bad@x.test',
				order: 2,
				error: { status: 'failed', failure: { code: 'RECIPIENT_REJECTED' } },
			},
			{
				to: 'lost@x.test',
				order: 3,
				error: { status: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } },
			},
			{
				to: 'no address',
				order: 4,
				error: { status: 'failed', failure: { code: 'INVALID_PARAMETER' } },
			},
		]);
		for (const { message, error, ...input } of failed) {
			expect(message).toBe(((error as IDataObject)['failure'] as IDataObject)['message']);
			expect(message).not.toBe('');
			expect(Object.keys(input).sort()).toEqual(['order', 'to']);
		}
		expect(outputOf(run, MAIL)[1]?.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 1 },
			{ item: 2 },
			{ item: 3 },
		]);
	});

	it('gives a partial item where partial rejection counts as error', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: { toEmail: 'a@x.test, bad@x.test', options: { partialRejection: 'error' } },
			settings: { onError: 'continueErrorOutput' },
		});
		expect(jsonOf(await workflow.run(), 'Error')).toMatchObject([
			{
				error: {
					status: 'partial',
					accepted: ['a@x.test'],
					rejected: [{ address: 'bad@x.test' }],
					failure: { code: 'RECIPIENT_REJECTED' },
				},
			},
		]);
	});
});

describe('as an agent’s tool', () => {
	const asTool = { type: TOOL_TYPE };

	it('gives back its status item instead of throwing', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: TO,
			settings: asTool,
		});
		expect(jsonOf(await workflow.run(to('bad@x.test')), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'RECIPIENT_REJECTED' } },
		]);
	});

	it('throws where its author chose to stop the workflow', async () => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: TO,
			settings: { ...asTool, onError: 'stopWorkflow' },
		});
		expect(errorOf(await workflow.run(to('bad@x.test'))).context.data?.failure['code']).toBe(
			'RECIPIENT_REJECTED',
		);
	});

	it.each([
		['unknown', 'lost@x.test'],
		['partial', 'a@x.test, bad@x.test'],
	])('gives back %s there too, since an agent would send it again', async (status, address) => {
		const workflow = MailWorkflow.forServer(await serve(troublesome()), {
			parameters: { ...TO, options: { partialRejection: 'error' } },
			settings: { ...asTool, onError: 'stopWorkflow' },
		});
		expect(jsonOf(await workflow.run(to(address)), MAIL)).toMatchObject([
			{ status, failure: { code: expect.any(String) } },
		]);
	});

	it('has no binary data: attachments are missing', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, {
			parameters: { options: { attachments: 'report' } },
			settings: asTool,
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'ATTACHMENT_MISSING' } },
		]);
		expect(server.connections).toHaveLength(0);
	});
});
