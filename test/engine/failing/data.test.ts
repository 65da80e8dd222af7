import type { INodeExecutionData } from 'n8n-workflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { storeBinary } from '../../support/n8n/binary-store.js';
import { FROM_ITEM, indexes, numbered, serveItems } from '../../support/smtp/item-server.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);

const node = (options: Record<string, unknown> = {}) => ({
	parameters: {
		...FROM_ITEM,
		options: { attachments: '={{ $json.isLong ? "file" : "" }}', ...options },
	},
	settings: CONTINUE,
	credential: { maxConnections: 2 },
});

/** Breaks the connection within the data of item 1. */
const cutWithinData = async (then: 'close' | 'reset', times = Infinity) =>
	await serveItems(({ stage, item, time }) =>
		stage === 'data' && item === 1 && time <= times
			? { reply: '354 Go ahead', afterDataBytes: 100, then }
			: undefined,
	);

/**
 * Items of which number 1 has a file of 12 MB: more than all buffers on the way take, so that the
 * server's break comes before the message's end.
 */
async function withLongItem(count: number): Promise<INodeExecutionData[]> {
	const file = await storeBinary(Buffer.alloc(12_000_000, 'long '), {
		mimeType: 'text/plain',
		fileName: 'long.txt',
	});
	return indexes(count).map((item) =>
		item === 1 ? { json: { item, isLong: true }, binary: { file } } : { json: { item } },
	);
}

describe('a connection cut within the data', () => {
	it.each(['close', 'reset'] as const)(
		'(%s) has the message sent again, and the server has one copy',
		async (then) => {
			const server = await cutWithinData(then, 1);
			const run = await MailWorkflow.forServer(server, node()).run(await withLongItem(6));
			expect(jsonOf(run, MAIL)).toMatchObject(
				indexes(6).map((item) => ({ status: 'sent', attempts: item === 1 ? 2 : 1 })),
			);
			expect(sorted(server.taken)).toEqual(indexes(6));
		},
	);

	it('at every attempt fails the message, which nobody has received', async () => {
		const server = await cutWithinData('reset');
		const workflow = MailWorkflow.forServer(server, node({ maxAttempts: 2 }));
		expect(jsonOf(await workflow.run(await withLongItem(3)), MAIL)).toMatchObject([
			{ status: 'sent' },
			{
				status: 'failed',
				attempts: 2,
				failure: { code: 'CONNECTION_LOST', stage: 'data', retryable: true },
			},
			{ status: 'sent' },
		]);
		expect(sorted(server.taken)).toEqual([0, 2]);
	});

	it('whose whole message was on its way already leaves it unknown: nobody can tell', async () => {
		const server = await cutWithinData('reset');
		const run = await MailWorkflow.forServer(server, node()).run(numbered(3));
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'sent' },
			{ status: 'unknown', attempts: 1, failure: { code: 'DELIVERY_UNKNOWN' } },
			{ status: 'sent' },
		]);
		expect(server.at('data').filter(({ item }) => item === 1)).toHaveLength(1);
	});
});

describe('a connection cut behind the final dot', () => {
	const cutBehindDot = async (then: 'close' | 'reset', times = Infinity) =>
		await serveItems(({ stage, item, time }) =>
			stage === 'reply' && item === 1 && time <= times ? { then } : undefined,
		);

	it.each(['close', 'reset'] as const)(
		'(%s) leaves the message unknown, and the server has one copy of each',
		async (then) => {
			const server = await cutBehindDot(then);
			const run = await MailWorkflow.forServer(server, node()).run(numbered(6));
			const outputs = jsonOf(run, MAIL);
			expect(outputs.map(({ status }) => status)).toEqual(
				indexes(6).map((item) => (item === 1 ? 'unknown' : 'sent')),
			);
			expect(outputs[1]).toMatchObject({
				messageId: expect.stringMatching(/^<.+@.+>$/),
				attempts: 1,
				accepted: [],
				failure: { code: 'DELIVERY_UNKNOWN', stage: 'reply' },
			});
			expect(sorted(server.taken)).toEqual(indexes(6));
		},
	);

	it('is not sent again by Retry On Fail', async () => {
		const server = await cutBehindDot('reset');
		const workflow = MailWorkflow.forServer(server, {
			...node(),
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		const error = errorOf(await workflow.run(numbered(4)));
		expect(error.context).toMatchObject({
			itemIndex: 1,
			data: { failure: { code: 'DELIVERY_UNKNOWN' } },
		});
		expect(error.description).toContain('3 sent earlier (0, 2–3), 1 unknown (1)');
		expect(sorted(server.taken)).toEqual(indexes(4));
	});

	it('is sent again with resendUnknown, and only that', async () => {
		const server = await cutBehindDot('reset', 1);
		const workflow = MailWorkflow.forServer(server, {
			...node({ resendUnknown: true }),
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		expect(jsonOf(await workflow.run(numbered(4)), MAIL).map(({ status }) => status)).toEqual([
			'skipped',
			'sent',
			'skipped',
			'skipped',
		]);
		expect(sorted(server.taken)).toEqual([0, 1, 1, 2, 3]);
	});

	it('does not end the others in the stop mode, and is thrown at the end', async () => {
		const server = await cutBehindDot('close');
		const workflow = MailWorkflow.forServer(server, { ...node(), settings: {} });
		const error = errorOf(await workflow.run(numbered(9)));
		expect(error.context.itemIndex).toBe(1);
		expect(error.description).toContain('Of 9 items: 8 sent (0, 2–8), 1 unknown (1).');
		expect(sorted(server.taken)).toEqual(indexes(9));
	});
});

describe('recipients refused in a batch', () => {
	it('are named by item; those refused for now are tried again, alone, as often as allowed', async () => {
		const named: string[] = [];
		const server = await serveItems(({ stage, command }) => {
			if (stage !== 'rcptTo') return undefined;
			const address = /<([^>]*)>/.exec(command)?.[1] ?? '';
			named.push(address);
			if (address.startsWith('gone')) return '550 5.1.1 No such user';
			return address.startsWith('later') ? '450 4.2.0 Greylisted' : undefined;
		});
		const workflow = MailWorkflow.forServer(server, {
			...node({ maxAttempts: 2 }),
			parameters: {
				...FROM_ITEM,
				toEmail:
					'=a{{ $json.item }}@x.test, gone{{ $json.item }}@x.test, later{{ $json.item }}@x.test',
				options: { maxAttempts: 2 },
			},
		});
		const outputs = jsonOf(await workflow.run(numbered(3)), MAIL);
		for (const item of indexes(3)) {
			expect(outputs[item]).toMatchObject({
				status: 'partial',
				attempts: 2,
				accepted: [`a${String(item)}@x.test`],
				rejected: [
					{ address: `gone${String(item)}@x.test`, replyCode: 550, enhancedStatusCode: '5.1.1' },
					{ address: `later${String(item)}@x.test`, replyCode: 450, enhancedStatusCode: '4.2.0' },
				],
			});
			expect(named.filter((address) => address.includes(String(item))).sort()).toEqual([
				`a${String(item)}@x.test`,
				`gone${String(item)}@x.test`,
				`later${String(item)}@x.test`,
				`later${String(item)}@x.test`,
			]);
		}
		expect(sorted(server.taken)).toEqual(indexes(3));
	});
});
