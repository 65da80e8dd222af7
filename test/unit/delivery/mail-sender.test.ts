import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KeyClaims } from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import type { LedgerEntry } from '../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import type { Deliver } from '../../../nodes/SmtpOAuthSendEmail/delivery/send-job.js';
import type { MailboxState } from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { accept, defer, inTurn, sendInMemory } from '../../support/delivery/memory-batch.js';

describe('items of one batch under one key', () => {
	it.each([1, 3])(
		'let the first of them try again, and wait for it (%i connections)',
		async (maxConnections) => {
			const jobs = Array.from({ length: 12 }, () => ({
				idempotencyKey: `repeated-${String(maxConnections)}`,
			}));
			const outcomes = await sendInMemory({
				maxConnections,
				jobs,
				deliver: inTurn(defer, defer, accept),
			});
			expect(outcomes.map((outcome) => outcome?.status)).toEqual([
				'sent',
				...jobs.slice(1).map(() => 'skipped'),
			]);
		},
	);
});

describe('a batch', () => {
	it('waits before the next attempt as long as the server has asked', async () => {
		const waits: number[] = [];
		const askToWait: Deliver = async (...attempt) => {
			const report = await defer(...attempt);
			return report.kind === 'refused' ? { ...report, askedWaitMs: 3_000 } : report;
		};
		await sendInMemory({
			jobs: [{}],
			deliver: inTurn(askToWait, defer, accept),
			dependencies: {
				wait: (ms) => {
					waits.push(ms);
					return Promise.resolve(true);
				},
			},
		});
		expect(waits).toEqual([3_000, 1_000]);
	});

	it('has no failed item of a message that was accepted, whatever goes wrong then', async () => {
		const ledger = {
			read: () => undefined,
			write: (_key: string, { status }: LedgerEntry) => {
				if (status !== undefined) throw new TypeError('no context today');
			},
		};
		const [outcome] = await sendInMemory({ jobs: [{}], ledger });
		expect(outcome).toMatchObject({ status: 'sent', response: '250 2.0.0 Ok', attempts: 1 });
	});

	it('yields to the event loop while items follow each other that need no server', async () => {
		let yields = 0;
		const jobs = Array.from({ length: 50 }, () => ({}));
		await sendInMemory({
			jobs,
			dependencies: {
				signal: AbortSignal.abort(),
				yieldToEventLoop: () => {
					yields += 1;
					return Promise.resolve();
				},
			},
		});
		expect(yields).toBe(jobs.length);
	});

	it('lets many items listen to its end without a warning of a leak', async () => {
		const warnings: string[] = [];
		const note = ({ name }: Error): void => {
			warnings.push(name);
		};
		process.on('warning', note);
		onTestFinished(() => {
			process.off('warning', note);
		});
		const listening: Deliver = async (message, recipients, limits) => {
			const listener = (): void => undefined;
			limits.signal?.addEventListener('abort', listener);
			await setTimeout(5);
			limits.signal?.removeEventListener('abort', listener);
			return await accept(message, recipients, limits);
		};
		const ways: [Deliver, ...Deliver[]] = [defer, ...Array.from({ length: 79 }, () => defer)];
		await sendInMemory({
			maxConnections: 20,
			jobs: Array.from({ length: 80 }, () => ({})),
			deliver: inTurn(...ways, listening),
			dependencies: { signal: new AbortController().signal },
		});
		await setTimeout(5);
		expect(warnings).toEqual([]);
	});
});

describe('the mailbox of a batch', () => {
	const mailboxState = (mailbox: string) => processRegistry().mailboxStates.get(mailbox);

	it('stays while its only item waits for the next attempt and other batches end', async () => {
		let atFirst: MailboxState | undefined;
		let atLast: MailboxState | undefined;
		const others: Promise<unknown>[] = [];
		await sendInMemory({
			mailbox: 'pausing',
			jobs: [{}],
			deliver: inTurn(
				async (...attempt) => {
					atFirst = mailboxState('pausing');
					others.push(sendInMemory({ mailbox: 'other', jobs: [{}] }));
					return await defer(...attempt);
				},
				async (...attempt) => {
					await Promise.all(others);
					atLast = mailboxState('pausing');
					return await accept(...attempt);
				},
			),
		});
		expect(atFirst).toBeDefined();
		expect(atLast).toBe(atFirst);
		expect(mailboxState('pausing')).toBeUndefined();
	});
});

describe('an unforeseen error', () => {
	it('fails its own item, and its permit is given back', async () => {
		const broken = (): Promise<never> => Promise.reject(new Error('not foreseen'));
		const first = await sendInMemory({
			maxConnections: 2,
			jobs: [{}],
			deliver: inTurn(defer, broken),
		});
		expect(first).toMatchObject([{ status: 'failed' }]);
		expect(processRegistry().mailboxStates.get('mailbox')?.busy ?? 0).toBe(0);
	});
});

describe('an item whose key is being recorded when the batch ends', () => {
	it('is not sent, and gives the key back', async () => {
		const kept = new Set<string>();
		const claims = new KeyClaims(
			{
				record: async (key) => {
					await setTimeout(60);
					kept.add(key);
					return true;
				},
				remove: async (key) => {
					await Promise.resolve(kept.delete(key));
				},
			},
			{ claims: new Map(), pendingKeys: new Map() },
			'scope',
		);
		let attempts = 0;
		const outcomes = await sendInMemory({
			mailbox: 'ends while a key is recorded',
			maxConnections: 2,
			stopOnFailure: true,
			jobs: [{ maxAttempts: 1 }, { idempotencyKey: 'slow' }],
			dependencies: { claims },
			deliver: async (...attempt) => {
				attempts += 1;
				await setTimeout(20);
				return await defer(...attempt);
			},
		});
		expect(outcomes.map((outcome) => outcome?.status)).toEqual(['failed', undefined]);
		expect(attempts).toBe(1);
		expect([...kept]).toEqual([]);
	});
});
