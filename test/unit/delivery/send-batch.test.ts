import { describe, expect, it } from 'vitest';
import { createKeyClaims } from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import { openLedger } from '../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import { sendBatch } from '../../../nodes/SmtpOAuthSendEmail/delivery/send-batch.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { shortMessage } from '../../support/smtp/transport-setting.js';

const HOUR_MS = 3_600_000;

/** Sends three messages at one a minute, with a clock on the wall that jumps; gives the waits, in ms. */
async function waitsWithWallClock(jumpMs: number): Promise<number[]> {
	const waitsMs: number[] = [];
	let uptimeMs = 5 * HOUR_MS;
	let wallMs = 1_000_000 * HOUR_MS;
	await sendBatch(
		[
			{
				mailbox: `mailbox-${String(jumpMs)}`,
				maxConnections: 1,
				messagesPerMinute: 1,
				jobs: [0, 1, 2].map((index) => ({
					index,
					ledgerKey: String(index),
					provider: 'custom',
					message: shortMessage(),
					maxAttempts: 1,
					timeoutMs: 1_000,
					isPartialAnError: false,
					resendUnknown: false,
				})),
				deliver: (message, accepted) =>
					Promise.resolve({
						kind: 'accepted',
						envelope: message.envelope,
						accepted,
						rejected: [],
						response: '250 Ok',
						tlsVerified: true,
					}),
			},
		],
		{
			stopOnFailure: true,
			dependencies: {
				ledger: openLedger({}, 0),
				claims: createKeyClaims(
					{ record: () => Promise.resolve(true), remove: () => Promise.resolve() },
					processRegistry(),
					'workflow\nnode',
				),
				wait: (ms) => {
					waitsMs.push(ms);
					uptimeMs += ms;
					// A rate counted by another clock would wait for ever.
					return Promise.resolve(waitsMs.length < 10);
				},
				yieldToEventLoop: () => Promise.resolve(),
				now: () => {
					wallMs += jumpMs;
					return wallMs;
				},
				uptimeMs: () => uptimeMs,
				random: () => 0,
			},
			onOutcome: () => undefined,
		},
	);
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
