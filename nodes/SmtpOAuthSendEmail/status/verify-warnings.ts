import { refreshTokenRemedy } from '../failure/rules/sign-in/refresh-token-remedy';
import { daysUntil, isoOf } from './verify-details';
import type { VerifyStages } from './verify-report';

/** Something that works now, and will stop. */
interface VerifyWarning {
	readonly code:
		| 'NO_REFRESH_TOKEN'
		| 'GRANT_ENDS_SOON'
		| 'CLIENT_CERTIFICATE_ENDS_SOON'
		| 'CERTIFICATE_ENDS_SOON'
		| 'CERTIFICATE_NOT_VERIFIED';
	readonly message: string;
	readonly remedy: string;
	/** ISO 8601: when it breaks, where that is known. */
	readonly breaksAt?: string | undefined;
}

const DAY_MS = 86_400_000;

/** Certificates are usually renewed 30 days before their end; half of that is late. */
const CERTIFICATE_NOTICE_MS = 14 * DAY_MS;

/** Only an administrator renews an application's certificate. */
const CLIENT_CERTIFICATE_NOTICE_MS = 30 * DAY_MS;

/** Long enough for a daily check to be heard before a weekend. */
const GRANT_NOTICE_MS = 3 * DAY_MS;

/** What to do about a grant that ends, by provider. */
const GRANT_REMEDIES: Readonly<Record<string, string>> = {
	gmail:
		'Publish the app at console.cloud.google.com → Google Auth Platform → Audience → Publish app: in "Testing" every connection ends after 7 days. Then connect the credential again.',
};

const OTHER_GRANT_REMEDY =
	'Connect the credential again before that. If it recurs, ask the administrator of the sign-in server for a longer session (offline access).';

function warnOfToken({ token }: VerifyStages, provider: string, nowMs: number): VerifyWarning[] {
	if (token.kind !== 'ok') return [];
	const { isRenewable, validUntilMs, grantEndsAtMs } = token.facts;
	if (!isRenewable) {
		const breaksAt = validUntilMs === undefined ? undefined : isoOf(validUntilMs);
		const when = breaksAt === undefined ? 'when its access token ends' : `at ${breaksAt}`;
		return [
			{
				code: 'NO_REFRESH_TOKEN',
				message: `The provider gave no refresh token (what n8n renews the sign-in with): the credential stops working ${when}.`,
				remedy: refreshTokenRemedy(provider),
				breaksAt,
			},
		];
	}
	if (grantEndsAtMs === undefined || grantEndsAtMs - nowMs >= GRANT_NOTICE_MS) return [];
	return [
		{
			code: 'GRANT_ENDS_SOON',
			message: `The permission that n8n got when you connected ends at ${isoOf(grantEndsAtMs)}: then you have to connect the credential again.`,
			remedy: GRANT_REMEDIES[provider] ?? OTHER_GRANT_REMEDY,
			breaksAt: isoOf(grantEndsAtMs),
		},
	];
}

function warnOfClientCertificate({ token }: VerifyStages, nowMs: number): VerifyWarning[] {
	const endsAtMs = token.kind === 'ok' ? token.facts.clientCertificateEndsAtMs : undefined;
	if (endsAtMs === undefined || endsAtMs - nowMs >= CLIENT_CERTIFICATE_NOTICE_MS) return [];
	const daysLeft = String(daysUntil(endsAtMs, nowMs));
	return [
		{
			code: 'CLIENT_CERTIFICATE_ENDS_SOON',
			message: `The certificate with which the application signs in ends at ${isoOf(endsAtMs)}, in ${daysLeft} days; after that nothing is sent.`,
			remedy:
				'Make a new certificate and upload it beside the old one: entra.microsoft.com → App registrations → the app → Certificates & secrets → Certificates. Then paste it and its key into the credential.',
			breaksAt: isoOf(endsAtMs),
		},
	];
}

function warnOfCertificate({ tls }: VerifyStages, nowMs: number): VerifyWarning[] {
	if (tls.kind !== 'ok') return [];
	const { isVerified, certificate } = tls.facts;
	if (!isVerified) {
		return [
			{
				code: 'CERTIFICATE_NOT_VERIFIED',
				message:
					'The certificate of the server is not trusted; Allow Unauthorized Certificates lets others on the way read the access token.',
				remedy:
					'Switch Allow Unauthorized Certificates off in the credential, and paste the certificate of the server’s authority into CA Certificate: the text from -----BEGIN CERTIFICATE----- on.',
			},
		];
	}
	if (certificate === undefined) return [];
	const endsAtMs = certificate.validUntilMs;
	if (endsAtMs - nowMs >= CERTIFICATE_NOTICE_MS) return [];
	return [
		{
			code: 'CERTIFICATE_ENDS_SOON',
			message: `The certificate of ${certificate.subject} ends at ${isoOf(endsAtMs)}, in ${String(daysUntil(endsAtMs, nowMs))} days; after that nothing is sent.`,
			remedy: 'Ask the administrator of the server to renew it, unless it renews itself.',
			breaksAt: isoOf(endsAtMs),
		},
	];
}

/**
 * What works now and will break soon, in the order of the stages.
 *
 * @param provider a key of credentials/providers.ts
 * @param nowMs Unix ms
 */
export function findWarnings(
	stages: VerifyStages,
	provider: string,
	nowMs: number,
): readonly VerifyWarning[] {
	return [
		...warnOfToken(stages, provider, nowMs),
		...warnOfClientCertificate(stages, nowMs),
		...warnOfCertificate(stages, nowMs),
	];
}
