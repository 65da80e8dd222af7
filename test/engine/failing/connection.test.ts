import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { FROM_ITEM, indexes, numbered, serveItems } from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const node = (options: Record<string, unknown> = {}, more: Partial<MailNode> = {}): MailNode => ({
	parameters: { ...FROM_ITEM, options },
	settings: { onError: 'continueRegularOutput' },
	credential: { maxConnections: 1 },
	...more,
});
const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);
/** The status items of so many items, each sent. */
const allSent = (count: number) =>
	indexes(count).map((item) => ({
		status: 'sent',
		envelope: { from: `i${String(item)}@sandbox.test` },
	}));

describe('421 in mid-session', () => {
	it.each(['mailFrom', 'rcptTo', 'data'] as const)(
		'at %s moves the item to a fresh connection, where it goes out at its first attempt',
		async (stage) => {
			const server = await serveItems((step) =>
				step.stage === stage && step.item === 1 && step.time === 1
					? { reply: '421 4.4.2 Closing', then: 'close' }
					: undefined,
			);
			const run = await MailWorkflow.forServer(server, node()).run(numbered(3));
			expect(jsonOf(run, MAIL)).toMatchObject(
				allSent(3).map((status) => ({ ...status, attempts: 1 })),
			);
			expect(server.taken).toEqual([0, 1, 2]);
			expect(server.connections).toHaveLength(2);
		},
	);

	it('at the reply is a refusal: the item is attempted again', async () => {
		const server = await serveItems(({ stage, item, time }) =>
			stage === 'reply' && item === 1 && time === 1
				? { reply: '421 4.3.2 Shutting down', then: 'close' }
				: undefined,
		);
		const run = await MailWorkflow.forServer(server, node()).run(numbered(3));
		expect(jsonOf(run, MAIL)).toMatchObject(allSent(3));
		expect(jsonOf(run, MAIL)[1]).toMatchObject({ attempts: 2 });
		expect(sorted(server.taken)).toEqual([0, 1, 2]);
	});
});

describe('a refusal that passes', () => {
	it.each(['mailFrom', 'rcptTo', 'data', 'reply'] as const)(
		'(451, then 250) at %s is attempted again, while the others go out',
		async (stage) => {
			const server = await serveItems((step) =>
				step.stage === stage && step.item === 0 && step.time === 1
					? '451 4.3.0 Try again later'
					: undefined,
			);
			const run = await MailWorkflow.forServer(server, node()).run(numbered(4));
			expect(jsonOf(run, MAIL)).toMatchObject(allSent(4));
			expect(jsonOf(run, MAIL).map(({ attempts }) => attempts)).toEqual([2, 1, 1, 1]);
			expect(sorted(server.taken)).toEqual([0, 1, 2, 3]);
			expect(server.taken.at(-1)).toBe(0);
			expect(server.connections).toHaveLength(1);
		},
	);
});

describe('a connection that breaks before the data', () => {
	it.each(
		(['connect', 'ehlo', 'auth', 'mailFrom', 'rcptTo', 'data'] as const).flatMap((stage) =>
			(['close', 'reset'] as const).map((then) => ({ stage, then })),
		),
	)('($then at $stage) loses no item and sends none twice', async ({ stage, then }) => {
		let breaks = 0;
		const server = await serveItems((step) => {
			if (step.stage !== stage || breaks > 0) return undefined;
			breaks += 1;
			return { then };
		});
		const run = await MailWorkflow.forServer(server, node()).run(numbered(3));
		expect(jsonOf(run, MAIL)).toMatchObject(allSent(3));
		expect(sorted(server.taken)).toEqual([0, 1, 2]);
		expect(breaks).toBe(1);
	});
});

describe('a server that falls silent', () => {
	it.each(['connect', 'ehlo', 'auth'] as const)(
		'at %s fails the items by time-out, each on a connection of its own',
		async (stage) => {
			const server = await serveItems((step) =>
				step.stage === stage ? { then: 'silent' } : undefined,
			);
			const workflow = MailWorkflow.forServer(server, node({ timeoutSeconds: 1, maxAttempts: 1 }));
			expect(jsonOf(await workflow.run(numbered(2)), MAIL)).toMatchObject(
				indexes(2).map(() => ({
					status: 'failed',
					attempts: 1,
					failure: { code: 'CONNECTION_TIMEOUT', stage, retryable: true },
				})),
			);
			expect(server.at('mailFrom')).toEqual([]);
			expect(server.connections).toHaveLength(2);
		},
	);

	it.each(['mailFrom', 'rcptTo', 'data'] as const)(
		'at %s fails that item by time-out, and the others go out over another connection',
		async (stage) => {
			const server = await serveItems((step) =>
				step.stage === stage && step.item === 1 ? { then: 'silent' } : undefined,
			);
			const workflow = MailWorkflow.forServer(server, node({ timeoutSeconds: 1, maxAttempts: 1 }));
			expect(jsonOf(await workflow.run(numbered(3)), MAIL)).toMatchObject([
				{ status: 'sent' },
				{ status: 'failed', failure: { code: 'CONNECTION_TIMEOUT', retryable: true } },
				{ status: 'sent' },
			]);
			expect(server.taken).toEqual([0, 2]);
			expect(server.connections).toHaveLength(2);
		},
	);
});

describe('a slow server', () => {
	it('that takes 200 ms for each reply gets all, and the outputs are in the order of the inputs', async () => {
		const server = await serveItems(({ stage }) =>
			stage === 'reply' || stage === 'mailFrom'
				? { reply: '250 2.0.0 Ok', delayMs: 200 }
				: undefined,
		);
		const workflow = MailWorkflow.forServer(
			server,
			node({}, { credential: { maxConnections: 3 } }),
		);
		expect(jsonOf(await workflow.run(numbered(12)), MAIL)).toMatchObject(allSent(12));
		expect(sorted(server.taken)).toEqual(indexes(12));
		expect(server.mostOpen).toBe(3);
	});

	it('that answers the first item last does not change the order of the outputs', async () => {
		let release = (): void => undefined;
		const others = new Promise<void>((resolve) => {
			release = resolve;
		});
		const server = await serveItems(async ({ stage, item }) => {
			if (stage !== 'reply') return undefined;
			if (item === 0) await others;
			if (item === 7) release();
			return undefined;
		});
		const workflow = MailWorkflow.forServer(
			server,
			node({}, { credential: { maxConnections: 2 } }),
		);
		expect(jsonOf(await workflow.run(numbered(8)), MAIL)).toMatchObject(allSent(8));
		expect(server.taken.indexOf(0)).toBeGreaterThan(4);
		expect(sorted(server.taken)).toEqual(indexes(8));
	});
});
