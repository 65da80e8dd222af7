import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KeyClaims } from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import type { Deliver } from '../../../nodes/SmtpOAuthSendEmail/delivery/send-job.js';
import { accept, sendInMemory } from '../../support/delivery/memory-batch.js';

/** Claims in a store of keys that records by `record`. */
function claimsIn(record: () => Promise<boolean>): KeyClaims {
	return new KeyClaims(
		{ record, remove: () => Promise.resolve() },
		{ claims: new Map(), pendingKeys: new Map() },
		'scope',
	);
}

/** n8n's store of keys, of whose answer the test decides. */
function slowStore() {
	let answer = (): void => undefined;
	let ask = (): void => undefined;
	const asked = new Promise<void>((resolve) => (ask = resolve));
	const claims = claimsIn(async () => {
		ask();
		return await new Promise<boolean>((resolve) => {
			answer = () => resolve(true);
		});
	});
	return { asked, claims, answer: () => answer() };
}

const refuseToSend: Deliver = () => Promise.reject(new Error('nothing may go out'));

it('n8n’s store of keys that does not answer ends with Stop, and nothing goes out', async () => {
	const { asked, claims } = slowStore();
	const stop = new AbortController();
	const sending = sendInMemory({
		jobs: [{ idempotencyKey: 'order-1', timeoutMs: 3_600_000 }],
		deliver: refuseToSend,
		dependencies: { claims, signal: stop.signal },
	});
	await asked;
	stop.abort();
	expect(await sending).toMatchObject([{ status: 'failed', failure: { code: 'CANCELLED' } }]);
});

it('n8n’s store of keys that does not answer fails the item within its time-out', async () => {
	const { claims } = slowStore();
	const outcomes = await sendInMemory({
		jobs: [{ idempotencyKey: 'order-1', timeoutMs: 20 }],
		deliver: refuseToSend,
		dependencies: { claims },
	});
	expect(outcomes).toMatchObject([
		{ status: 'failed', failure: { message: expect.stringContaining('did not answer in time') } },
	]);
});

it('n8n’s store of keys is waited for without the only connection: others send meanwhile', async () => {
	const { asked, claims, answer } = slowStore();
	const order: string[] = [];
	const outcomes = await sendInMemory({
		maxConnections: 1,
		jobs: [{ idempotencyKey: 'order-1', timeoutMs: 3_600_000 }, {}],
		deliver: async (message, ...rest) => {
			order.push(message.messageId);
			await asked;
			// The store answers when the other message is on its way, and not before.
			answer();
			return await accept(message, ...rest);
		},
		dependencies: { claims },
	});
	expect(outcomes).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
	expect(order).toHaveLength(2);
});

it('keys are claimed for no more messages than go out at a time', async () => {
	let claimed = 0;
	let delivered = 0;
	const ahead: number[] = [];
	const claims = claimsIn(async () => {
		claimed += 1;
		return await Promise.resolve(true);
	});
	const outcomes = await sendInMemory({
		maxConnections: 2,
		jobs: Array.from({ length: 40 }, (_, n) => ({ idempotencyKey: `order-${String(n)}` })),
		deliver: async (...message) => {
			for (let turn = 0; turn < 50; turn += 1) await setImmediate();
			ahead.push(claimed - delivered);
			delivered += 1;
			return await accept(...message);
		},
		dependencies: { claims },
	});
	expect(outcomes.every((outcome) => outcome?.status === 'sent')).toBe(true);
	expect(Math.max(...ahead)).toBeLessThanOrEqual(2);
});
