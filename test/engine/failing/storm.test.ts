import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	FROM_ITEM,
	indexes,
	numbered,
	serveItems,
	type ItemServer,
	type ItemStage,
} from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const TOO_MANY = '432 4.3.2 Concurrent connections limit exceeded';
const MAX_CONNECTIONS = 5;

/**
 * Refuses each connection that comes to the stage while older ones take all that it bears. It answers
 * no message before it has refused one: the storm is at the beginning, whatever the machine's speed.
 */
async function serveStorm(
	stage: ItemStage,
	borne: number,
): Promise<{ readonly server: ItemServer; readonly refusals: () => number }> {
	let refusals = 0;
	let isOver = (): void => undefined;
	const over = new Promise<void>((resolve) => {
		isOver = resolve;
	});
	const server = await serveItems(async (step) => {
		if (step.stage === stage && step.open.indexOf(step.connection) >= borne) {
			refusals += 1;
			isOver();
			return stage === 'connect' ? { reply: TOO_MANY, then: 'close' } : TOO_MANY;
		}
		if (step.stage === 'reply') await over;
		return undefined;
	});
	return { server, refusals: () => refusals };
}

const STORMS = (['connect', 'auth', 'mailFrom', 'reply'] as const).flatMap((stage) =>
	[1, 2].map((borne) => ({ stage, borne })),
);

describe.each(STORMS)('432 from a server that bears $borne, at $stage', ({ stage, borne }) => {
	const start = async () => {
		const { server, refusals } = await serveStorm(stage, borne);
		const workflow = MailWorkflow.forServer(server, {
			parameters: FROM_ITEM,
			settings: { onError: 'continueRegularOutput' },
			credential: { maxConnections: MAX_CONNECTIONS },
		});
		return { server, refusals, workflow };
	};
	const sent = (count: number, from = 0) =>
		indexes(count, from).map((item) => ({
			status: 'sent',
			envelope: { from: `i${String(item)}@sandbox.test` },
		}));

	it('fails no item, sends none twice, and keeps to what the server bears', async () => {
		const { server, refusals, workflow } = await start();
		const outputs = jsonOf(await workflow.run(numbered(30)), MAIL);
		expect(outputs).toMatchObject(sent(30).map((status) => ({ ...status, attempts: 1 })));
		expect([...server.taken].sort((a, b) => a - b)).toEqual(indexes(30));
		const refused = refusals();
		expect(refused).toBeLessThanOrEqual(MAX_CONNECTIONS - borne);
		// What comes after the storm.
		expect(jsonOf(await workflow.run(numbered(12, 30)), MAIL)).toMatchObject(sent(12, 30));
		expect(refusals()).toBe(refused);
		const after = server.at('mailFrom').filter(({ item }) => item >= 30);
		expect(after).toHaveLength(12);
		expect(Math.max(...after.map(({ open }) => open.length))).toBeLessThanOrEqual(borne);
	});

	it('fails no item of several executions at once either', async () => {
		const { server, workflow } = await start();
		const runs = await Promise.all([
			workflow.run(numbered(20)),
			workflow.run(numbered(5, 20)),
			workflow.run(numbered(5, 25)),
		]);
		expect(runs.flatMap((run) => jsonOf(run, MAIL))).toMatchObject(sent(30));
		expect([...server.taken].sort((a, b) => a - b)).toEqual(indexes(30));
		expect(server.mostOpen).toBeLessThanOrEqual(MAX_CONNECTIONS);
	});
});

it('a connection refused as one too many takes the idle ones beyond the limit with it', async () => {
	let borne = MAX_CONNECTIONS;
	let isFull = (): void => undefined;
	const full = new Promise<void>((resolve) => {
		isFull = resolve;
	});
	const server = await serveItems(async ({ stage, item, open, connection }) => {
		// No message is answered until three connections are in use.
		if (stage === 'reply' && item < 12) {
			if (open.length === 3) isFull();
			await full;
		}
		return stage === 'mailFrom' && open.indexOf(connection) >= borne ? TOO_MANY : undefined;
	});
	const workflow = MailWorkflow.forServer(server, {
		parameters: FROM_ITEM,
		credential: { maxConnections: MAX_CONNECTIONS },
	});
	await workflow.run(numbered(12));
	expect(server.mostOpen).toBe(3);
	// Another process of this n8n has taken the others meanwhile.
	borne = 1;
	const outputs = jsonOf(await workflow.run(numbered(12, 12)), MAIL);
	expect(outputs).toMatchObject(indexes(12).map(() => ({ status: 'sent', attempts: 1 })));
	expect([...server.taken].sort((a, b) => a - b)).toEqual(indexes(24));
	expect(server.at('mailFrom').at(-1)?.open).toHaveLength(1);
});
