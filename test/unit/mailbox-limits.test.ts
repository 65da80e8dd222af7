import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	takeConnection,
	takeMessageSlot,
	usageOf,
	type Wait,
} from '../../nodes/SmtpOAuthSendEmail/delivery/mailbox-limits.js';
import type { MailboxUsage } from '../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

const unused = (): MailboxUsage => ({ openConnections: 0, waiting: [], startedAtMs: [] });
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe('a mailbox’s usage', () => {
	it('is the same for the same mailbox, another for another', () => {
		const mailboxes = new Map<string, MailboxUsage>();
		expect(usageOf(mailboxes, 'a')).toBe(usageOf(mailboxes, 'a'));
		expect(usageOf(mailboxes, 'a')).not.toBe(usageOf(mailboxes, 'b'));
	});
});

describe('connections', () => {
	it('are handed out up to the limit, then first come, first served', async () => {
		const usage = unused();
		const first = await takeConnection(usage, 1, undefined);
		const order: string[] = [];
		const take = async (name: string) => {
			const giveBack = await takeConnection(usage, 1, undefined);
			order.push(name);
			await settled();
			giveBack?.();
		};
		const waiting = [take('second'), take('third'), take('fourth')];
		await settled();
		expect(order).toEqual([]);
		first?.();
		await Promise.all(waiting);
		expect(order).toEqual(['second', 'third', 'fourth']);
		expect(usage).toMatchObject({ openConnections: 0, waiting: [] });
	});

	it('are given back once, however often that is said', async () => {
		const usage = unused();
		const first = await takeConnection(usage, 2, undefined);
		await takeConnection(usage, 2, undefined);
		first?.();
		first?.();
		expect(usage.openConnections).toBe(1);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const usage = unused();
		const held = await takeConnection(usage, 1, undefined);
		const stop = new AbortController();
		const stopped = takeConnection(usage, 1, stop.signal);
		const next = takeConnection(usage, 1, undefined);
		await settled();
		stop.abort();
		expect(await stopped).toBeUndefined();
		held?.();
		expect(await next).toEqual(expect.any(Function));
		expect(usage.openConnections).toBe(1);
	});

	it('pass on to the next where the one whose turn it is was stopped at that moment', async () => {
		const usage = unused();
		const held = await takeConnection(usage, 1, undefined);
		const stop = new AbortController();
		const stopped = takeConnection(usage, 1, stop.signal);
		const next = takeConnection(usage, 1, undefined);
		await settled();
		held?.();
		stop.abort();
		expect(await stopped).toBeUndefined();
		expect(await next).toEqual(expect.any(Function));
	});

	it('are not taken by an execution that is stopped already', async () => {
		const usage = unused();
		expect(await takeConnection(usage, 1, AbortSignal.abort())).toBeUndefined();
		expect(usage.openConnections).toBe(0);
	});
});

/** A clock that only waits move on. */
function fakeClock() {
	const clock = {
		nowMs: 1_000_000,
		waits: [] as number[],
		now: () => clock.nowMs,
		wait: (async (ms, signal) => {
			clock.waits.push(ms);
			if (signal?.aborted === true) return false;
			clock.nowMs += ms;
			return true;
		}) satisfies Wait,
	};
	return clock;
}

describe('messages per minute', () => {
	it('are sent at once up to the limit, then each a minute after the one it follows', async () => {
		const usage = unused();
		const clock = fakeClock();
		const sentAtMs: number[] = [];
		for (let sent = 0; sent < 5; sent += 1) {
			expect(await takeMessageSlot(usage, 2, clock, undefined)).toBe(true);
			sentAtMs.push(clock.nowMs - 1_000_000);
			clock.nowMs += 10_000;
		}
		expect(sentAtMs).toEqual([0, 10_000, 60_001, 70_001, 120_002]);
	});

	it('are unlimited where the limit is 0', async () => {
		const usage = unused();
		const clock = fakeClock();
		for (let sent = 0; sent < 100; sent += 1) {
			expect(await takeMessageSlot(usage, 0, clock, undefined)).toBe(true);
		}
		expect(clock.waits).toEqual([]);
	});

	it('are not counted where the execution is stopped before or meanwhile', async () => {
		const usage = unused();
		const clock = fakeClock();
		expect(await takeMessageSlot(usage, 1, clock, AbortSignal.abort())).toBe(false);
		expect(await takeMessageSlot(usage, 1, clock, undefined)).toBe(true);
		const stop = new AbortController();
		const wait: Wait = async () => {
			stop.abort();
			return false;
		};
		expect(await takeMessageSlot(usage, 1, { now: clock.now, wait }, stop.signal)).toBe(false);
		expect(usage.startedAtMs).toHaveLength(1);
	});

	it('never exceed the limit in any minute, however they come', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 5 }),
				fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 30 }),
				async (limit, pausesMs) => {
					const usage = unused();
					const clock = fakeClock();
					const sentAtMs: number[] = [];
					for (const pauseMs of pausesMs) {
						clock.nowMs += pauseMs;
						await takeMessageSlot(usage, limit, clock, undefined);
						sentAtMs.push(clock.nowMs);
					}
					for (const at of sentAtMs) {
						const withinMinute = sentAtMs.filter((other) => other >= at && other < at + 60_000);
						expect(withinMinute.length).toBeLessThanOrEqual(limit);
					}
				},
			),
		);
	});
});
