import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import { FAILURE_STAGES } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/failure-stage.js';
import {
	type Failure,
	type FailureContext,
} from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { isTokenRefusal } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/smtp/token-refusal.js';

const CODES = new Set(Object.keys(CATALOGUE));
const TIMED = new Set(['rate-limited', 'quota-exhausted', 'temporarily-unavailable']);

const contexts: fc.Arbitrary<FailureContext> = fc.record(
	{
		stage: fc.constantFrom(...FAILURE_STAGES),
		provider: fc.oneof(fc.constantFrom('gmail', 'microsoft365', 'custom', 'toString'), fc.string()),
		host: fc.string(),
		port: fc.integer(),
		sslMode: fc.constantFrom('implicit' as const, 'explicit' as const),
		user: fc.string(),
		from: fc.string(),
		saslRefusal: fc.oneof(fc.string(), fc.json()),
		sizeBytes: fc.double(),
		offeredMechanisms: fc.array(fc.string()),
	},
	{ requiredKeys: ['stage', 'provider'] },
);

const errorKeys = [
	'message',
	'code',
	'originalCode',
	'response',
	'responseCode',
	'command',
	'timeoutType',
	'name',
	'cause',
	'body',
	'errors',
	'status',
	'failure',
	'error',
	'error_description',
	'data',
] as const;

const errorValue = fc.oneof(
	fc.constantFrom(
		'EAUTH',
		'ETLS',
		'EDNS',
		'ETIMEDOUT',
		'GREETING_TIMEOUT',
		'EENVELOPE',
		'535 5.7.3 no',
		'550-5.7.1 a\r\n550 5.7.1 b',
		'421',
		'invalid_grant',
		'__proto__',
		'constructor',
		535,
		0,
		NaN,
	),
	fc.anything(),
);

const errorLike = fc.letrec((tie) => ({
	error: fc.oneof(
		{ depthSize: 'small' },
		fc.dictionary(fc.constantFrom(...errorKeys), fc.oneof(errorValue, tie('error'))),
		fc.dictionary(fc.constantFrom(...errorKeys), errorValue).map((properties) => {
			const error = new Error('boom');
			for (const [key, value] of Object.entries(properties)) {
				Object.defineProperty(error, key, { value, configurable: true });
			}
			return error;
		}),
		fc.anything(),
	),
})).error;

function expectWellFormed(failure: Failure): void {
	expect(CODES.has(failure.code)).toBe(true);
	expect(failure.message.trim()).not.toBe('');
	expect(failure.remedy.trim()).not.toBe('');
	expect(failure.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
	expect(failure.docs).toMatch(/^https:\/\/.*#[a-z0-9_]+$/);
	if (failure.retryAfterMs !== undefined) {
		expect(failure.retryable).toBe(true);
		expect(failure.retryAfterMs).toBeGreaterThan(0);
	}
	if (
		failure.retryable &&
		failure.code !== 'RECIPIENT_REJECTED' &&
		failure.code !== 'TLS_NOT_OFFERED'
	) {
		expect(TIMED.has(failure.cause), `${failure.code} ${failure.cause}`).toBe(true);
	}
	if (failure.replyCode !== undefined) {
		expect(failure.replyCode).toBeGreaterThanOrEqual(400);
		expect(failure.replyCode).toBeLessThanOrEqual(599);
	}
}

describe('classifyFailure, for any error', () => {
	it('gives a code of the catalogue and never throws', () => {
		fc.assert(
			fc.property(errorLike, contexts, (error, context) => {
				expectWellFormed(classifyFailure(error, context));
				expect(typeof isTokenRefusal(error, context)).toBe('boolean');
			}),
			{ numRuns: 500 },
		);
	});

	it('gives a code of the catalogue for every reply code at every stage', () => {
		for (const stage of FAILURE_STAGES) {
			for (let replyCode = 400; replyCode < 600; replyCode += 1) {
				const error = { response: `${replyCode} x` };
				expectWellFormed(classifyFailure(error, { stage, provider: 'custom' }));
			}
		}
	});

	it('survives getters that throw, revoked proxies and circles', () => {
		const hostile = new Proxy(new Error('x'), {
			get() {
				throw new Error('no');
			},
			getPrototypeOf() {
				throw new Error('no');
			},
		});
		const { proxy, revoke } = Proxy.revocable({}, {});
		revoke();
		const circular = new Error('round');
		circular.cause = circular;
		for (const error of [hostile, proxy, circular, Object.create(null), null, 1n, Symbol('x')]) {
			for (const stage of FAILURE_STAGES) {
				expectWellFormed(classifyFailure(error, { stage, provider: 'custom' }));
			}
		}
	});

	it('never tells a secret, in whatever field and form it came', () => {
		const secret = fc.stringMatching(/^[A-Za-z0-9+/._~-]{20,200}$/).map((text) => `Zq${text}`);
		const forms: readonly ((text: string) => string)[] = [
			(text) => text,
			(text) => encodeURIComponent(text),
			(text) => Buffer.from(text).toString('base64'),
			(text) => Buffer.from(text).toString('base64url'),
			(text) => Buffer.from(`user=a\x01auth=Bearer ${text}\x01\x01`).toString('base64'),
			(text) => `${'x '.repeat(140)}${text}`,
		];
		fc.assert(
			fc.property(
				secret,
				fc.constantFrom(...forms),
				fc.constantFrom(...errorKeys),
				contexts,
				fc.boolean(),
				(token, encode, key, context, isError) => {
					const encoded = encode(token);
					const value =
						key === 'response'
							? `535 5.7.8 ${encoded}`
							: key === 'body'
								? { error: 'invalid_grant', error_description: encoded }
								: key === 'cause'
									? new Error(encoded)
									: encoded;
					const error = isError
						? Object.defineProperty(new Error(`x ${encoded}`), key, { value })
						: { [key]: value };
					const told = JSON.stringify([
						classifyFailure(error, {
							...context,
							saslRefusal: encoded,
							user: encoded,
							secrets: [token],
						}),
						describeFailure(
							{ code: 'INVALID_PARAMETER', detail: encoded, remedy: encoded },
							{ ...context, secrets: [token] },
						),
					]);
					const half = Math.floor(token.length / 2);
					const base64 = Buffer.from(token).toString('base64');
					for (const part of [
						token,
						token.slice(0, half),
						token.slice(half),
						base64.slice(0, 16),
					]) {
						expect(told).not.toContain(part);
					}
				},
			),
			{ numRuns: 500 },
		);
	});
});
