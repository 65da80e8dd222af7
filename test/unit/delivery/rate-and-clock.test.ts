import { describe, expect, it } from 'vitest';
import { sendInMemory } from '../../support/delivery/memory-batch.js';

const HOUR_MS = 3_600_000;

/** Sends three messages at one a minute, with a clock on the wall that jumps; gives the waits, in ms. */
async function waitsWithWallClock(jumpMs: number): Promise<number[]> {
	const waitsMs: number[] = [];
	let uptimeMs = 5 * HOUR_MS;
	let wallMs = 1_000_000 * HOUR_MS;
	await sendInMemory({
		mailbox: `mailbox-${String(jumpMs)}`,
		messagesPerMinute: 1,
		jobs: [{}, {}, {}],
		stopOnFailure: true,
		dependencies: {
			wait: (ms) => {
				waitsMs.push(ms);
				uptimeMs += ms;
				// A rate counted by another clock would wait for ever.
				return Promise.resolve(waitsMs.length < 10);
			},
			now: () => {
				wallMs += jumpMs;
				return wallMs;
			},
			uptimeMs: () => uptimeMs,
		},
	});
	return waitsMs;
}

describe('the rate of a mailbox', () => {
	it.each([
		['stands still', 0],
		['goes back', -HOUR_MS],
		['leaps ahead', HOUR_MS],
	])('is the same when the time of day %s', async (_what, jumpMs) => {
		expect(await waitsWithWallClock(jumpMs)).toEqual([60_001, 60_001]);
	});
});
