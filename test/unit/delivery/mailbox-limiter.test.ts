import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	forgetIdle,
	acquirePermit,
	type LimiterClock,
	type MailboxLimits,
	type Permit,
	type Wait,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-limiter.js';
import {
	connectionLimit,
	mailboxStateOf,
	type MailboxState,
} from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { freshMailboxState } from '../../support/smtp/transport-setting.js';

const MESSAGE = { isMessage: true };
const connections = (maxConnections: number): MailboxLimits => ({
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

const NO_CLOCK: LimiterClock = { now: () => 0, wait: () => Promise.resolve(true) };

async function turnOf(
	mailboxState = freshMailboxState(),
	limits = connections(1),
): Promise<Permit> {
	const permit = await acquirePermit(mailboxState, limits, NO_CLOCK, undefined);
	if (permit === undefined) throw new Error('No turn');
	return permit;
}

describe('a lane', () => {
	it('is the same for the same mailbox, another for another', () => {
		const mailboxStates = new Map<string, MailboxState>();
		expect(mailboxStateOf(mailboxStates, 'a')).toBe(mailboxStateOf(mailboxStates, 'a'));
		expect(mailboxStateOf(mailboxStates, 'a')).not.toBe(mailboxStateOf(mailboxStates, 'b'));
	});

	it('counts the messages that went out by the other way, and has connections of its own', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 2 };
		const bySmtp = mailboxStateOf(mailboxStates, 'smtp a', 'graph a');
		const byGraph = mailboxStateOf(mailboxStates, 'graph a', 'smtp a');
		const first = await acquirePermit(bySmtp, limits, clock, undefined);
		const second = await acquirePermit(byGraph, limits, clock, undefined);
		first?.end(MESSAGE);
		second?.end(MESSAGE);
		let isGiven = false;
		void acquirePermit(bySmtp, limits, clock, undefined).then(() => (isGiven = true));
		await clock.advance(59_000);
		expect(isGiven).toBe(false);
		await clock.advance(2_000);
		expect(isGiven).toBe(true);
	});

	it('is forgotten when nobody uses it and its last minute has passed', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 5 };
		const permit = await acquirePermit(
			mailboxStateOf(mailboxStates, 'a'),
			limits,
			clock,
			undefined,
		);
		await clock.advance(60_000);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(1);
		permit?.end(MESSAGE);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(1);
		await clock.advance(60_000);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(0);
	});

	it('is not forgotten while it has fewer connections, since the server refused one', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const permit = await acquirePermit(
			mailboxStateOf(mailboxStates, 'a'),
			connections(2),
			clock,
			undefined,
		);
		permit?.end({ isMessage: false, exceedsConnections: true });
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(1);
		await clock.advance(60_000);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(0);
	});

	it('is not forgotten while it has a warm connection', () => {
		const mailboxStates = new Map<string, MailboxState>();
		mailboxStateOf(mailboxStates, 'a').idle.push({
			close: () => undefined,
			ended: new Promise(() => undefined),
		});
		forgetIdle(mailboxStates, 1_000_000);
		expect(mailboxStates.size).toBe(1);
	});
});

describe('turns', () => {
	it('are handed out up to the limit, then first come, first served', async () => {
		const mailboxState = freshMailboxState();
		const first = await turnOf(mailboxState);
		const order: string[] = [];
		const take = async (name: string) => {
			const permit = await turnOf(mailboxState);
			order.push(name);
			await settled();
			permit.end(MESSAGE);
		};
		const waiting = [take('second'), take('third'), take('fourth')];
		await settled();
		expect(order).toEqual([]);
		first.end(MESSAGE);
		await Promise.all(waiting);
		expect(order).toEqual(['second', 'third', 'fourth']);
		expect(mailboxState).toMatchObject({ busy: 0, waiting: [] });
	});

	it('are given back once, however often that is said', async () => {
		const mailboxState = freshMailboxState();
		const first = await turnOf(mailboxState, connections(2));
		await turnOf(mailboxState, connections(2));
		first.end(MESSAGE);
		first.end(MESSAGE);
		expect(mailboxState.busy).toBe(1);
	});

	it('go to all who have room when several are given back', async () => {
		const mailboxState = freshMailboxState();
		const held = [
			await turnOf(mailboxState, connections(2)),
			await turnOf(mailboxState, connections(2)),
		];
		const waiting = [turnOf(mailboxState, connections(2)), turnOf(mailboxState, connections(2))];
		await settled();
		for (const permit of held) permit.end(MESSAGE);
		await Promise.all(waiting);
		expect(mailboxState.busy).toBe(2);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const mailboxState = freshMailboxState();
		const held = await turnOf(mailboxState);
		const stop = new AbortController();
		const stopped = acquirePermit(mailboxState, connections(1), NO_CLOCK, stop.signal);
		const next = turnOf(mailboxState);
		await settled();
		stop.abort();
		expect(await stopped).toBeUndefined();
		held.end(MESSAGE);
		await next;
		expect(mailboxState.busy).toBe(1);
	});

	it('pass on to the next where the one whose turn it is was stopped at that moment', async () => {
		const mailboxState = freshMailboxState();
		const held = await turnOf(mailboxState);
		const stop = new AbortController();
		const stopped = acquirePermit(mailboxState, connections(1), NO_CLOCK, stop.signal);
		const next = turnOf(mailboxState);
		await settled();
		held.end(MESSAGE);
		stop.abort();
		expect(await stopped).toBeUndefined();
		await next;
	});

	it('are not taken by an execution that is stopped already', async () => {
		const mailboxState = freshMailboxState();
		expect(
			await acquirePermit(mailboxState, connections(1), NO_CLOCK, AbortSignal.abort()),
		).toBeUndefined();
		expect(mailboxState.busy).toBe(0);
	});
});

describe('a connection refused as one too many', () => {
	const EXCEEDED = { isMessage: false, exceedsConnections: true };

	it('leaves the lane one less for a minute, and never less than one', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = connections(3);
		const take = async () => await acquirePermit(mailboxState, limits, clock, undefined);
		const permits = [await take(), await take(), await take()];
		expect(permits.map((permit) => permit?.end(EXCEEDED))).toEqual([true, true, false]);
		expect(connectionLimit(mailboxState, 3, clock.now())).toBe(1);
		await clock.advance(60_000);
		expect(connectionLimit(mailboxState, 3, clock.now())).toBe(3);
	});

	it('counts what is warm as borne: closing one of those makes room', async () => {
		const mailboxState = freshMailboxState();
		const idle = { close: () => undefined, ended: new Promise(() => undefined) };
		mailboxState.idle.push(idle, idle);
		expect((await turnOf(mailboxState, connections(5))).end(EXCEEDED)).toBe(true);
		expect(connectionLimit(mailboxState, 5, 0)).toBe(2);
		expect((await turnOf(mailboxState, connections(5))).end(EXCEEDED)).toBe(true);
		expect((await turnOf(mailboxState, connections(5))).end(EXCEEDED)).toBe(false);
		expect(connectionLimit(mailboxState, 5, 0)).toBe(1);
	});

	it('does not count the connection that the refused message itself has left warm', async () => {
		const mailboxState = freshMailboxState();
		mailboxState.idle.push({ close: () => undefined, ended: new Promise(() => undefined) });
		const only = await turnOf(mailboxState, connections(5));
		expect(only.end({ ...MESSAGE, exceedsConnections: true })).toBe(false);
	});

	it('goes back to its limit after the minute, also while nobody ends', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const take = async () => await acquirePermit(mailboxState, connections(2), clock, undefined);
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
		const mailboxState = freshMailboxState();
		const only = await turnOf(mailboxState, connections(3));
		expect(only.end(EXCEEDED)).toBe(false);
		expect(connectionLimit(mailboxState, 3, 0)).toBe(1);
	});
});

describe('messages per minute', () => {
	it('are sent at once up to the limit, then each a minute after the end of the one it follows', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 2 };
		const beganAtMs: number[] = [];
		const sending = (async () => {
			for (let sent = 0; sent < 5; sent += 1) {
				const permit = await acquirePermit(mailboxState, limits, clock, undefined);
				beganAtMs.push(clock.now() - 1_000_000);
				await clock.wait(10_000, undefined);
				permit?.end(MESSAGE);
			}
		})();
		await clock.advance(300_000);
		await sending;
		expect(beganAtMs).toEqual([0, 10_000, 70_001, 80_001, 140_002]);
	});

	it('count only what was offered to a server', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		for (let tried = 0; tried < 3; tried += 1) {
			const permit = await acquirePermit(mailboxState, limits, clock, undefined);
			permit?.end({ isMessage: false });
		}
		expect(clock.now()).toBe(1_000_000);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		(await acquirePermit(mailboxState, limits, clock, undefined))?.end(MESSAGE);
		const stop = new AbortController();
		const waiting = acquirePermit(mailboxState, limits, clock, stop.signal);
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
					const mailboxState = freshMailboxState();
					const clock = fakeClock();
					const limits = { maxConnections, messagesPerMinute };
					const spans: { readonly fromMs: number; readonly toMs: number }[] = [];
					const sending: Promise<void>[] = [];
					for (const { pauseMs, lastsMs } of messages) {
						await clock.advance(pauseMs);
						sending.push(
							(async () => {
								const permit = await acquirePermit(mailboxState, limits, clock, undefined);
								const fromMs = clock.now();
								await clock.wait(lastsMs, undefined);
								permit?.end(MESSAGE);
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
