import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import {
	startScriptedServer,
	type ScriptedServer,
} from '../../support/smtp/scripted-smtp-server.js';

let server: ScriptedServer;
/** Connections in use now: from EHLO to QUIT. */
let inUse: Set<number>;
let mostInUse: number;
let takenMessages: number;
let onMessage: (count: number) => void;
/** What the server waits for before it accepts a message. */
let gate: Promise<void>;

beforeEach(async () => {
	inUse = new Set();
	mostInUse = 0;
	takenMessages = 0;
	onMessage = () => undefined;
	gate = Promise.resolve();
	server = await startScriptedServer({
		tls: 'implicit',
		script: async (command, { connection, phase }) => {
			if (command === 'QUIT') inUse.delete(connection);
			else inUse.add(connection);
			mostInUse = Math.max(mostInUse, inUse.size);
			if (phase !== 'finalDot') return undefined;
			takenMessages += 1;
			onMessage(takenMessages);
			await gate;
			return { reply: '250 2.0.0 Ok', delayMs: 5 };
		},
	});
});
afterEach(async () => {
	await server.close();
});

/** Fulfilled when the server has taken that many messages. */
const messages = async (count: number): Promise<void> =>
	await new Promise((resolve) => {
		onMessage = (taken) => {
			if (taken >= count) resolve();
		};
	});

/** Runs one item until `stop` is called. */
function runUntilStopped(workflow: MailWorkflow) {
	let stop = (): void => undefined;
	const run = workflow.run([{}], {
		onStarted: (stopExecution) => {
			stop = stopExecution;
		},
	});
	return { run, stop: () => stop() };
}

const briefly = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 100));

describe('max connections', () => {
	it.each([1, 2])('holds for all executions that use the mailbox: %i', async (maxConnections) => {
		const workflow = MailWorkflow.forServer(server, { credential: { maxConnections } });
		const runs = await Promise.all(Array.from({ length: 6 }, () => workflow.run([{}, {}])));
		expect(runs.flatMap((run) => jsonOf(run, MAIL))).toMatchObject(
			Array.from({ length: 12 }, () => ({ status: 'sent' })),
		);
		expect(takenMessages).toBe(12);
		expect(mostInUse).toBe(maxConnections);
	});

	it('lets an execution go that is stopped while it waits for a permit', async () => {
		const workflow = MailWorkflow.forServer(server, { credential: { maxConnections: 1 } });
		const isUnderWay = messages(1);
		let release = (): void => undefined;
		gate = new Promise((resolve) => {
			release = resolve;
		});
		const first = workflow.run();
		await isUnderWay;
		const second = runUntilStopped(workflow);
		await briefly();
		second.stop();
		await second.run;
		release();
		expect(jsonOf(await first, MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(takenMessages).toBe(2);
		expect(mostInUse).toBe(1);
	});
});

describe('a connection', () => {
	it('of another credential counts until it is over, not until its end is said', async () => {
		const open = new Set<number>();
		let mostOpen = 0;
		const slow = await startScriptedServer({
			tls: 'implicit',
			script: (command, { connection }) => {
				if (!open.has(connection)) {
					open.add(connection);
					void slow.connections[connection]?.closed.then(() => open.delete(connection));
				}
				mostOpen = Math.max(mostOpen, open.size);
				return command === 'QUIT'
					? { reply: '221 2.0.0 Bye', delayMs: 200, then: 'close' }
					: undefined;
			},
		});
		try {
			const credential = { maxConnections: 1 };
			for (let owner = 0; owner < 2; owner += 1) {
				await MailWorkflow.forServer(slow, { credential }).run();
			}
			expect(slow.completeMessages).toHaveLength(2);
			expect(slow.connections).toHaveLength(2);
			expect(mostOpen).toBe(1);
		} finally {
			await slow.close();
		}
	});
});

describe('a further connection', () => {
	it('that is refused for good fails no item that the first one can take', async () => {
		let signIns = 0;
		const strict = await startScriptedServer({
			tls: 'implicit',
			script: (_, { phase }) => {
				if (phase !== 'sasl') return undefined;
				signIns += 1;
				return signIns > 1 ? '554 5.7.1 One session is enough' : undefined;
			},
		});
		try {
			const workflow = MailWorkflow.forServer(strict, {
				settings: { onError: 'continueRegularOutput' },
				// A mailbox of its own, since this one has fewer connections afterwards.
				credential: { maxConnections: 3, user: 'strict@sandbox.test' },
				parameters: { options: { maxAttempts: 1 } },
			});
			const items = Array.from({ length: 24 }, () => ({}));
			expect(jsonOf(await workflow.run(items), MAIL)).toMatchObject(
				items.map(() => ({ status: 'sent', attempts: 1 })),
			);
			expect(strict.completeMessages).toHaveLength(24);
		} finally {
			await strict.close();
		}
	});
});

describe('messages per minute', () => {
	it('hold for all executions that use the mailbox', async () => {
		const workflow = MailWorkflow.forServer(server, { credential: { messagesPerMinute: 3 } });
		await workflow.run([{}, {}]);
		const third = messages(3);
		const waiting = [runUntilStopped(workflow), runUntilStopped(workflow)];
		await third;
		// The fourth would come a minute later: nobody waits for it.
		await briefly();
		for (const { stop } of waiting) stop();
		await Promise.all(waiting.map(({ run }) => run));
		expect(takenMessages).toBe(3);
	});
});
