import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitBeforeNextAttempt } from '../../../nodes/SmtpOAuthSendEmail/delivery/backoff.js';
import type { Failure } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';

const failure = (fields: Partial<Failure> = {}): Failure => ({
	code: 'SERVER_BUSY',
	cause: 'temporarily-unavailable',
	stage: 'mailFrom',
	message: 'Busy.',
	remedy: 'Wait.',
	retryable: true,
	docs: 'https://example.com',
	...fields,
});

describe('the wait before the next attempt', () => {
	it('grows from half to one second by powers of two', () => {
		const shortest = [1, 2, 3, 4].map((attempt) => waitBeforeNextAttempt(failure(), attempt, 0));
		expect(shortest).toEqual([500, 1_000, 2_000, 4_000]);
		expect(waitBeforeNextAttempt(failure(), 1, 0.999_999)).toBeCloseTo(1_000, 0);
	});

	it('does not come where the failure does not pass by itself', () => {
		expect(waitBeforeNextAttempt(failure({ retryable: false }), 1, 0)).toBeUndefined();
	});

	it('is short for a server that is down, whatever the catalogue says of later', () => {
		expect(waitBeforeNextAttempt(failure({ retryAfterMs: 60_000 }), 1, 0)).toBe(500);
	});

	it('is what the server itself asks for, whatever has happened', () => {
		const busy = failure({ retryAfterMs: 3_000 });
		expect(waitBeforeNextAttempt(busy, 1, 0, 3_000)).toBe(3_000);
		expect(waitBeforeNextAttempt(failure({ retryAfterMs: 60_000 }), 1, 0, 3_000)).toBe(3_000);
		expect(waitBeforeNextAttempt(busy, 4, 0, 3_000)).toBe(4_000);
		expect(waitBeforeNextAttempt(busy, 1, 0, 61_000)).toBeUndefined();
	});

	it('is what the provider asks for where a rate was exceeded', () => {
		const limited = failure({ cause: 'rate-limited', retryAfterMs: 45_000 });
		expect(waitBeforeNextAttempt(limited, 1, 0)).toBe(45_000);
		expect(waitBeforeNextAttempt(failure({ cause: 'rate-limited' }), 1, 0)).toBe(500);
	});

	it.each(['quota-exhausted', 'rate-limited', 'temporarily-unavailable'] as const)(
		'does not come where more than a minute is asked for: %s',
		(cause) => {
			const later = failure({ cause, retryAfterMs: 60_001 });
			expect(waitBeforeNextAttempt(later, 1, 0)).toBeUndefined();
		},
	);

	it('never lasts longer than a minute, nor less than half a second', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 20 }),
				fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
				fc.integer({ min: 0, max: 200_000 }),
				fc.constantFrom('rate-limited' as const, 'temporarily-unavailable' as const),
				(attempt, random, retryAfterMs, cause) => {
					const waitMs = waitBeforeNextAttempt(failure({ cause, retryAfterMs }), attempt, random);
					if (waitMs === undefined) expect(retryAfterMs).toBeGreaterThan(60_000);
					else {
						expect(waitMs).toBeGreaterThanOrEqual(500);
						expect(waitMs).toBeLessThanOrEqual(60_000);
					}
				},
			),
		);
	});
});
