import { describe, expect, it } from 'vitest';
import { KeyClaims } from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import { openLedger } from '../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import { CircuitBreaker } from '../../../nodes/SmtpOAuthSendEmail/delivery/circuit-breaker.js';
import { MailSender } from '../../../nodes/SmtpOAuthSendEmail/delivery/mail-sender.js';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import type { FailureStage } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/failure-stage.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import type { DeliveryReport } from '../../../nodes/SmtpOAuthSendEmail/status/delivery-report.js';
import { failureOf, type SendOutcome } from '../../../nodes/SmtpOAuthSendEmail/status/outcome.js';
import { jobOf } from '../../support/delivery/memory-batch.js';
import { shortMessage } from '../../support/smtp/transport-setting.js';

const MINUTE_MS = 60_000;
const { envelope } = shortMessage();

const failureAt = (stage: FailureStage) =>
	describeFailure({ code: 'CONNECTION_TIMEOUT', detail: '' }, { stage, provider: 'custom' });
const refusedAt = (stage: FailureStage): DeliveryReport => ({
	kind: 'refused',
	envelope,
	failure: failureAt(stage),
	rejected: [],
});
const ACCEPTED: DeliveryReport = {
	kind: 'accepted',
	envelope,
	accepted: envelope.to,
	rejected: [],
	response: '250 Ok',
	tlsVerified: true,
};
const UNKNOWN: DeliveryReport = {
	kind: 'unknown',
	envelope,
	failure: failureAt('reply'),
	rejected: [],
};

function circuitBreakerWithClock() {
	let nowMs = 5_000;
	const circuitBreaker = new CircuitBreaker(() => nowMs);
	return {
		circuitBreaker,
		pass: (ms: number): void => {
			nowMs += ms;
		},
	};
}

describe('a server that is down', () => {
	it.each(['token', 'connect', 'tls', 'ehlo', 'auth'] as const)(
		'(%s) for a minute when an item gives up is the verdict for all',
		(stage) => {
			const { circuitBreaker, pass } = circuitBreakerWithClock();
			circuitBreaker.observe(refusedAt(stage));
			pass(MINUTE_MS);
			circuitBreaker.observe(refusedAt(stage));
			expect(circuitBreaker.verdict).toBeUndefined();
			const failure = failureAt(stage);
			circuitBreaker.giveUp(failure);
			expect(circuitBreaker.verdict).toBe(failure);
		},
	);

	it('for less than a minute is no verdict', () => {
		const { circuitBreaker, pass } = circuitBreakerWithClock();
		circuitBreaker.observe(refusedAt('connect'));
		pass(MINUTE_MS - 1);
		circuitBreaker.giveUp(failureAt('connect'));
		expect(circuitBreaker.verdict).toBeUndefined();
	});

	it.each([
		{ what: 'an accepted message', report: ACCEPTED },
		{ what: 'an unknown message', report: UNKNOWN },
		{ what: 'a refused sender', report: refusedAt('mailFrom') },
		{ what: 'a refused recipient', report: refusedAt('rcptTo') },
	])('is over with $what', ({ report }) => {
		const { circuitBreaker, pass } = circuitBreakerWithClock();
		circuitBreaker.observe(refusedAt('connect'));
		pass(MINUTE_MS);
		circuitBreaker.observe(report);
		circuitBreaker.giveUp(failureAt('connect'));
		expect(circuitBreaker.verdict).toBeUndefined();
		// The next one counts from its own beginning.
		circuitBreaker.observe(refusedAt('connect'));
		pass(MINUTE_MS - 1);
		circuitBreaker.giveUp(failureAt('connect'));
		expect(circuitBreaker.verdict).toBeUndefined();
	});

	it('is not assumed where an item gives up on its message alone', () => {
		const { circuitBreaker, pass } = circuitBreakerWithClock();
		pass(MINUTE_MS);
		circuitBreaker.giveUp(failureAt('rcptTo'));
		expect(circuitBreaker.verdict).toBeUndefined();
	});
});

describe('a batch of 1,000 items in the Continue mode', () => {
	/** Sends them; each attempt takes 20 seconds. `reportOf` says what comes of an attempt. */
	async function sendThousand(reportOf: (attempt: number) => DeliveryReport) {
		let nowMs = 0;
		let attempts = 0;
		const outcomes: SendOutcome[] = [];
		const sender = new MailSender({
			stopOnFailure: false,
			dependencies: {
				ledger: openLedger({}, 0),
				claims: new KeyClaims(
					{ record: () => Promise.resolve(true), remove: () => Promise.resolve() },
					processRegistry(),
					'scope',
				),
				wait: async (ms) => {
					await new Promise(setImmediate);
					nowMs += ms;
					return true;
				},
				now: () => nowMs,
				uptimeMs: () => nowMs,
				yieldToEventLoop: () => Promise.resolve(),
				random: () => 0.5,
			},
			onOutcome: (index, outcome) => {
				outcomes[index] = outcome;
			},
		});
		const mailbox = {
			mailbox: `down ${String(Math.random())}`,
			maxConnections: 3,
			messagesPerMinute: 0,
			deliver: async () => {
				const report = reportOf(attempts);
				attempts += 1;
				await Promise.resolve();
				nowMs += 20_000;
				return report;
			},
		};
		for (let index = 0; index < 1_000; index += 1) {
			sender.send(jobOf(index, { timeoutMs: 20_000 }), mailbox);
		}
		await sender.whenDone();
		return { outcomes, attempts };
	}

	it('fails as a whole, with the same verdict, after the attempts of its first items', async () => {
		const { outcomes, attempts } = await sendThousand(() => refusedAt('connect'));
		expect(outcomes).toHaveLength(1_000);
		for (const outcome of outcomes) {
			expect(outcome.status).toBe('failed');
			expect(failureOf(outcome)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'connect' });
		}
		// Three that send and twenty that wait for their next attempt, each three times at most.
		expect(attempts).toBeLessThanOrEqual(23 * 3);
		expect(outcomes.at(-1)).toMatchObject({ attempts: 0 });
	});

	it('goes on where the server is back before any item has given up', async () => {
		const { outcomes, attempts } = await sendThousand((attempt) =>
			attempt < 3 ? refusedAt('connect') : ACCEPTED,
		);
		expect(outcomes.every(({ status }) => status === 'sent')).toBe(true);
		expect(attempts).toBe(1_003);
	});
});
