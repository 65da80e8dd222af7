import { beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { FROM_ITEM, indexes, numbered, serveItems } from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates, waitingForPermit } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);
const node = (maxConnections: number) => ({
	parameters: FROM_ITEM,
	settings: { onError: 'continueRegularOutput' } as const,
	credential: { maxConnections },
});

describe('five executions of one mailbox', () => {
	it.each([1, 3])('share its %i connections, and each gets its own outputs', async (limit) => {
		const server = await serveItems(({ stage }) =>
			stage === 'reply' ? { reply: '250 2.0.0 Ok', delayMs: 5 } : undefined,
		);
		const workflow = MailWorkflow.forServer(server, node(limit));
		const runs = await Promise.all(
			indexes(5).map(async (execution) => await workflow.run(numbered(12, 12 * execution))),
		);
		expect(runs.flatMap((run) => jsonOf(run, MAIL))).toMatchObject(
			indexes(60).map((item) => ({
				status: 'sent',
				envelope: { from: `i${String(item)}@sandbox.test` },
			})),
		);
		expect(sorted(server.taken)).toEqual(indexes(60));
		expect(server.mostOpen).toBe(limit);
	});
});

describe('executions that come while another one sends', () => {
	/** A first execution whose item `at` the server does not answer before so many others wait for a permit. */
	async function startLong(count: number, at: number, others = 1) {
		let isUnderWay = (): void => undefined;
		const underWay = new Promise<void>((resolve) => {
			isUnderWay = resolve;
		});
		const server = await serveItems(async ({ stage, item }) => {
			if (stage === 'reply' && item === at) {
				isUnderWay();
				await vi.waitFor(() => expect(waitingForPermit()).toBeGreaterThanOrEqual(others), 60_000);
			}
			return undefined;
		});
		const workflow = MailWorkflow.forServer(server, node(1));
		const long = workflow.run(numbered(count));
		await underWay;
		return { server, workflow, long };
	}

	it('do not wait for its end: one item comes next', async () => {
		const { server, workflow, long } = await startLong(200, 10);
		expect(jsonOf(await workflow.run(numbered(1, 200)), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(jsonOf(await long, MAIL)).toHaveLength(200);
		expect(server.taken.indexOf(200)).toBe(11);
		expect(sorted(server.taken)).toEqual(indexes(201));
	});

	it('alternate with it, message by message', async () => {
		const { server, workflow, long } = await startLong(100, 0);
		await Promise.all([long, workflow.run(numbered(100, 100))]);
		expect(sorted(server.taken)).toEqual(indexes(200));
		// Of any ten messages each execution has its share.
		for (const from of indexes(180)) {
			const ofSecond = server.taken.slice(from, from + 10).filter((item) => item >= 100);
			expect(ofSecond.length).toBeGreaterThanOrEqual(4);
			expect(ofSecond.length).toBeLessThanOrEqual(6);
		}
		// And each keeps its own order.
		expect(server.taken.filter((item) => item < 100)).toEqual(indexes(100));
		expect(server.taken.filter((item) => item >= 100)).toEqual(indexes(100, 100));
	});

	it('are served in the order in which they ask, so that none of five starves', async () => {
		const { server, workflow, long } = await startLong(20, 0, 4);
		const others = indexes(4, 1).map(
			async (execution) => await workflow.run(numbered(20, 20 * execution)),
		);
		await Promise.all([long, ...others]);
		expect(sorted(server.taken)).toEqual(indexes(100));
		// Of any ten messages in the midst of it each execution has its share.
		for (const from of indexes(80)) {
			const shares = indexes(5).map(
				(execution) =>
					server.taken.slice(from, from + 10).filter((item) => Math.floor(item / 20) === execution)
						.length,
			);
			expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
			expect(Math.max(...shares)).toBeLessThanOrEqual(3);
		}
	});
});
