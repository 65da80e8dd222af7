import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { buildStatusItem } from '../../../nodes/SmtpOAuthSendEmail/status/build-status-item.js';
import { failureOf, type SendOutcome } from '../../../nodes/SmtpOAuthSendEmail/status/outcome.js';

const transportInfo = { provider: 'custom', transport: 'smtp' };
const envelope = { from: 'a@x.test', to: ['b@x.test'] };
const minimal = { envelope, accepted: [], rejected: [], attempts: 0, durationMs: 0 };
const failure: Failure = {
	code: 'CONNECTION_LOST',
	cause: 'temporarily-unavailable',
	stage: 'data',
	message: 'Gone.',
	remedy: 'Send again.',
	retryable: true,
	docs: 'https://example.com',
};

/** The item as JSON holds it. */
const itemOf = (outcome: SendOutcome): object =>
	JSON.parse(JSON.stringify(buildStatusItem(outcome, transportInfo))) as object;

describe('a status item', () => {
	it('leaves out what is not known', () => {
		expect(itemOf({ ...minimal, status: 'failed', failure })).toStrictEqual({
			...minimal,
			...transportInfo,
			status: 'failed',
			failure,
		});
	});

	it('gives the time of acceptance in ISO 8601', () => {
		const item = itemOf({ ...minimal, status: 'sent', sentAtMs: 0 });
		expect(item).toMatchObject({ sentAt: '1970-01-01T00:00:00.000Z' });
		expect(item).not.toHaveProperty('sentAtMs');
	});

	it('skipped after a retry says what was recorded', () => {
		const outcome: SendOutcome = {
			...minimal,
			status: 'skipped',
			skippedBecause: 'retry',
			recordedStatus: 'partial',
		};
		expect(itemOf(outcome)).toStrictEqual({ ...outcome, ...transportInfo });
	});

	it('skipped by key has five fields and no more', () => {
		const outcome: SendOutcome = { status: 'skipped', skippedBecause: 'idempotencyKey', envelope };
		expect(itemOf(outcome)).toStrictEqual({
			status: 'skipped',
			skippedBecause: 'idempotencyKey',
			envelope,
			...transportInfo,
		});
	});

	it('names its status first, where the editor shows it', () => {
		const [first] = Object.keys(itemOf({ ...minimal, status: 'sent' }));
		expect(first).toBe('status');
	});
});

describe('the failure of an outcome', () => {
	it('is there only where something failed', () => {
		expect(failureOf({ ...minimal, status: 'unknown', failure })).toBe(failure);
		expect(failureOf({ ...minimal, status: 'partial' })).toBeUndefined();
		expect(failureOf({ ...minimal, status: 'sent' })).toBeUndefined();
	});
});
