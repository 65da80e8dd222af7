import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import {
	skipped,
	UNREACHED,
	type StageFacts,
	type VerifyStages,
} from '../../../nodes/SmtpOAuthSendEmail/status/verify-report.js';
import { summarize } from '../../../nodes/SmtpOAuthSendEmail/status/verify-summary.js';

const NOW_MS = Date.UTC(2026, 10, 28);
const DAY_MS = 86_400_000;

const ok = <T>(facts: T): { kind: 'ok'; durationMs: number; facts: T } => ({
	kind: 'ok',
	durationMs: 1,
	facts,
});
const tls = (facts: Partial<StageFacts['tls']>) =>
	ok({ version: 'TLSv1.3', isVerified: true, ...facts });
const certificate = (leftMs: number) => ({
	subject: 'mail.example.com',
	issuer: 'Example CA',
	names: [],
	validFromMs: NOW_MS - DAY_MS,
	validUntilMs: NOW_MS + leftMs,
});
const failed = (stage: 'token' | 'tls' | 'auth', detail: string) => ({
	kind: 'failed' as const,
	durationMs: 1,
	failure: describeFailure({ code: 'TOKEN_REJECTED', detail }, { stage, provider: 'custom' }),
});

const GOOD: VerifyStages = {
	parameters: ok({ from: 'a@example.com', user: 'a@example.com' }),
	token: ok({ isRenewable: true }),
	dns: ok({ addresses: [] }),
	connect: ok({ address: '192.0.2.1' }),
	tls: tls({ certificate: certificate(29.5 * DAY_MS) }),
	ehlo: ok({ mechanisms: [], extensions: [] }),
	auth: ok({ mechanism: 'XOAUTH2', isReplaced: false }),
	mailFrom: ok({ response: '250 Ok' }),
};

const NOT_TRIED = skipped('nothing of it exists there.');

describe('the summary of a check', () => {
	it.each<[string, Partial<VerifyStages>, number, string]>([
		[
			'that passed in full',
			{},
			0,
			'All 8 checks passed; token renews itself; certificate good for 29 days.',
		],
		[
			'by an API, which has fewer stages',
			{ dns: NOT_TRIED, tls: NOT_TRIED, ehlo: NOT_TRIED, mailFrom: NOT_TRIED },
			0,
			'All 4 checks passed; token renews itself.',
		],
		[
			'with warnings',
			{ token: ok({ isRenewable: false }), tls: tls({ certificate: certificate(DAY_MS) }) },
			2,
			'All 8 checks passed; token cannot be renewed; certificate good for 1 day; 2 warnings.',
		],
		[
			'over a connection without trust',
			{ tls: tls({ isVerified: false, certificate: certificate(DAY_MS) }) },
			1,
			'All 8 checks passed; token renews itself; certificate not trusted; 1 warning.',
		],
		[
			'of a certificate whose end cannot be read',
			{ tls: tls({ certificate: certificate(Number.NaN) }) },
			0,
			'All 8 checks passed; token renews itself.',
		],
		[
			'that failed once',
			{ auth: failed('auth', 'The token was refused.'), mailFrom: UNREACHED },
			0,
			'Failed at auth: The token was refused.',
		],
		[
			'that failed several times: the first tells why',
			{
				token: failed('token', 'There is no token.'),
				tls: failed('tls', 'It is not trusted.'),
				auth: failed('auth', 'Nothing is offered.'),
			},
			0,
			'Failed at token, tls and auth: There is no token.',
		],
	])('%s', (_what, changes, warnings, summary) => {
		expect(summarize({ ...GOOD, ...changes }, warnings, NOW_MS)).toBe(summary);
	});
});
