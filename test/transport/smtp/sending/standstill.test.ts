import { Readable } from 'node:stream';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Script } from '../../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	deliver,
	failureOf,
	messageOf,
	serve,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	onTestFinished(() => {
		vi.useRealTimers();
	});
});

/** Sends a message whose lines come one by one, and stops the execution after the first. */
async function stopWithin(script: Script = () => undefined) {
	const stop = new AbortController();
	const server = await serve({ script });
	const content = new Readable({ read: () => undefined });
	const message = messageOf('', { open: () => content });
	const limits = { timeoutMs: 3_600_000, signal: stop.signal };
	let isOver = false;
	const delivery = deliver(transportFor(accountAt(server)), message, limits).finally(() => {
		isOver = true;
	});
	const say = async (line: string): Promise<void> => {
		content.push(`${line}\r\n`);
		const hasCome = () => server.connections[0]?.messages[0]?.content.endsWith(`${line}\r\n`);
		while (hasCome() !== true && !isOver) await new Promise(setImmediate);
		expect(isOver).toBe(false);
	};
	await say('Subject: one');
	stop.abort();
	return { content, delivery, say, server };
}

it('a message whose content comes slowly goes on after a stop', async () => {
	const { content, delivery, say, server } = await stopWithin();
	for (const line of ['', 'first', 'second', 'third']) {
		await vi.advanceTimersByTimeAsync(1_900);
		await say(line);
	}
	content.push(null);
	expect((await delivery).kind).toBe('accepted');
	expect(server.completeMessages).toHaveLength(1);
});

it('a message that has gone out whole is not given up after a stop, however long the reply takes', async () => {
	let answer = (): void => undefined;
	const answered = new Promise<undefined>((resolve) => {
		answer = () => resolve(undefined);
	});
	const { content, delivery, server } = await stopWithin(async (_, { phase }) =>
		phase === 'finalDot' ? await answered : undefined,
	);
	content.push(null);
	while (server.completeMessages.length === 0) await new Promise(setImmediate);
	await vi.advanceTimersByTimeAsync(10_000);
	answer();
	expect((await delivery).kind).toBe('accepted');
});

it('a message whose content has come to a standstill is given up after a stop, and is not accepted', async () => {
	const { delivery, server } = await stopWithin();
	await vi.advanceTimersByTimeAsync(2_000);
	const report = await delivery;
	expect(report.kind).toBe('refused');
	expect(failureOf(report)).toMatchObject({ code: 'CANCELLED', stage: 'data' });
	await server.connections[0]?.closed;
	expect(server.completeMessages).toEqual([]);
});
