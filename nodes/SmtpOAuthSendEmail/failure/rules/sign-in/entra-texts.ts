import type { FailureDraft } from '../../model/failure';

/** Where an app of Microsoft's is registered. */
export const APP = 'At entra.microsoft.com → App registrations → your app';
/** How a person renews a connection. */
export const RENEW = 'Open the credential and connect again as {user}.';

/** The connection has ended. */
export const ENDED: FailureDraft = { code: 'RECONNECT_REQUIRED' };
/** A consent is missing. */
export const NO_CONSENT: FailureDraft = { code: 'PERMISSION_MISSING' };

/** A second factor is asked for. */
export const MULTIFACTOR: FailureDraft = {
	code: 'RECONNECT_REQUIRED',
	message: 'The organization of {user} asks for multifactor authentication at this sign-in.',
	remedy: `${RENEW} Complete the multifactor authentication while you sign in.`,
};

/** A policy forbids the sign-in. */
export const POLICY: FailureDraft = {
	code: 'SIGN_IN_BLOCKED',
	message: 'A security policy of the organization keeps {user} from signing in.',
};

/** The Client Secret is wrong. */
export const SECRET: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the Client Secret.',
};

/** How the platform of an app is corrected. */
export const CORRECT_PLATFORM = `${APP} → Authentication, put the OAuth Redirect URL under the platform Web and remove it from the others, then connect again.`;

/** An organization has not let the application in. */
export const CONSENT_IN_TENANT: FailureDraft = {
	code: 'PERMISSION_MISSING',
	message:
		'The application is not known in the organization that Tenant names: it has no consent there.',
	remedy: `An admin of that organization allows it once: entra.microsoft.com → Enterprise apps, or the page https://login.microsoftonline.com/TENANT/adminconsent?client_id=CLIENT_ID. If the app belongs to another organization, check Tenant in the credential first.`,
};

/** The request itself is wrong. */
export const REQUEST_FAULT: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'Microsoft did not accept the form of the request for an access token.',
	remedy:
		'Check Tenant, Cloud and, with the provider Custom, OAuth Token Endpoint and OAuth Scopes in the credential, then connect again.',
	cause: 'configuration-invalid',
	retryable: false,
};

/** The registration of the app does not fit. */
export const APP_SETUP: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The registration of the app does not fit the way in which n8n signs in.',
	remedy: `${APP} → Authentication and → Overview compare platform, supported account types, Client ID and Tenant with the credential. The number in Microsoft’s words is explained at https://login.microsoftonline.com/error.`,
};

/** There is no such organization. */
export const TENANT_UNKNOWN: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft knows no organization by what Tenant in the credential holds.',
	remedy: `${APP} → Overview copy Directory (tenant) ID to Tenant in the credential. Check Cloud too: each of Microsoft's clouds knows its own organizations only.`,
};
