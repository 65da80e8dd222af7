import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../sandbox/workflow-host.js';
import {
	FROM_ITEM,
	indexes,
	numbered,
	serveItems,
	type ItemServer,
	type ItemStage,
} from '../support/item-server.js';
import { MAIL, MailWorkflow } from '../support/mail-workflow.js';
import { forgetLanes } from '../support/warm-connections.js';

beforeEach(forgetLanes);

const TOO_MANY = '432 4.3.2 Concurrent connections limit exceeded';
const MAX_CONNECTIONS = 5;

/** A server that bears so many connections, and refuses others at one stage. */
interface StormServer extends ItemServer {
	/** How many messages it had been offered when it refused last. */
	readonly offeredAtLastRefusal: number;
	readonly refusals: number;
}

/** Refuses whoever comes to the stage while older connections take all that it bears. */
async function serveStorm(stage: ItemStage, borne: number): Promise<StormServer> {
	let refusals = 0;
	let offeredAtLastRefusal = 0;
	const server: ItemServer = await serveItems((step) => {
		if (step.stage !== stage || step.open.indexOf(step.connection) < borne) return undefined;
		refusals += 1;
		offeredAtLastRefusal = server.at('mailFrom').length;
		return stage === 'connect' ? { reply: TOO_MANY, then: 'close' } : TOO_MANY;
	});
	return Object.defineProperties(server, {
		refusals: { get: () => refusals },
		offeredAtLastRefusal: { get: () => offeredAtLastRefusal },
	}) as StormServer;
}

/** The connections open while messages were offered after the storm. */
function openAfterStorm(server: StormServer): number {
	const after = server.at('mailFrom').slice(server.offeredAtLastRefusal + MAX_CONNECTIONS);
	expect(after.length).toBeGreaterThan(0);
	return Math.max(...after.map(({ open }) => open.length));
}

const STORMS = (['connect', 'auth', 'mailFrom', 'reply'] as const).flatMap((stage) =>
	[1, 2].map((borne) => ({ stage, borne })),
);

describe.each(STORMS)('432 from a server that bears $borne, at $stage', ({ stage, borne }) => {
	const start = async () => {
		const server = await serveStorm(stage, borne);
		const workflow = MailWorkflow.forServer(server, {
			parameters: FROM_ITEM,
			settings: { onError: 'continueRegularOutput' },
			credential: { maxConnections: MAX_CONNECTIONS },
		});
		return { server, workflow };
	};

	it('fails no item, sends none twice, and keeps to what the server bears', async () => {
		const { server, workflow } = await start();
		const outputs = jsonOf(await workflow.run(numbered(30)), MAIL);
		expect(outputs).toMatchObject(
			indexes(30).map((item) => ({
				status: 'sent',
				attempts: 1,
				envelope: { from: `i${String(item)}@sandbox.test` },
			})),
		);
		expect([...server.taken].sort((a, b) => a - b)).toEqual(indexes(30));
		expect(server.refusals).toBeGreaterThan(0);
		// One for each connection or message too many, and none after that.
		expect(server.refusals).toBeLessThanOrEqual(MAX_CONNECTIONS - borne);
		expect(openAfterStorm(server)).toBeLessThanOrEqual(borne);
	});

	it('fails no item of several executions at once either', async () => {
		const { server, workflow } = await start();
		const runs = await Promise.all([
			workflow.run(numbered(20)),
			workflow.run(numbered(5, 20)),
			workflow.run(numbered(5, 25)),
		]);
		const outputs = runs.flatMap((run) => jsonOf(run, MAIL));
		expect(outputs).toMatchObject(
			indexes(30).map((item) => ({
				status: 'sent',
				envelope: { from: `i${String(item)}@sandbox.test` },
			})),
		);
		expect([...server.taken].sort((a, b) => a - b)).toEqual(indexes(30));
		expect(server.refusals).toBeGreaterThan(0);
		expect(openAfterStorm(server)).toBeLessThanOrEqual(borne);
	});
});

it('a connection refused as one too many takes the idle ones beyond the limit with it', async () => {
	let borne = MAX_CONNECTIONS;
	let isFull = (): void => undefined;
	const full = new Promise<void>((resolve) => {
		isFull = resolve;
	});
	const server = await serveItems(async ({ stage, item, open, connection }) => {
		// Nobody is let go until three connections are in use.
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
