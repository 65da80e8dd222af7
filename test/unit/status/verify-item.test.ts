import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import {
	buildVerifyItem,
	describeStages,
} from '../../../nodes/SmtpOAuthSendEmail/status/verify-item.js';
import {
	skipped,
	UNREACHED,
	VERIFY_STAGES,
	type StageFacts,
	type VerifyStages,
} from '../../../nodes/SmtpOAuthSendEmail/status/verify-report.js';

const NOW_MS = Date.UTC(2026, 10, 22);
const DAY_MS = 86_400_000;
const REFUSED = describeFailure(
	{ code: 'CONNECTION_REFUSED', detail: 'Nobody is there.' },
	{ stage: 'connect', provider: 'custom' },
);

const CERTIFICATE = {
	subject: 'mail.example.com',
	issuer: 'Example CA',
	names: ['mail.example.com'],
	validFromMs: NOW_MS - 60 * DAY_MS,
	validUntilMs: NOW_MS + 30 * DAY_MS,
};

const TOKEN: StageFacts['token'] = { validUntilMs: NOW_MS + 3_600_000, isRenewable: true };

const ALL_WELL: VerifyStages = {
	parameters: {
		kind: 'ok',
		durationMs: 1,
		facts: { from: 'a@example.com', user: 'a@example.com' },
	},
	token: { kind: 'ok', durationMs: 2, facts: TOKEN },
	dns: { kind: 'ok', durationMs: 3, facts: { addresses: ['192.0.2.1', '2001:db8::1'] } },
	connect: { kind: 'ok', durationMs: 4, facts: { address: '192.0.2.1', greeting: '220 Hello' } },
	tls: {
		kind: 'ok',
		durationMs: 5,
		facts: { version: 'TLSv1.3', isVerified: true, certificate: CERTIFICATE },
	},
	ehlo: {
		kind: 'ok',
		durationMs: 6,
		facts: { maxMessageBytes: 1_000, mechanisms: ['XOAUTH2'], extensions: ['PIPELINING'] },
	},
	auth: { kind: 'ok', durationMs: 7, facts: { mechanism: 'XOAUTH2', isReplaced: false } },
	mailFrom: { kind: 'ok', durationMs: 8, facts: { response: '250 2.1.0 Ok' } },
};

/** The item as JSON holds it. */
function itemOf(changes: Partial<VerifyStages> = {}, provider = 'custom') {
	const item = buildVerifyItem({
		provider,
		place: { host: 'mail.example.com', port: 587, sslMode: 'explicit', user: 'a@example.com' },
		stages: { ...ALL_WELL, ...changes },
		durationMs: 36,
		checkedAtMs: NOW_MS,
	});
	return JSON.parse(JSON.stringify(item)) as typeof item;
}

describe('the item of a mailbox that works', () => {
	it('tells where it was, and every stage in order', () => {
		const item = itemOf();
		expect(item).toMatchObject({
			status: 'ok',
			warnings: [],
			from: 'a@example.com',
			host: 'mail.example.com',
			port: 587,
			sslMode: 'explicit',
			user: 'a@example.com',
			provider: 'custom',
			transport: 'smtp',
			tlsVerified: true,
			durationMs: 36,
			checkedAt: '2026-11-22T00:00:00.000Z',
		});
		expect(item).not.toHaveProperty('failure');
		expect(item.stages.map(({ stage }) => stage)).toEqual(VERIFY_STAGES);
		expect(item.stages.map(({ durationMs }) => durationMs)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		for (const stage of item.stages) {
			expect(stage).toMatchObject({ ok: true, facts: expect.any(Object) });
			expect(stage.detail).not.toBe('');
			expect(stage).not.toHaveProperty('skipped');
		}
	});

	it('counts the days that the certificate has left', () => {
		const tls = itemOf().stages.find(({ stage }) => stage === 'tls');
		expect(tls?.facts).toMatchObject({
			certificate: { daysLeft: 30, validUntil: '2026-12-22T00:00:00.000Z' },
		});
		expect(tls?.detail).toContain('(30 days)');
	});
});

describe('the item of a mailbox that does not', () => {
	const item = itemOf({
		connect: { kind: 'failed', durationMs: 4, failure: REFUSED },
		tls: UNREACHED,
		ehlo: UNREACHED,
		auth: skipped('there is no access token.'),
		mailFrom: UNREACHED,
	});

	it('carries the first failure', () => {
		expect(item).toMatchObject({ status: 'failed', failure: REFUSED });
		expect(item).not.toHaveProperty('tlsVerified');
	});

	it('says of each stage whether it failed or was not tried', () => {
		expect(item.stages.slice(3)).toEqual([
			{ stage: 'connect', ok: false, durationMs: 4, detail: 'Nobody is there.', failure: REFUSED },
			...['tls', 'ehlo', 'auth', 'mailFrom'].map((stage) => ({
				stage,
				ok: false,
				skipped: true,
				durationMs: 0,
				detail: expect.stringMatching(/^Not tried: /),
			})),
		]);
	});

	it('has an account in one sentence', () => {
		expect(
			describeStages({
				...ALL_WELL,
				connect: { kind: 'failed', durationMs: 4, failure: REFUSED },
				tls: UNREACHED,
			}),
		).toBe(
			'Stages: parameters, token, dns, ehlo, auth, mailFrom passed; connect failed; tls not tried.',
		);
	});
});

describe('a warning', () => {
	const withCertificate = (leftMs: number) =>
		itemOf({
			tls: {
				kind: 'ok',
				durationMs: 5,
				facts: {
					version: 'TLSv1.3',
					isVerified: true,
					certificate: { ...CERTIFICATE, validUntilMs: NOW_MS + leftMs },
				},
			},
		}).warnings;
	const withToken = (facts: Partial<StageFacts['token']>, provider?: string) =>
		itemOf({ token: { kind: 'ok', durationMs: 2, facts: { ...TOKEN, ...facts } } }, provider)
			.warnings;

	it('comes when a certificate has fewer than 14 days', () => {
		expect(withCertificate(14 * DAY_MS)).toEqual([]);
		expect(withCertificate(14 * DAY_MS - 1)).toMatchObject([
			{
				code: 'CERTIFICATE_ENDS_SOON',
				message: expect.stringContaining('in 13 days'),
				breaksAt: '2026-12-05T23:59:59.999Z',
			},
		]);
	});

	it('comes when there is no refresh token, with the provider’s cure', () => {
		expect(withToken({ isRenewable: false }, 'gmail')).toMatchObject([
			{
				code: 'NO_REFRESH_TOKEN',
				breaksAt: '2026-11-22T01:00:00.000Z',
				remedy: expect.stringContaining('Prompt/Consent Level'),
			},
		]);
		const remedies = ['gmail', 'microsoft365', 'custom', 'fastmail'].map(
			(provider) => withToken({ isRenewable: false }, provider)[0]?.remedy,
		);
		expect(new Set(remedies).size).toBe(4);
	});

	it('comes when the refresh token ends within three days', () => {
		expect(withToken({ grantEndsAtMs: NOW_MS + 3 * DAY_MS })).toEqual([]);
		expect(withToken({ grantEndsAtMs: NOW_MS + 3 * DAY_MS - 1 }, 'gmail')).toMatchObject([
			{ code: 'GRANT_ENDS_SOON', remedy: expect.stringContaining('Publish') },
		]);
	});

	it('comes when the certificate is not checked, and of nothing else then', () => {
		const { warnings, status, tlsVerified } = itemOf({
			tls: {
				kind: 'ok',
				durationMs: 5,
				facts: {
					version: 'TLSv1.3',
					isVerified: false,
					certificate: { ...CERTIFICATE, validUntilMs: NOW_MS - DAY_MS },
				},
			},
		});
		expect({ status, tlsVerified }).toEqual({ status: 'ok', tlsVerified: false });
		expect(warnings.map(({ code }) => code)).toEqual(['CERTIFICATE_NOT_VERIFIED']);
	});

	it('does not come of a stage that failed', () => {
		expect(
			itemOf({
				token: { kind: 'failed', durationMs: 1, failure: REFUSED },
				tls: { kind: 'failed', durationMs: 1, failure: REFUSED },
			}).warnings,
		).toEqual([]);
	});
});
