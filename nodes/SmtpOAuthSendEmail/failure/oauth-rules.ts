import type { Evidence } from './evidence';
import type { Verdict } from './verdict';

const BUSY: Verdict = { code: 'TOKEN_REQUEST_FAILED' };
const MISCONFIGURED: Verdict = {
	code: 'TOKEN_REQUEST_FAILED',
	cause: 'configuration-invalid',
	retryable: false,
};

/** Some token endpoints refuse with a bare status (Glewlwyd: 400 and no body for whatever it is). */
const REFUSED_WITHOUT_REASON: Verdict = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'The sign-in server refused to renew the access token and gave no reason.',
	remedy:
		'Open the credential and connect again; if that fails too, copy Client ID, Client Secret and OAuth Token Endpoint again.',
	cause: 'credential-invalid',
	retryable: false,
};

/**
 * Microsoft's own codes, which say more than the OAuth error beside them
 * (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes",
 * November 2026).
 */
const AADSTS_CODES: Readonly<Record<string, Verdict>> = {
	50053: { code: 'ACCOUNT_BLOCKED' },
	50057: { code: 'ACCOUNT_BLOCKED' },
	50105: { code: 'PERMISSION_MISSING' },
	65001: { code: 'PERMISSION_MISSING' },
	65004: { code: 'PERMISSION_MISSING' },
	70011: { code: 'PERMISSION_MISSING' },
	650052: { code: 'PERMISSION_MISSING' },
	650057: { code: 'PERMISSION_MISSING' },
	500011: { code: 'PERMISSION_MISSING' },
	53000: { code: 'SIGN_IN_BLOCKED' },
	53001: { code: 'SIGN_IN_BLOCKED' },
	53002: { code: 'SIGN_IN_BLOCKED' },
	53003: { code: 'SIGN_IN_BLOCKED' },
	53004: { code: 'SIGN_IN_BLOCKED' },
	700016: { code: 'CLIENT_REJECTED' },
	700027: { code: 'CLIENT_REJECTED' },
	7000112: { code: 'CLIENT_REJECTED' },
	7000215: { code: 'CLIENT_REJECTED' },
	7000216: { code: 'CLIENT_REJECTED' },
	7000218: { code: 'CLIENT_REJECTED' },
	7000222: { code: 'CLIENT_REJECTED' },
	90002: { code: 'CLIENT_REJECTED' },
	90033: BUSY,
	90055: BUSY,
};

/** The errors of a token endpoint: RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6. */
const OAUTH_ERRORS: Readonly<Record<string, Verdict>> = {
	invalid_grant: { code: 'RECONNECT_REQUIRED' },
	interaction_required: { code: 'RECONNECT_REQUIRED' },
	login_required: { code: 'RECONNECT_REQUIRED' },
	account_selection_required: { code: 'RECONNECT_REQUIRED' },
	invalid_client: { code: 'CLIENT_REJECTED' },
	unauthorized_client: { code: 'CLIENT_REJECTED' },
	deleted_client: { code: 'CLIENT_REJECTED' },
	disabled_client: { code: 'CLIENT_REJECTED' },
	invalid_scope: { code: 'PERMISSION_MISSING' },
	consent_required: { code: 'PERMISSION_MISSING' },
	access_denied: { code: 'PERMISSION_MISSING' },
	invalid_target: { code: 'WRONG_AUDIENCE' },
	invalid_resource: { code: 'WRONG_AUDIENCE' },
	server_error: BUSY,
	temporarily_unavailable: BUSY,
	internal_failure: BUSY,
	slow_down: BUSY,
	invalid_request: MISCONFIGURED,
	unsupported_grant_type: MISCONFIGURED,
};

/** n8n's words where it throws without the endpoint's answer. */
const ENDED_PHRASE =
	/needs to be reconnected|reconnect the credentials|credentials not connected|no refresh token|without access token|does not have any credentials/i;

function matchStatus(httpStatus: number | undefined): Verdict | undefined {
	if (httpStatus === undefined) return undefined;
	if (httpStatus >= 500 || httpStatus === 429 || httpStatus === 408) return BUSY;
	return httpStatus === 400 || httpStatus === 401 || httpStatus === 403
		? REFUSED_WITHOUT_REASON
		: MISCONFIGURED;
}

/**
 * What the failure of a token request means, or `undefined` if the evidence shows no answer of a
 * token endpoint and no words of n8n about it.
 */
export function matchOAuth(evidence: Evidence): Verdict | undefined {
	const aadsts = /AADSTS(\d{4,8})/.exec(
		`${evidence.oauthDescription ?? ''} ${evidence.messages.join(' ').slice(0, 4_000)}`,
	);
	const byMicrosoft = AADSTS_CODES[aadsts?.[1] ?? ''];
	if (byMicrosoft !== undefined) return byMicrosoft;
	const { oauthError } = evidence;
	if (oauthError !== undefined && Object.hasOwn(OAUTH_ERRORS, oauthError)) {
		return OAUTH_ERRORS[oauthError];
	}
	const isEnded = evidence.messages.some((message) => ENDED_PHRASE.test(message.slice(0, 1_000)));
	if (evidence.declaredCause === 'credential-invalid' || isEnded) {
		return { code: 'RECONNECT_REQUIRED' };
	}
	// An answer that names an error, though none of OAuth's, does not change by waiting.
	return matchStatus(evidence.httpStatus) ?? (oauthError === undefined ? undefined : MISCONFIGURED);
}
