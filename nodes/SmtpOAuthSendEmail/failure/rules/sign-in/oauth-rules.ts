import type { Evidence } from '../../evidence/evidence';
import { translateWords } from '../../evidence/translate-words';
import type { FailureDraft } from '../../model/failure';
import { entraCodesOf, findEntraRule } from './match-entra';

const BUSY: FailureDraft = { code: 'TOKEN_REQUEST_FAILED' };
const ENDED: FailureDraft = { code: 'RECONNECT_REQUIRED' };
const CLIENT: FailureDraft = { code: 'CLIENT_REJECTED' };

const MISCONFIGURED: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'The sign-in server did not accept the request of n8n for an access token.',
	remedy:
		'With the provider Custom, check OAuth Token Endpoint in the credential. With another provider choose the Grant Type that its guide names. Copy Client ID and Client Secret again, then connect again.',
	cause: 'configuration-invalid',
	retryable: false,
};

/** Something in between answered, or the address is none of a token endpoint. */
const PAGE: FailureDraft = {
	...MISCONFIGURED,
	message: 'A web page came in place of an access token.',
	remedy:
		'With the provider Custom, check OAuth Token Endpoint in the credential. If it is right, a proxy or a firewall may have answered in place of the sign-in server: ask the administrator of the network of n8n.',
};

const PROXY_SIGN_IN: FailureDraft = {
	...PAGE,
	message: 'The proxy between n8n and the sign-in server wants a sign-in of its own.',
	remedy: 'Ask the administrator of this n8n to enter the proxy’s user in HTTPS_PROXY.',
};

/** n8n's OAuth client, about an answer that is no JSON. */
const PAGE_PHRASE = /content-type: text\/html|received: \s*<(?:!doctype|html)/i;

/** Some token endpoints refuse with a bare status (Glewlwyd: 400 and no body for every error). */
export const REFUSED_WITHOUT_REASON: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'The sign-in server refused to renew the access token.',
	remedy:
		'Open the credential and connect again. If that fails too, copy Client ID, Client Secret and (provider Custom) OAuth Token Endpoint again.',
	cause: 'credential-invalid',
	retryable: false,
};

/** Microsoft has a number for everything; one that no table here knows is not explained away. */
const UNKNOWN_NUMBER: FailureDraft = {
	code: 'RECONNECT_REQUIRED',
	message:
		'Microsoft refused to renew the access of {user}, for a reason that this node does not know.',
	remedy:
		'Look up the number in the words of the server (AADSTS…) at https://login.microsoftonline.com/error. If it speaks of a sign-in or a session, open the credential and connect again as {user}; if of a policy or a permission, ask an admin first.',
};

const TOO_MANY: FailureDraft = {
	...BUSY,
	message: 'The sign-in server gives out no more access tokens for the moment: too many requests.',
	remedy:
		'Wait some minutes, then try again. If it recurs, look for other workflows and programs that renew the same connection.',
};

const ACCOUNT_OFF: FailureDraft = {
	code: 'ACCOUNT_BLOCKED',
	message: 'The account {user} is disabled, deleted or locked at the provider.',
	remedy:
		'Sign in as {user} in a browser and follow what it asks, or ask the administrator to enable the account. Then connect again.',
};

const POLICY: FailureDraft = {
	code: 'SIGN_IN_BLOCKED',
	message: 'A policy of the organization keeps the app from the mail of {user}.',
};

/**
 * Google Workspace ends connections after some hours where an admin says so
 * (https://support.google.com/a/answer/9368756).
 */
const SESSION_CONTROL: FailureDraft = {
	code: 'RECONNECT_REQUIRED',
	message: 'A rule of the Google Workspace organization has ended the connection of {user}.',
	remedy:
		'Open the credential and connect again as {user}. To make it last, an admin exempts trusted apps: admin.google.com → Security → Access and data control → Google Cloud session control.',
};

const OTHER_SERVICE: FailureDraft = {
	code: 'WRONG_AUDIENCE',
	message: 'The sign-in server gives out no access token for the service that n8n asks for.',
};

/** What a token endpoint's answer says: `error` as it is named, or words of its description. */
interface OAuthRule {
	/** On `error` and `error_subtype`: lower case, everything but letters and digits as `_`. */
	readonly error?: RegExp;
	/** On `error_description`, lower case. */
	readonly description?: RegExp;
	readonly draft: FailureDraft;
}

/**
 * The answers of token endpoints; the first row that applies decides. The names of RFC 6749 §4.1.2.1
 * and §5.2 and OpenID Connect Core §3.1.2.6, of Google
 * (https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors), and what
 * Yahoo, Yandex, Mail.ru, Zoho, Okta, Auth0 and Keycloak say instead.
 */
const OAUTH_RULES: readonly OAuthRule[] = [
	{ error: /invalid_rapt/, draft: SESSION_CONTROL },
	{ description: /reauth related error|rapt/, draft: SESSION_CONTROL },
	{
		error: /^(?:slow_down|too_many|quota|throttl|resource_exhausted)|rate_limit|limit_exceed/,
		draft: TOO_MANY,
	},
	{ description: /too many (?:\w+ )?(?:requests|attempts)|rate limit|throttl/, draft: TOO_MANY },
	{
		error:
			/^(?:server_error|temporarily_unavailable|internal(?:_failure|_error|_server_error)?|service_unavailable|unavailable|backend_error|unknown_error|timeout|deadline_exceeded|aborted)$/,
		draft: BUSY,
	},
	{ error: /policy_enforced|org_internal|disallowed|blocked_by/, draft: POLICY },
	{
		description:
			/(?:account|user|tenant|directory|organi[sz]ation)\b.{0,60}(?:disabled|suspended|locked|blocked|deactivated|deleted|inactiv|not active|restricted)|(?:disabled|suspended|locked|deleted) (?:account|user)/,
		error: /invalid_grant|access_denied|not_allowed|account|user|unauthorized$/,
		draft: ACCOUNT_OFF,
	},
	{
		error:
			/account_(?:disabled|suspended|locked|blocked|deleted)|user_(?:disabled|suspended|locked|blocked|deleted)/,
		draft: ACCOUNT_OFF,
	},
	{
		error: /invalid_grant|invalid_request|invalid_client|unauthorized/,
		description:
			/(?:client|app(?:lication)?)\b.{0,60}(?:disabled|not enabled|not found|unknown|deleted|does not exist)|client secret|invalid client/,
		draft: CLIENT,
	},
	{
		error:
			/^(?:invalid_grant\w*|interaction_required|login_required|account_selection_required|invalid_code|expired_token|invalid_token|token_expired|token_not_found|token_revoked|bad_verification_code|invalid_refresh_token|refresh_token_\w+|expired_refresh_token|authorization_expired|consent_revoked|mfa_required|auth_error|unauthenticated)$/,
		draft: ENDED,
	},
	{
		error:
			/^(?:api_key_\w+|invalid_client\w*|unauthorized_client|deleted_client|disabled_client|restricted_client|unknown_client|client_not_found|invalid_tenant|invalid_credentials|redirect_uri_mismatch|invalid_redirect_uri)$/,
		draft: CLIENT,
	},
	{
		error:
			/scope|consent|permission|access_denied|access_not_configured|service_disabled|forbidden/,
		draft: { code: 'PERMISSION_MISSING' },
	},
	{ error: /^(?:invalid_target|invalid_resource)$/, draft: OTHER_SERVICE },
	{
		description:
			/(?:refresh|access)[ _]?token.{0,40}(?:expired|revoked|invalid|not found|unknown)|(?:expired|revoked|invalid|unknown).{0,40}(?:refresh|access)[ _]?token|session (?:not active|expired)/,
		draft: ENDED,
	},
	{ description: /try again|temporar|unavailable/, error: /error|fail|denied/, draft: BUSY },
	{ error: /./, draft: MISCONFIGURED },
];

/** n8n's words where it throws without the endpoint's answer. */
const ENDED_PHRASE =
	/needs to be reconnected|reconnect the credentials|credentials not connected|no refresh token|without access token|does not have any credentials/i;

function matchStatus({ httpStatus, messages }: Evidence): FailureDraft | undefined {
	const isPage = messages.some((message) => PAGE_PHRASE.test(message.slice(0, 1_000)));
	if (httpStatus === undefined) return isPage ? PAGE : undefined;
	if (httpStatus === 407) return PROXY_SIGN_IN;
	if (httpStatus === 429) return TOO_MANY;
	if (httpStatus >= 500 || httpStatus === 408) return BUSY;
	if (isPage) return PAGE;
	return httpStatus === 400 || httpStatus === 401 || httpStatus === 403
		? REFUSED_WITHOUT_REASON
		: MISCONFIGURED;
}

function matchNames({
	oauthError = '',
	oauthSubtype = '',
	oauthDescription = '',
}: Evidence): FailureDraft | undefined {
	if (oauthError === '') return undefined;
	const names = [oauthSubtype, oauthError]
		.filter((name) => name !== '')
		.map((name) =>
			name
				.replace(/([a-z])([A-Z])/g, '$1_$2')
				.toLowerCase()
				.replace(/[^a-z0-9]/g, '_'),
		);
	const words = translateWords(oauthDescription.toLowerCase()).replace(/\s+/g, ' ');
	const rule = OAUTH_RULES.find(
		({ error, description }) =>
			(error === undefined || names.some((name) => error.test(name))) &&
			(description?.test(words) ?? true),
	);
	return rule?.draft;
}

/**
 * What the failure of a token request means to a person who has connected, or `undefined` if the
 * evidence shows no answer of a token endpoint and no words of n8n about it.
 */
export function matchOAuth(evidence: Evidence): FailureDraft | undefined {
	const byNumber = findEntraRule(evidence);
	if (byNumber !== undefined) return byNumber;
	const named = matchNames(evidence);
	const isNumbered = entraCodesOf(evidence).length > 0;
	if (named?.code === 'RECONNECT_REQUIRED' && isNumbered) return UNKNOWN_NUMBER;
	const { httpStatus = 0 } = evidence;
	const isBusy = httpStatus >= 500 || httpStatus === 429;
	if (named === MISCONFIGURED && isBusy) return matchStatus(evidence);
	if (named !== undefined) return named;
	const isEnded = evidence.messages.some((message) => ENDED_PHRASE.test(message.slice(0, 1_000)));
	if (evidence.declaredCause === 'credential-invalid' || isEnded) return ENDED;
	return matchStatus(evidence);
}
