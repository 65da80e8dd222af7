import { beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	FROM_ITEM,
	indexes,
	numbered,
	serveItems,
	type ItemStep,
} from '../../support/smtp/item-server.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const REFUSED = '550 5.7.1 Refused';
const node = (maxConnections: number) => ({
	parameters: FROM_ITEM,
	credential: { maxConnections },
});
const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);

describe('the first failure in the stop mode', () => {
	it('ends the batch, and the error accounts for every item', async () => {
		const server = await serveItems(({ stage, item }) =>
			stage === 'reply' && item === 3 ? REFUSED : undefined,
		);
		const error = errorOf(await MailWorkflow.forServer(server, node(1)).run(numbered(10)));
		expect(error.context).toMatchObject({
			itemIndex: 3,
			data: { failure: { code: 'MESSAGE_REFUSED', replyCode: 550 } },
		});
		expect(error.description).toContain(
			'Of 10 items: 3 sent (0–2), 1 failed (3), 6 not tried (4–9).',
		);
		expect(server.taken).toEqual([0, 1, 2]);
		expect(server.at('mailFrom')).toHaveLength(4);
	});

	it('lets end what is in flight, be it sent, refused or unknown', async () => {
		/** Items 4 to 7 are in the server's hands at the same time; 5 is refused first. */
		const inFlight = new Set<number>();
		const all = async (): Promise<void> =>
			await vi.waitFor(() => expect(inFlight.size).toBe(4), 60_000);
		let isRefused = (): void => undefined;
		const refused = new Promise<void>((resolve) => {
			isRefused = resolve;
		});
		const server = await serveItems(async ({ stage, item, time }) => {
			if (stage !== 'reply') return undefined;
			// Without a head start one connection would serve more than the others.
			if (item < 4)
				await vi.waitFor(() => expect(server.at('reply').length).toBeGreaterThanOrEqual(4), 60_000);
			if (item < 4 || time > 1) return undefined;
			inFlight.add(item);
			await all();
			if (item === 5) {
				setTimeout(isRefused, 50);
				return REFUSED;
			}
			await refused;
			if (item === 6) return { then: 'reset' } as const;
			return item === 7 ? '451 4.3.0 Later' : undefined;
		});
		const error = errorOf(await MailWorkflow.forServer(server, node(4)).run(numbered(16)));
		expect(error.context.itemIndex).toBe(5);
		expect(error.description).toContain(
			'Of 16 items: 5 sent (0–4), 2 failed (5, 7), 1 unknown (6), 8 not tried (8–15).',
		);
		expect(sorted(server.taken)).toEqual([0, 1, 2, 3, 4, 6]);
		expect(server.at('mailFrom')).toHaveLength(8);
	});
});

describe('a failure on one item', () => {
	const COUNT = 9;
	/** Each at another place of the batch, one of them refused at its first attempts only. */
	const failsAt =
		(failing: number) =>
		({ stage, item, time }: ItemStep) =>
			stage === 'reply' && item === failing && time === 1 ? REFUSED : undefined;

	it.each([0, 1, 4, 7, 8])(
		'in the stop mode (item %i of 9): the retry sends what was not accepted, and no more',
		async (failing) => {
			const server = await serveItems(failsAt(failing));
			const workflow = MailWorkflow.forServer(server, node(2));
			const failed = await workflow.run(numbered(COUNT));
			expect(errorOf(failed).context.itemIndex).toBe(failing);
			const before = new Set(server.taken);
			const outputs = jsonOf(await workflow.retry(failed), MAIL);
			expect(outputs.map(({ status }) => status)).toEqual(
				indexes(COUNT).map((item) => (before.has(item) ? 'skipped' : 'sent')),
			);
			expect(sorted(server.taken)).toEqual(indexes(COUNT));
		},
	);

	it.each([0, 1, 4, 7, 8])(
		'in the stop mode with Retry On Fail (item %i of 9): one copy of each',
		async (failing) => {
			const server = await serveItems(failsAt(failing));
			const workflow = MailWorkflow.forServer(server, {
				...node(2),
				settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
			});
			const outputs = jsonOf(await workflow.run(numbered(COUNT)), MAIL);
			expect(outputs[failing]).toMatchObject({ status: 'sent' });
			expect(sorted(server.taken)).toEqual(indexes(COUNT));
		},
	);

	it.each([0, 4, 8])(
		'in the Continue mode (item %i of 9) leaves the others alone: one copy of each',
		async (failing) => {
			const server = await serveItems(failsAt(failing));
			const workflow = MailWorkflow.forServer(server, {
				...node(2),
				settings: { onError: 'continueRegularOutput' },
			});
			expect(jsonOf(await workflow.run(numbered(COUNT)), MAIL).map(({ status }) => status)).toEqual(
				indexes(COUNT).map((item) => (item === failing ? 'failed' : 'sent')),
			);
			expect(sorted(server.taken)).toEqual(indexes(COUNT).filter((item) => item !== failing));
		},
	);
});
