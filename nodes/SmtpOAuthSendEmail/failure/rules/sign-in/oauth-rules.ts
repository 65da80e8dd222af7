import { entraCodesOf } from '../../evidence/entra-codes';
import { ENTRA_CODES } from './entra-rules';
import type { Evidence } from '../../evidence/evidence';
import type { Verdict } from '../../model/verdict';

const BUSY: Verdict = { code: 'TOKEN_REQUEST_FAILED' };
const MISCONFIGURED: Verdict = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'The sign-in server did not accept the way in which n8n asked for an access token.',
	remedy:
		'With the provider Custom, check OAuth Token Endpoint in the credential. Else choose the Grant Type that the guide of the provider names, copy Client ID and Client Secret again, and connect again.',
	cause: 'configuration-invalid',
	retryable: false,
};

/** Some token endpoints refuse with a bare status (Glewlwyd: 400 and no body for whatever it is). */
const REFUSED_WITHOUT_REASON: Verdict = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'The sign-in server refused to renew the access token and gave no reason.',
	remedy:
		'Open the credential and connect again. If that fails too, copy Client ID, Client Secret and (provider Custom) OAuth Token Endpoint again.',
	cause: 'credential-invalid',
	retryable: false,
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
	invalid_tenant: { code: 'CLIENT_REJECTED' },
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
 * Google Workspace ends connections after some hours where an admin says so
 * (https://support.google.com/a/answer/9368756).
 */
const SESSION_CONTROL: Verdict = {
	code: 'RECONNECT_REQUIRED',
	message: 'A rule of the Google Workspace organization has ended the connection of {user}.',
	remedy:
		'Open the credential and connect again as {user}. To make it last, an admin exempts trusted apps: admin.google.com → Security → Access and data control → Google Cloud session control.',
};

function matchEntra(evidence: Evidence): Verdict | undefined {
	const known = entraCodesOf(evidence).find((code) => ENTRA_CODES.has(code));
	return known === undefined ? undefined : ENTRA_CODES.get(known);
}

/**
 * What the failure of a token request means, or `undefined` if the evidence shows no answer of a
 * token endpoint and no words of n8n about it.
 */
export function matchOAuth(evidence: Evidence): Verdict | undefined {
	const byMicrosoft = matchEntra(evidence);
	if (byMicrosoft !== undefined) return byMicrosoft;
	if (evidence.oauthSubtype === 'invalid_rapt') return SESSION_CONTROL;
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
