import { readLog } from '../../support/n8n/n8n-log.js';
import type { INodeExecutionData } from 'n8n-workflow';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { storeBinary } from '../../support/n8n/binary-store.js';
import {
	FROM_ITEM,
	numbered,
	serveItems,
	type ItemServer,
} from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates, waitingForPermit } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const PATIENCE = { timeout: 60_000 };
const node = (credential: Record<string, unknown> = {}) =>
	({
		parameters: { ...FROM_ITEM, toEmail: '=to{{ $json.item }}@x.test' },
		settings: {
			onError: 'continueRegularOutput',
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 1,
		},
		credential: { maxConnections: 1, ...credential },
	}) as const;

/** Starts an execution that `stop` stops, as the editor does. */
function start(workflow: MailWorkflow, items: Parameters<MailWorkflow['run']>[0]) {
	let stop = (): void => undefined;
	const run = workflow.run(items, {
		onStarted: (stopExecution) => {
			stop = stopExecution;
		},
	});
	return { run, stop: () => stop() };
}

/** Longer than a first wait for another attempt can last. */
const longerThanBackoff = async (): Promise<void> =>
	await new Promise((resolve) => setTimeout(resolve, 1_200));

/** The Message-IDs of the complete messages of some items. */
const messageIdsOf = (server: ItemServer, items: readonly number[]): string[] =>
	items.map((item) => {
		const content = server.completeMessages.find((message) =>
			message.includes(`To: to${String(item)}@x.test`),
		);
		return /^Message-ID: (.*)\r$/im.exec(content ?? '')?.[1] ?? `none of ${String(item)}`;
	});

/** Waits for the log's line that has all of these Message-IDs, and gives it. */
async function loggedLine(messageIds: readonly string[]): Promise<string> {
	return await vi.waitFor(() => {
		const line = readLog().find((text) => messageIds.every((id) => text.includes(id)));
		expect(line).toBeDefined();
		return line ?? '';
	}, PATIENCE);
}

describe('Stop while an item waits for its next attempt', () => {
	it('ends the wait; what was sent before is logged by its Message-ID, without addresses', async () => {
		const server = await serveItems(({ stage, item }) =>
			stage === 'mailFrom' && item === 0 ? '451 4.3.0 Later' : undefined,
		);
		const workflow = MailWorkflow.forServer(server, node());
		const { run, stop } = start(workflow, numbered(3));
		await vi.waitFor(() => expect(server.taken).toEqual([1, 2]), PATIENCE);
		stop();
		expect((await run).status).toBe('canceled');
		const line = await loggedLine(messageIdsOf(server, [1, 2]));
		expect(line).toContain('Messages accepted by the server before (2 in all)');
		expect(readLog().join('\n')).not.toMatch(/to\d@x\.test|i\d@sandbox\.test/);
		await longerThanBackoff();
		expect(server.at('mailFrom').filter(({ item }) => item === 0)).toHaveLength(1);
		expect(server.taken).toEqual([1, 2]);
	});
});

describe('Stop while an item waits for the rate', () => {
	it('ends the wait, and leaves the mailbox to the next execution', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node({ messagesPerMinute: 2 }));
		const { run, stop } = start(workflow, numbered(4));
		await vi.waitFor(() => {
			expect(server.taken).toEqual([0, 1]);
			expect(waitingForPermit()).toBe(1);
		}, PATIENCE);
		stop();
		await run;
		await vi.waitFor(() => expect(waitingForPermit()).toBe(0), PATIENCE);
		await loggedLine(messageIdsOf(server, [0, 1]));
		expect(server.taken).toEqual([0, 1]);
	});
});

describe('Stop while an item waits for a permit', () => {
	it('ends the wait, and the execution that has the permit goes on', async () => {
		let release = (): void => undefined;
		const released = new Promise<void>((resolve) => {
			release = resolve;
		});
		const server = await serveItems(async ({ stage, item }) => {
			if (stage === 'reply' && item === 0) await released;
			return undefined;
		});
		const workflow = MailWorkflow.forServer(server, node());
		const first = workflow.run(numbered(2));
		await vi.waitFor(() => expect(server.at('reply')).toHaveLength(1), PATIENCE);
		const second = start(workflow, numbered(2, 10));
		await vi.waitFor(() => expect(waitingForPermit()).toBe(1), PATIENCE);
		second.stop();
		await second.run;
		await vi.waitFor(() => expect(waitingForPermit()).toBe(0), PATIENCE);
		release();
		expect(jsonOf(await first, MAIL)).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
		expect(jsonOf(await workflow.run(numbered(1, 20)), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(server.taken).toEqual([0, 1, 20]);
	});
});

describe('Stop while the data of a message is under way', () => {
	/** One item with a file of 12 MB, more than the buffers on the way take, and another one. */
	async function longItem(): Promise<INodeExecutionData[]> {
		const file = await storeBinary(Buffer.alloc(12_000_000, 'long '), {
			mimeType: 'text/plain',
			fileName: 'long.txt',
		});
		return [
			{ json: { item: 0 }, binary: { file } },
			{ json: { item: 1 }, binary: { file } },
		];
	}
	const withFile = {
		...node(),
		parameters: { ...node().parameters, options: { attachments: 'file' } },
	};

	it('lets it finish, logs it, and sends nothing more, not even at the tries that follow', async () => {
		let stop = (): void => undefined;
		const server = await serveItems(({ stage }) => {
			// The 354 goes out first.
			if (stage === 'data') setTimeout(() => stop(), 20);
			return undefined;
		});
		const workflow = MailWorkflow.forServer(server, withFile);
		const started = start(workflow, await longItem());
		stop = started.stop;
		expect((await started.run).status).toBe('canceled');
		await vi.waitFor(() => expect(server.taken).toEqual([0]), PATIENCE);
		const line = await loggedLine(messageIdsOf(server, [0]));
		expect(line).toContain('accepted by the server before (1 in all)');
		await longerThanBackoff();
		expect(server.at('mailFrom')).toHaveLength(1);
		expect(server.connections).toHaveLength(1);
	});

	it('leaves it unknown if no reply comes, logs that, and does not send it again', async () => {
		let stop = (): void => undefined;
		const server = await serveItems(async ({ stage }) => {
			if (stage !== 'reply') return undefined;
			stop();
			await new Promise((resolve) => setTimeout(resolve, 50));
			return { then: 'reset' };
		});
		const workflow = MailWorkflow.forServer(server, node());
		const started = start(workflow, numbered(2));
		stop = started.stop;
		await started.run;
		await vi.waitFor(() => expect(server.taken).toEqual([0]), PATIENCE);
		const line = await loggedLine(messageIdsOf(server, [0]));
		expect(line).toContain('may or may not arrive before (1 in all)');
		await longerThanBackoff();
		expect(server.at('mailFrom')).toHaveLength(1);
	});

	it('in the stop mode does not have it sent again by Retry On Fail', async () => {
		let stop = (): void => undefined;
		const server = await serveItems(async ({ stage }) => {
			if (stage !== 'reply') return undefined;
			stop();
			await new Promise((resolve) => setTimeout(resolve, 50));
			return undefined;
		});
		const workflow = MailWorkflow.forServer(server, {
			...node(),
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		const started = start(workflow, numbered(3));
		stop = started.stop;
		expect((await started.run).status).toBe('canceled');
		await loggedLine(messageIdsOf(server, [0]));
		await longerThanBackoff();
		expect(server.taken).toEqual([0]);
		expect(server.at('mailFrom')).toHaveLength(1);
		// The mailbox is free, and its connection as good as before.
		expect(jsonOf(await workflow.run(numbered(1, 5)), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(server.connections).toHaveLength(1);
	});
});
