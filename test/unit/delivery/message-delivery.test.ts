import { describe, expect, it } from 'vitest';
import { MessageDelivery } from '../../../nodes/SmtpOAuthSendEmail/delivery/message-delivery.js';
import { WaitBudget } from '../../../nodes/SmtpOAuthSendEmail/delivery/wait-budget.js';
import { jobOf } from '../../support/delivery/memory-batch.js';
import { KeyClaims } from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import { openLedger, type LedgerEntry } from '../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import { CircuitBreaker } from '../../../nodes/SmtpOAuthSendEmail/delivery/circuit-breaker.js';
import { shortMessage } from '../../support/smtp/transport-setting.js';

/** What a stopped execution's further try makes of an item of which the ledger knows something. */
async function afterStop(recorded: Omit<LedgerEntry, 'messageId'>) {
	const message = shortMessage();
	const ledger = openLedger({}, 0);
	ledger.write('0', { messageId: message.messageId, ...recorded });
	return await new MessageDelivery(
		jobOf(0, { message, resendUnknown: true }),
		() => Promise.reject(new Error('nothing may be delivered after Stop')),
		new WaitBudget(undefined, () => 0),
		{
			ledger,
			claims: new KeyClaims(
				{ record: () => Promise.resolve(true), remove: () => Promise.resolve() },
				{ claims: new Map(), pendingKeys: new Map() },
				'scope',
			),
			circuitBreaker: new CircuitBreaker(() => 0),
			acquirePermit: () => Promise.resolve({ ok: false, failure: { kind: 'aborted' } }),
			pause: () => Promise.resolve(true),
			stepAside: async (task) => await task(),
			batchEnd: AbortSignal.abort(),
			now: () => 0,
			uptimeMs: () => 0,
			random: () => 0,
			signal: AbortSignal.abort(),
		},
	).run();
}

describe('a further try after Stop', () => {
	it('does not call failed what may have arrived', async () => {
		expect(await afterStop({ status: 'unknown', accepted: [], rejected: [] })).toMatchObject({
			status: 'unknown',
			failure: { code: 'DELIVERY_UNKNOWN' },
		});
	});

	it('fails what was not accepted', async () => {
		expect(await afterStop({ accepted: [], rejected: [] })).toMatchObject({
			status: 'failed',
			failure: { code: 'CANCELLED' },
		});
	});
});
