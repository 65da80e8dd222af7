import { providerOf } from '../../../../../credentials/providers/providers';
import { scopeFor } from '../../../../../credentials/providers/transports';
import type { Evidence } from '../../evidence/evidence';
import type { FailureContext, FailureDraft } from '../../model/failure';

const KEYS = 'console.cloud.google.com → IAM & Admin → Service accounts → the account';

/** Where an admin lets a service account act for the people of the organization. */
function delegation({ clientId, provider, deliverVia = 'smtp' }: FailureContext): string {
	const number =
		clientId === undefined
			? `the client ID of the service account (the number under ${KEYS} → Unique ID)`
			: `the client ID ${clientId}`;
	const row = providerOf(provider);
	const scope = row === undefined ? 'https://mail.google.com/' : scopeFor(row, deliverVia);
	return `An admin of Google Workspace adds it at admin.google.com → Security → Access and data control → API controls → Manage domain-wide delegation → Add new, with ${number} and the scope ${scope}. It may take up to 24 hours to work.`;
}

interface ServiceAccountRule {
	/** The `error` of the answer (RFC 6749 §5.2). */
	readonly error: string;
	/** In its `error_description`; any where missing. */
	readonly phrase?: RegExp;
	readonly draft: (context: FailureContext) => FailureDraft;
}

/** The first that applies counts. Only a changed credential helps, so that none is tried again. */
const CONFIGURATION = {
	code: 'TOKEN_REQUEST_FAILED',
	cause: 'configuration-invalid',
	retryable: false,
} as const;

const UNKNOWN_USER: FailureDraft = {
	...CONFIGURATION,
	message: 'Google knows no mailbox {user} that the service account could act for.',
	remedy:
		'Enter under User the address of a person of the Google Workspace organization, as the Admin console shows it: no group, no suspended user, and not the service account itself.',
};

/**
 * Google's answers to a service account. Sources:
 * https://developers.google.com/identity/protocols/oauth2/service-account ("Error codes", November
 * 2026); its words as reported in https://github.com/googleapis/google-api-php-client/issues/2214
 * and https://github.com/googleapis/python-storage/issues/1387.
 */
const RULES: readonly ServiceAccountRule[] = [
	{
		error: 'unauthorized_client',
		draft: (context) => ({
			code: 'PERMISSION_MISSING',
			message:
				'The service account may not act for {user}: its domain-wide delegation is missing or incomplete, or does not work yet.',
			remedy: delegation(context),
		}),
	},
	{
		error: 'access_denied',
		draft: (context) => ({
			code: 'PERMISSION_MISSING',
			message: 'The organization does not let the service account use the mail of {user}.',
			remedy: delegation(context),
		}),
	},
	{
		error: 'invalid_grant',
		phrase: /invalid email or user id|not a valid email/i,
		draft: () => UNKNOWN_USER,
	},
	{
		error: 'invalid_grant',
		phrase: /short-lived token|reasonable timeframe|\biat\b|\bexp\b/i,
		draft: () => ({
			...CONFIGURATION,
			message: 'The sign-in of the service account came too early or too late by Google’s clock.',
			remedy: 'Correct the clock of the machine that runs n8n; 5 minutes off are too many.',
		}),
	},
	{
		error: 'invalid_grant',
		phrase: /signature/i,
		draft: () => ({
			code: 'CLIENT_REJECTED',
			message: 'Google does not accept the key of the service account.',
			remedy: `Most likely the key was deleted, or it belongs to another account. Make a new one: ${KEYS} → Keys → Add key → Create new key → JSON, and paste the whole file into Service Account Key.`,
		}),
	},
	{
		error: 'invalid_grant',
		phrase: /account.{0,20}(?:deleted|suspended)/i,
		draft: () => ({
			code: 'ACCOUNT_BLOCKED',
			message: 'Google says that an account is gone: the service account, or {user}.',
			remedy: `Check that the Admin console still shows {user} as an active user. Then compare Service Account Email with ${KEYS} → Details.`,
		}),
	},
	{
		error: 'invalid_grant',
		draft: () => ({
			code: 'CLIENT_REJECTED',
			message: 'Google refused the service account. Most likely it was deleted or disabled.',
			remedy: `Compare Service Account Email with ${KEYS} → Details, and enable the account there.`,
		}),
	},
	{
		error: 'invalid_scope',
		draft: (context) => ({ code: 'PERMISSION_MISSING', remedy: delegation(context) }),
	},
];

/**
 * What a refused sign-in of a service account means.
 *
 * @param usual what the same answer means where a person has connected; `undefined` = nothing is known
 */
export function matchServiceAccountSignIn(
	evidence: Evidence,
	context: FailureContext,
	usual: FailureDraft | undefined,
): FailureDraft | undefined {
	const { oauthError, oauthDescription = '' } = evidence;
	const rule = RULES.find(
		({ error, phrase }) => error === oauthError && (phrase?.test(oauthDescription) ?? true),
	);
	return rule?.draft(context) ?? usual;
}
