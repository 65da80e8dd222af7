import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyClaims } from '../../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import { openLedger, type Ledger } from '../../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import type { Mailbox } from '../../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-queue.js';
import { MailSender } from '../../../../nodes/SmtpOAuthSendEmail/delivery/mail-sender.js';
import { jobOf } from '../../../support/delivery/memory-batch.js';
import { mailboxStateOf } from '../../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { processRegistry } from '../../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import {
	failureOf,
	type SendOutcome,
} from '../../../../nodes/SmtpOAuthSendEmail/status/outcome.js';
import { SmtpTransport } from '../../../../nodes/SmtpOAuthSendEmail/transport/smtp/smtp-transport.js';
import { anyPlan, contradiction, scriptOf } from '../../../support/smtp/any-replies.js';
import { indexes, serveItems, type ItemServer } from '../../../support/smtp/item-server.js';
import { accountAt, shortMessage, tokensOf } from '../../../support/smtp/transport-setting.js';
import { forgetMailboxStates } from '../../../support/smtp/mailbox-states.js';

interface Setting {
	readonly maxConnections: number;
	readonly maxAttempts: number;
	readonly stopOnFailure: boolean;
	readonly resendUnknown: boolean;
}

/** One of the executions that share the mailbox; its ledger outlives its first try. */
interface Execution {
	readonly items: readonly number[];
	readonly credentialId: string;
	readonly ledger: Ledger;
}

let skippedMs = 0;

/** Sends an execution's items through the real transport; waits between attempts take no time. */
async function send(
	server: ItemServer,
	{ items, credentialId, ledger }: Execution,
	{ maxConnections, maxAttempts, stopOnFailure, resendUnknown }: Setting,
): Promise<Map<number, SendOutcome>> {
	const outcomes = new Map<number, SendOutcome>();
	const transport = new SmtpTransport(accountAt(server, { maxConnections }), tokensOf('token'), {
		mailboxState: mailboxStateOf(processRegistry().mailboxStates, 'mailbox'),
		credentialId,
		memory: { refusedReplacements: new Set() },
	});
	const sender = new MailSender({
		stopOnFailure,
		dependencies: {
			ledger,
			claims: new KeyClaims(
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
			yieldToEventLoop: () => Promise.resolve(),
			random: () => 0.5,
		},
		onOutcome: (item, outcome) => {
			expect(outcomes.has(item)).toBe(false);
			outcomes.set(item, outcome);
		},
	});
	const mailbox: Mailbox = {
		mailbox: 'mailbox',
		maxConnections,
		messagesPerMinute: 0,
		deliver: async (message, recipients, limits) =>
			await transport.deliver(message, recipients, limits),
	};
	for (const item of items) {
		const message = shortMessage(`Item ${String(item)}`, {
			messageId: `<${String(item)}@example.com>`,
			envelope: { from: `i${String(item)}@sandbox.test`, to: ['recipient@example.net'] },
		});
		const job = { message, maxAttempts, timeoutMs: 10_000, resendUnknown };
		sender.send(jobOf(item, job), mailbox);
	}
	await sender.whenDone();
	return outcomes;
}

function hasFailed(outcome: SendOutcome): boolean {
	return outcome.status !== 'unknown' && failureOf(outcome) !== undefined;
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
				/** How many executions share the items, and the mailbox, at the same time. */
				executions: fc.integer({ min: 1, max: 3 }),
				isOneCredential: fc.boolean(),
			}),
			async (plan, setting) => {
				const server = await serveItems(scriptOf(plan));
				const all = indexes(plan.offers.length);
				const executions = indexes(setting.executions).map((number): Execution => ({
					items: all.filter((item) => item % setting.executions === number),
					credentialId: setting.isOneCredential ? 'credential' : `credential-${String(number)}`,
					ledger: openLedger({}, 0),
				}));
				const { resendUnknown, maxAttempts } = setting;
				const run = async (execution: Execution): Promise<void> => {
					const outcomes = await send(server, execution, setting);
					for (const item of execution.items) {
						const outcome = outcomes.get(item);
						expect(contradiction(server, item, outcome?.status, resendUnknown)).toBeUndefined();
						if (outcome !== undefined && 'attempts' in outcome) {
							expect(outcome.attempts).toBeLessThanOrEqual(maxAttempts);
						}
					}
					if (setting.stopOnFailure && [...outcomes.values()].some(hasFailed)) return;
					expect(outcomes.size).toBe(execution.items.length);
				};
				try {
					await Promise.all(executions.map(run));
					// As Retry On Fail does, with what the ledgers have of the first try.
					await Promise.all(executions.map(run));
					expect(server.mostOpen).toBeLessThanOrEqual(setting.maxConnections);
				} finally {
					await forgetMailboxStates();
					await server.close();
				}
			},
		),
		{ numRuns: 40, interruptAfterTimeLimit: 20_000 },
	);
}, 180_000);
