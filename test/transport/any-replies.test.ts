import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeyClaims } from '../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import { openLedger, type Ledger } from '../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import { sendBatch } from '../../nodes/SmtpOAuthSendEmail/delivery/send-batch.js';
import { laneOf } from '../../nodes/SmtpOAuthSendEmail/registry/lane.js';
import { processRegistry } from '../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { failureOf, type SendOutcome } from '../../nodes/SmtpOAuthSendEmail/status/outcome.js';
import { createSmtpTransport } from '../../nodes/SmtpOAuthSendEmail/transport/smtp-transport.js';
import { anyPlan, contradiction, scriptOf } from '../support/any-replies.js';
import { serveItems, type ItemServer } from '../support/item-server.js';
import { accountAt, shortMessage, tokensOf } from '../support/transport-setting.js';
import { forgetLanes } from '../support/warm-connections.js';

interface Setting {
	readonly maxConnections: number;
	readonly maxAttempts: number;
	readonly stopOnFailure: boolean;
	readonly resendUnknown: boolean;
}

/** Sends so many items through the real transport; waits between attempts take no time. */
async function sendItems(
	server: ItemServer,
	count: number,
	{ maxConnections, maxAttempts, stopOnFailure, resendUnknown }: Setting,
	ledger: Ledger,
): Promise<(SendOutcome | undefined)[]> {
	const outcomes = Array.from({ length: count }, (): SendOutcome | undefined => undefined);
	const transport = createSmtpTransport(accountAt(server, { maxConnections }), tokensOf('token'), {
		lane: laneOf(processRegistry().lanes, 'mailbox'),
		credentialId: 'credential',
	});
	let skippedMs = 0;
	await sendBatch(
		[
			{
				mailbox: 'mailbox',
				maxConnections,
				messagesPerMinute: 0,
				jobs: outcomes.map((_outcome, itemIndex) => ({
					itemIndex,
					provider: 'custom',
					message: shortMessage(`Item ${String(itemIndex)}`, {
						messageId: `<${String(itemIndex)}@example.com>`,
						envelope: {
							from: `i${String(itemIndex)}@sandbox.test`,
							to: ['recipient@example.net'],
						},
					}),
					maxAttempts,
					timeoutMs: 10_000,
					isPartialAnError: false,
					resendUnknown,
				})),
				deliver: async (message, recipients, limits) =>
					await transport.deliver(message, recipients, limits),
			},
		],
		{
			stopOnFailure,
			surroundings: {
				ledger,
				claims: createKeyClaims(
					{ record: () => Promise.resolve(true), remove: () => Promise.resolve() },
					processRegistry(),
					'scope',
				),
				wait: async (ms, signal) => {
					skippedMs += ms;
					await new Promise(setImmediate);
					return signal?.aborted !== true;
				},
				now: Date.now,
				uptimeMs: () => performance.now() + skippedMs,
				breathe: () => Promise.resolve(),
				random: () => 0.5,
			},
			onOutcome: (itemIndex, outcome) => {
				expect(outcomes[itemIndex]).toBeUndefined();
				outcomes[itemIndex] = outcome;
			},
		},
	);
	return outcomes;
}

it('whatever a server says, what is told of each item is true, nobody gets two copies, and the connections stay within the limit', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyPlan(12),
			fc.record({
				maxConnections: fc.integer({ min: 1, max: 3 }),
				maxAttempts: fc.integer({ min: 1, max: 3 }),
				stopOnFailure: fc.boolean(),
				resendUnknown: fc.boolean(),
			}),
			async (plan, setting) => {
				const server = await serveItems(scriptOf(plan));
				try {
					const count = plan.offers.length;
					const ledger = openLedger({}, 0);
					// The second time as Retry On Fail does, with what the ledger has of the first.
					for (const _try of ['first', 'second']) {
						const outcomes = await sendItems(server, count, setting, ledger);
						for (const [item, outcome] of outcomes.entries()) {
							const { resendUnknown, maxAttempts } = setting;
							expect(contradiction(server, item, outcome?.status, resendUnknown)).toBeUndefined();
							if (outcome === undefined) expect(setting.stopOnFailure).toBe(true);
							if (outcome !== undefined && 'attempts' in outcome) {
								expect(outcome.attempts).toBeLessThanOrEqual(maxAttempts);
							}
						}
						const hasFailed = outcomes.some(
							(outcome) =>
								outcome !== undefined &&
								outcome.status !== 'unknown' &&
								failureOf(outcome) !== undefined,
						);
						if (!hasFailed) expect(outcomes).not.toContain(undefined);
					}
					expect(server.mostOpen).toBeLessThanOrEqual(setting.maxConnections);
				} finally {
					await forgetLanes();
					await server.close();
				}
			},
		),
		{ numRuns: 60, interruptAfterTimeLimit: 30_000 },
	);
}, 90_000);
