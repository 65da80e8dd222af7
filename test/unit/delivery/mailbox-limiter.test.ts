import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	forgetIdle,
	takeTurn,
	type LaneClock,
	type LaneLimits,
	type Turn,
	type Wait,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-limiter.js';
import {
	connectionLimit,
	laneOf,
	type Lane,
} from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { freshLane } from '../../support/smtp/transport-setting.js';

const MESSAGE = { isMessage: true };
const connections = (maxConnections: number): LaneLimits => ({
	maxConnections,
	messagesPerMinute: 0,
});
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** A clock that only waits move on, and others by `advance`. */
function fakeClock() {
	const sleepers = new Set<{
		readonly atMs: number;
		readonly wake: (hasPassed: boolean) => void;
	}>();
	let nowMs = 1_000_000;
	const wait: Wait = async (ms, signal) =>
		await new Promise((resolve) => {
			const sleeper = { atMs: nowMs + ms, wake: resolve };
			sleepers.add(sleeper);
			signal?.addEventListener('abort', () => {
				sleepers.delete(sleeper);
				resolve(false);
			});
		});
	return {
		now: () => nowMs,
		wait,
		/** Lets time pass, up to the next one who wakes or `ms`. */
		async advance(ms: number): Promise<void> {
			for (const endMs = nowMs + ms; ;) {
				await settled();
				const next = [...sleepers].sort((a, b) => a.atMs - b.atMs)[0];
				if (next === undefined || next.atMs > endMs) {
					nowMs = endMs;
					return;
				}
				nowMs = next.atMs;
				sleepers.delete(next);
				next.wake(true);
				await settled();
			}
		},
	};
}

const NO_CLOCK: LaneClock = { now: () => 0, wait: () => Promise.resolve(true) };

async function turnOf(lane = freshLane(), limits = connections(1)): Promise<Turn> {
	const turn = await takeTurn(lane, limits, NO_CLOCK, undefined);
	if (turn === undefined) throw new Error('No turn');
	return turn;
}

describe('a lane', () => {
	it('is the same for the same mailbox, another for another', () => {
		const lanes = new Map<string, Lane>();
		expect(laneOf(lanes, 'a')).toBe(laneOf(lanes, 'a'));
		expect(laneOf(lanes, 'a')).not.toBe(laneOf(lanes, 'b'));
	});

	it('counts the messages that went out by the other way, and has connections of its own', async () => {
		const lanes = new Map<string, Lane>();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 2 };
		const bySmtp = laneOf(lanes, 'smtp a', 'graph a');
		const byGraph = laneOf(lanes, 'graph a', 'smtp a');
		const first = await takeTurn(bySmtp, limits, clock, undefined);
		const second = await takeTurn(byGraph, limits, clock, undefined);
		first?.end(MESSAGE);
		second?.end(MESSAGE);
		let isGiven = false;
		void takeTurn(bySmtp, limits, clock, undefined).then(() => (isGiven = true));
		await clock.advance(59_000);
		expect(isGiven).toBe(false);
		await clock.advance(2_000);
		expect(isGiven).toBe(true);
	});

	it('is forgotten when nobody uses it and its last minute has passed', async () => {
		const lanes = new Map<string, Lane>();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 5 };
		const turn = await takeTurn(laneOf(lanes, 'a'), limits, clock, undefined);
		await clock.advance(60_000);
		forgetIdle(lanes, clock.now());
		expect(lanes.size).toBe(1);
		turn?.end(MESSAGE);
		forgetIdle(lanes, clock.now());
		expect(lanes.size).toBe(1);
		await clock.advance(60_000);
		forgetIdle(lanes, clock.now());
		expect(lanes.size).toBe(0);
	});

	it('is not forgotten while it has fewer connections, since the server refused one', async () => {
		const lanes = new Map<string, Lane>();
		const clock = fakeClock();
		const turn = await takeTurn(laneOf(lanes, 'a'), connections(2), clock, undefined);
		turn?.end({ isMessage: false, exceedsConnections: true });
		forgetIdle(lanes, clock.now());
		expect(lanes.size).toBe(1);
		await clock.advance(60_000);
		forgetIdle(lanes, clock.now());
		expect(lanes.size).toBe(0);
	});

	it('is not forgotten while it has a warm connection', () => {
		const lanes = new Map<string, Lane>();
		laneOf(lanes, 'a').warm.push({ close: () => undefined, ended: new Promise(() => undefined) });
		forgetIdle(lanes, 1_000_000);
		expect(lanes.size).toBe(1);
	});
});

describe('turns', () => {
	it('are handed out up to the limit, then first come, first served', async () => {
		const lane = freshLane();
		const first = await turnOf(lane);
		const order: string[] = [];
		const take = async (name: string) => {
			const turn = await turnOf(lane);
			order.push(name);
			await settled();
			turn.end(MESSAGE);
		};
		const waiting = [take('second'), take('third'), take('fourth')];
		await settled();
		expect(order).toEqual([]);
		first.end(MESSAGE);
		await Promise.all(waiting);
		expect(order).toEqual(['second', 'third', 'fourth']);
		expect(lane).toMatchObject({ busy: 0, waiting: [] });
	});

	it('are given back once, however often that is said', async () => {
		const lane = freshLane();
		const first = await turnOf(lane, connections(2));
		await turnOf(lane, connections(2));
		first.end(MESSAGE);
		first.end(MESSAGE);
		expect(lane.busy).toBe(1);
	});

	it('go to all who have room when several are given back', async () => {
		const lane = freshLane();
		const held = [await turnOf(lane, connections(2)), await turnOf(lane, connections(2))];
		const waiting = [turnOf(lane, connections(2)), turnOf(lane, connections(2))];
		await settled();
		for (const turn of held) turn.end(MESSAGE);
		await Promise.all(waiting);
		expect(lane.busy).toBe(2);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const lane = freshLane();
		const held = await turnOf(lane);
		const stop = new AbortController();
		const stopped = takeTurn(lane, connections(1), NO_CLOCK, stop.signal);
		const next = turnOf(lane);
		await settled();
		stop.abort();
		expect(await stopped).toBeUndefined();
		held.end(MESSAGE);
		await next;
		expect(lane.busy).toBe(1);
	});

	it('pass on to the next where the one whose turn it is was stopped at that moment', async () => {
		const lane = freshLane();
		const held = await turnOf(lane);
		const stop = new AbortController();
		const stopped = takeTurn(lane, connections(1), NO_CLOCK, stop.signal);
		const next = turnOf(lane);
		await settled();
		held.end(MESSAGE);
		stop.abort();
		expect(await stopped).toBeUndefined();
		await next;
	});

	it('are not taken by an execution that is stopped already', async () => {
		const lane = freshLane();
		expect(await takeTurn(lane, connections(1), NO_CLOCK, AbortSignal.abort())).toBeUndefined();
		expect(lane.busy).toBe(0);
	});
});

describe('a connection refused as one too many', () => {
	const EXCEEDED = { isMessage: false, exceedsConnections: true };

	it('leaves the lane one less for a minute, and never less than one', async () => {
		const lane = freshLane();
		const clock = fakeClock();
		const limits = connections(3);
		const take = async () => await takeTurn(lane, limits, clock, undefined);
		const turns = [await take(), await take(), await take()];
		expect(turns.map((turn) => turn?.end(EXCEEDED))).toEqual([true, true, false]);
		expect(connectionLimit(lane, 3, clock.now())).toBe(1);
		await clock.advance(60_000);
		expect(connectionLimit(lane, 3, clock.now())).toBe(3);
	});

	it('counts what is warm as borne: closing one of those makes room', async () => {
		const lane = freshLane();
		const warm = { close: () => undefined, ended: new Promise(() => undefined) };
		lane.warm.push(warm, warm);
		expect((await turnOf(lane, connections(5))).end(EXCEEDED)).toBe(true);
		expect(connectionLimit(lane, 5, 0)).toBe(2);
		expect((await turnOf(lane, connections(5))).end(EXCEEDED)).toBe(true);
		expect((await turnOf(lane, connections(5))).end(EXCEEDED)).toBe(false);
		expect(connectionLimit(lane, 5, 0)).toBe(1);
	});

	it('does not count the connection that the refused message itself has left warm', async () => {
		const lane = freshLane();
		lane.warm.push({ close: () => undefined, ended: new Promise(() => undefined) });
		const only = await turnOf(lane, connections(5));
		expect(only.end({ ...MESSAGE, exceedsConnections: true })).toBe(false);
	});

	it('goes back to its limit after the minute, also while nobody ends', async () => {
		const lane = freshLane();
		const clock = fakeClock();
		const take = async () => await takeTurn(lane, connections(2), clock, undefined);
		const [first] = [await take(), await take()];
		first?.end({ isMessage: false, exceedsConnections: true });
		let isTaken = false;
		void take().then(() => {
			isTaken = true;
		});
		await clock.advance(59_000);
		expect(isTaken).toBe(false);
		await clock.advance(2_000);
		expect(isTaken).toBe(true);
	});

	it('tells that waiting for another turn does not help where it was the only one', async () => {
		const lane = freshLane();
		const only = await turnOf(lane, connections(3));
		expect(only.end(EXCEEDED)).toBe(false);
		expect(connectionLimit(lane, 3, 0)).toBe(1);
	});
});

describe('messages per minute', () => {
	it('are sent at once up to the limit, then each a minute after the end of the one it follows', async () => {
		const lane = freshLane();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 2 };
		const beganAtMs: number[] = [];
		const sending = (async () => {
			for (let sent = 0; sent < 5; sent += 1) {
				const turn = await takeTurn(lane, limits, clock, undefined);
				beganAtMs.push(clock.now() - 1_000_000);
				await clock.wait(10_000, undefined);
				turn?.end(MESSAGE);
			}
		})();
		await clock.advance(300_000);
		await sending;
		expect(beganAtMs).toEqual([0, 10_000, 70_001, 80_001, 140_002]);
	});

	it('count only what was offered to a server', async () => {
		const lane = freshLane();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		for (let tried = 0; tried < 3; tried += 1) {
			const turn = await takeTurn(lane, limits, clock, undefined);
			turn?.end({ isMessage: false });
		}
		expect(clock.now()).toBe(1_000_000);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const lane = freshLane();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		(await takeTurn(lane, limits, clock, undefined))?.end(MESSAGE);
		const stop = new AbortController();
		const waiting = takeTurn(lane, limits, clock, stop.signal);
		await settled();
		stop.abort();
		expect(await waiting).toBeUndefined();
	});

	it('never exceed the limits at any moment, however the messages come and last', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 5 }),
				fc.integer({ min: 1, max: 3 }),
				fc.array(
					fc.record({
						pauseMs: fc.integer({ min: 0, max: 40_000 }),
						lastsMs: fc.integer({ min: 0, max: 20_000 }),
					}),
					{ minLength: 1, maxLength: 25 },
				),
				async (messagesPerMinute, maxConnections, messages) => {
					const lane = freshLane();
					const clock = fakeClock();
					const limits = { maxConnections, messagesPerMinute };
					const spans: { readonly fromMs: number; readonly toMs: number }[] = [];
					const sending: Promise<void>[] = [];
					for (const { pauseMs, lastsMs } of messages) {
						await clock.advance(pauseMs);
						sending.push(
							(async () => {
								const turn = await takeTurn(lane, limits, clock, undefined);
								const fromMs = clock.now();
								await clock.wait(lastsMs, undefined);
								turn?.end(MESSAGE);
								spans.push({ fromMs, toMs: clock.now() });
							})(),
						);
					}
					await clock.advance(30 * 90_000);
					await Promise.all(sending);
					for (const { fromMs } of spans) {
						const open = spans.filter((other) => other.fromMs <= fromMs && other.toMs > fromMs);
						expect(open.length).toBeLessThanOrEqual(maxConnections);
						// Whenever the server took them between beginning and end, no minute has more.
						const inMinute = spans.filter(
							(other) => other.fromMs <= fromMs && other.toMs > fromMs - 60_000,
						);
						expect(inMinute.length).toBeLessThanOrEqual(messagesPerMinute);
					}
				},
			),
			{ numRuns: 50 },
		);
	});
});
