import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acquirePermit } from '../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-limiter.js';
import {
	mailboxStateOf,
	type MailboxState,
} from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { connections, fakeClock, permitOf, settled } from '../../support/delivery/limiter-clock.js';
import { freshMailboxState } from '../../support/smtp/transport-setting.js';

const MESSAGE = { isMessage: true };
const ABORTED = { ok: false, failure: { kind: 'aborted' } };

describe('messages per minute', () => {
	it('are sent at once up to the limit, then each a minute after the end of the one it follows', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 2 };
		const beganAtMs: number[] = [];
		const sending = (async () => {
			for (let sent = 0; sent < 5; sent += 1) {
				const permit = await permitOf(mailboxState, limits, clock);
				beganAtMs.push(clock.now() - 1_000_000);
				await clock.wait(10_000, undefined);
				permit.end(MESSAGE);
			}
		})();
		await clock.advance(300_000);
		await sending;
		expect(beganAtMs).toEqual([0, 10_000, 70_001, 80_001, 140_002]);
	});

	it('count those that went out by the other transport, which has connections of its own', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 2 };
		const bySmtp = mailboxStateOf(mailboxStates, 'smtp a', 'graph a');
		const byGraph = mailboxStateOf(mailboxStates, 'graph a', 'smtp a');
		const first = await permitOf(bySmtp, limits, clock);
		const second = await permitOf(byGraph, limits, clock);
		first.end(MESSAGE);
		second.end(MESSAGE);
		let isGiven = false;
		void permitOf(bySmtp, limits, clock).then(() => (isGiven = true));
		await clock.advance(59_000);
		expect(isGiven).toBe(false);
		await clock.advance(2_000);
		expect(isGiven).toBe(true);
	});

	it('count those that are on their way by the other transport', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const limits = { maxConnections: 3, messagesPerMinute: 2 };
		const bySmtp = mailboxStateOf(mailboxStates, 'smtp a', 'graph a');
		const byGraph = mailboxStateOf(mailboxStates, 'graph a', 'smtp a');
		const first = await permitOf(bySmtp, limits, clock);
		const second = await permitOf(byGraph, limits, clock);
		const beganAtMs: number[] = [];
		void permitOf(byGraph, limits, clock).then(() => beganAtMs.push(clock.now()));
		await clock.advance(1_000);
		expect(beganAtMs).toEqual([]);
		// One that offered nothing frees its place at once, also for the other transport.
		first.end({ isMessage: false });
		await clock.advance(1_000);
		expect(beganAtMs).toEqual([1_001_000]);
		second.end(MESSAGE);
	});

	it('are waited for no longer than allowed: it shows at once that they come too late', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		(await permitOf(mailboxState, limits, clock)).end(MESSAGE);
		const waiting = acquirePermit(mailboxState, limits, clock, { maxWaitMs: 59_000 });
		expect(await waiting).toEqual({
			ok: false,
			failure: { kind: 'tooLong', retryAfterMs: 60_001 },
		});
		const inTime = acquirePermit(mailboxState, limits, clock, { maxWaitMs: 61_000 });
		await clock.advance(60_001);
		expect(await inTime).toMatchObject({ ok: true });
	});

	it('are waited for no longer than allowed while the only connection is busy', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		await permitOf(mailboxState, connections(1), clock);
		const waiting = acquirePermit(mailboxState, connections(1), clock, { maxWaitMs: 5_000 });
		await clock.advance(5_000);
		expect(await waiting).toEqual({
			ok: false,
			failure: { kind: 'tooLong', retryAfterMs: undefined },
		});
		expect(mailboxState.waiting).toEqual([]);
	});

	it('count only what was offered to a server', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		for (let tried = 0; tried < 3; tried += 1) {
			const permit = await permitOf(mailboxState, limits, clock);
			permit.end({ isMessage: false });
		}
		expect(clock.now()).toBe(1_000_000);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 1 };
		(await permitOf(mailboxState, limits, clock)).end(MESSAGE);
		const stop = new AbortController();
		const waiting = acquirePermit(mailboxState, limits, clock, { signal: stop.signal });
		await settled();
		stop.abort();
		expect(await waiting).toEqual(ABORTED);
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
								const permit = await permitOf(mailboxState, limits, clock);
								const fromMs = clock.now();
								await clock.wait(lastsMs, undefined);
								permit.end(MESSAGE);
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
