import { describe, expect, it } from 'vitest';
import { describeBatch } from '../../../nodes/SmtpOAuthSendEmail/status/batch-account.js';
import type { SendOutcome } from '../../../nodes/SmtpOAuthSendEmail/status/outcome.js';

const outcome = (status: SendOutcome['status']): SendOutcome =>
	({ status, envelope: { from: '', to: [] } }) as unknown as SendOutcome;
const account = (...statuses: (SendOutcome['status'] | undefined)[]): string =>
	describeBatch(statuses.map((status) => (status === undefined ? undefined : outcome(status))));

describe('the account of a batch', () => {
	it('counts and numbers what became of its items', () => {
		expect(account('sent', 'sent', 'failed', undefined, undefined)).toBe(
			'Of 5 items: 2 sent (0–1), 1 failed (2), 2 not tried (3–4).',
		);
	});

	it('has a word for every status', () => {
		expect(account('partial', 'skipped', 'unknown', 'sent', 'failed', undefined)).toBe(
			'Of 6 items: 1 sent (3), 1 partly accepted (0), 1 sent earlier (1), 1 failed (4), 1 unknown (2), 1 not tried (5).',
		);
	});

	it('lists runs of numbers as ranges', () => {
		expect(account('sent', undefined, 'sent', 'sent', 'sent', 'failed', 'sent')).toContain(
			'5 sent (0, 2–4, 6)',
		);
	});

	it('speaks of one item', () => {
		expect(account('failed')).toBe('Of 1 item: 1 failed (0).');
	});
});
