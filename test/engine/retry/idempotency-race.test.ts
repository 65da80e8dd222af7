import { createRequire } from 'node:module';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { takenMessages, useScriptedServers } from '../../support/smtp/scripted-servers.js';

const serve = useScriptedServers();
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

let keyNumber = 0;
/** Sends under a key of its own: n8n's store lasts as long as the process. */
function keyed(node: MailNode = {}): MailNode {
	keyNumber += 1;
	const idempotencyKey = `raced-order-${String(keyNumber)}`;
	return { settings: CONTINUE, ...node, parameters: { options: { idempotencyKey } } };
}

/** Long enough for another execution to come as far as it can. */
const briefly = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 200));

describe('two executions at a time under one key', () => {
	it('send by the second where the first surely failed', async () => {
		let refusals = 0;
		const server = await serve(async (command) => {
			if (!command.startsWith('RCPT') || refusals > 0) return undefined;
			refusals += 1;
			await briefly();
			return '550 5.1.1 No such user';
		});
		const workflow = MailWorkflow.forServer(server, keyed());
		const runs = await Promise.all([workflow.run(), workflow.run()]);
		const statuses = runs.flatMap((run) => jsonOf(run, MAIL)).map(({ status }) => status);
		expect(statuses.sort()).toEqual(['failed', 'sent']);
		expect(takenMessages(server)).toHaveLength(1);
	});

	it('send by the second where the first is stopped while it waits for its next try', async () => {
		let refusals = 0;
		let stop = (): void => undefined;
		const server = await serve((command) => {
			if (!command.startsWith('MAIL') || refusals > 0) return undefined;
			refusals += 1;
			// The reply goes out first, so that the item is in its wait when the stop comes.
			setTimeout(() => stop(), 150);
			return '451 4.3.0 Try again later';
		});
		const workflow = MailWorkflow.forServer(server, keyed());
		const first = workflow.run([{}], {
			onStarted: (stopExecution) => {
				stop = stopExecution;
			},
		});
		await vi.waitFor(() => {
			expect(refusals).toBe(1);
		}, 60_000);
		const second = workflow.run();
		await first;
		expect(jsonOf(await second, MAIL)).toMatchObject([{ status: 'sent', attempts: 1 }]);
		expect(takenMessages(server)).toHaveLength(1);
	});

	it('let others send over the only connection while one waits for the other', async () => {
		let refusals = 0;
		const server = await serve((command) => {
			if (!command.startsWith('MAIL') || refusals > 0) return undefined;
			refusals += 1;
			return '451 4.3.0 Try again later';
		});
		const workflow = MailWorkflow.forServer(server, {
			...keyed(),
			credential: { maxConnections: 1 },
		});
		const runs = await Promise.all([workflow.run(), workflow.run(), workflow.run()]);
		const statuses = runs.flatMap((run) => jsonOf(run, MAIL)).map(({ status }) => status);
		expect(statuses.sort()).toEqual(['sent', 'skipped', 'skipped']);
		expect(takenMessages(server)).toHaveLength(1);
	});
});

interface Store {
	checkProcessedAndRecord(...args: unknown[]): Promise<unknown>;
	removeProcessed(...args: unknown[]): Promise<unknown>;
}

/** n8n's own store, whose named use fails the first `times` times, after its work or before. */
function failingStore(
	use: keyof Store,
	{ times, isDone }: { times: number; isDone: boolean },
): { readonly failures: () => number } {
	const { DataDeduplicationService } = createRequire(import.meta.url)('n8n-core') as {
		DataDeduplicationService: { getInstance(): Store };
	};
	const store = DataDeduplicationService.getInstance();
	const real = store[use].bind(store);
	let failures = 0;
	store[use] = async (...args) => {
		if (failures >= times) return await real(...args);
		failures += 1;
		if (isDone) await real(...args);
		throw new Error('SQLITE_BUSY: database is locked');
	};
	onTestFinished(() => {
		store[use] = real;
	});
	return { failures: () => failures };
}

describe('a database that fails', () => {
	/** Refuses the first message. */
	const refuseOnce = () => {
		let isDone = false;
		return (command: string) => {
			if (isDone || !command.startsWith('RCPT')) return undefined;
			isDone = true;
			return '550 5.1.1 No such user';
		};
	};

	it.each([
		['once', 1],
		['every time', Infinity],
	])('to give a key back, %s, does not keep the retry from sending', async (_what, times) => {
		const server = await serve(refuseOnce());
		const workflow = MailWorkflow.forServer(server, keyed({ settings: RETRY }));
		const { failures } = failingStore('removeProcessed', { times, isDone: false });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(failures()).toBeGreaterThan(0);
		expect(takenMessages(server)).toHaveLength(1);
	});

	it('to give a key back is told with the failure, since later executions will skip the item', async () => {
		const server = await serve(refuseOnce());
		const workflow = MailWorkflow.forServer(server, keyed());
		failingStore('removeProcessed', { times: Infinity, isDone: false });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				response: '550 5.1.1 No such user',
				failure: {
					code: 'RECIPIENT_REJECTED',
					message: expect.stringMatching(/550 5\.1\.1.*key could not be given back.*locked/),
				},
			},
		]);
	});

	it('to give a key back once does not keep a later execution from sending', async () => {
		const server = await serve(refuseOnce());
		const workflow = MailWorkflow.forServer(server, keyed());
		failingStore('removeProcessed', { times: 1, isDone: false });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'RECIPIENT_REJECTED' } },
		]);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it.each([
		['before', false],
		['after', true],
	])('%s it has recorded a key fails the item and sends nothing', async (_what, isDone) => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, keyed());
		failingStore('checkProcessedAndRecord', { times: 1, isDone });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				failure: { message: expect.stringMatching(/idempotency key.*nothing was sent.*locked/) },
			},
		]);
		expect(server.connections).toEqual([]);
	});

	it('before it has recorded a key does not keep the retry from sending', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, keyed({ settings: RETRY }));
		failingStore('checkProcessedAndRecord', { times: 1, isDone: false });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('after it has recorded a key fails the retry as well, rather than dropping the item', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, keyed({ settings: RETRY }));
		failingStore('checkProcessedAndRecord', { times: 1, isDone: true });
		expect(errorOf(await workflow.run()).message).toMatch(/The idempotency key is taken/);
		expect(server.connections).toEqual([]);
	});
});
