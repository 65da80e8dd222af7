import type { FailureDraft } from '../../model/failure';

const APP = 'At entra.microsoft.com → App registrations → your app';
const RENEW = 'Open the credential and connect again as {user}.';

const ENDED: FailureDraft = { code: 'RECONNECT_REQUIRED' };
const BUSY: FailureDraft = { code: 'TOKEN_REQUEST_FAILED' };
const NO_CONSENT: FailureDraft = { code: 'PERMISSION_MISSING' };

const MULTIFACTOR: FailureDraft = {
	code: 'RECONNECT_REQUIRED',
	message: 'The organization of {user} asks for multifactor authentication at this sign-in.',
	remedy: `${RENEW} Complete the multifactor authentication while you sign in.`,
};

const PASSWORD: FailureDraft = {
	code: 'RECONNECT_REQUIRED',
	message: 'The password of {user} has expired or was changed.',
	remedy: `Set a new password for {user} if Microsoft asks for one. ${RENEW}`,
};

const OTHER_TENANT: FailureDraft = {
	code: 'RECONNECT_REQUIRED',
	message: 'The account that was connected does not belong to the organization that Tenant names.',
	remedy:
		'Connect with an account of that organization, or correct Tenant in the credential. For outlook.com, hotmail.com and live.com choose the provider Outlook.com.',
	cause: 'configuration-invalid',
};

const POLICY: FailureDraft = {
	code: 'SIGN_IN_BLOCKED',
	message: 'A security policy of the organization keeps {user} from signing in.',
};

const SECRET: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the Client Secret.',
};

const CERTIFICATE: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the certificate with which the application signs in.',
	remedy: `${APP} → Certificates & secrets → Certificates, upload the certificate whose private key is in use, and compare its thumbprint with the one in the error.`,
};

const UNKNOWN_APP: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The organization that Tenant names does not know the Client ID.',
	remedy: `${APP} → Overview, compare Application (client) ID with Client ID, and Directory (tenant) ID with Tenant in the credential.`,
};

const DISABLED_APP: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The application is disabled in the organization.',
	remedy:
		'An admin enables it: entra.microsoft.com → Enterprise apps → the app → Properties → Enabled for users to sign-in.',
};

const TENANT_NEEDED: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message:
		'The app is for one organization only, but Tenant in the credential does not name it (“common” or “consumers”).',
	remedy: `${APP} → Overview, copy Directory (tenant) ID to Tenant in the credential, then connect again.`,
};

const WRONG_PLATFORM = `${APP} → Authentication, put the OAuth Redirect URL under the platform Web and remove it from the others, then connect again.`;

const NO_SUCH_SERVICE: FailureDraft = {
	code: 'PERMISSION_MISSING',
	message:
		'The organization that Tenant names does not have the service that n8n asks for (Exchange Online).',
	remedy:
		'Check Tenant in the credential, and with the provider Custom also OAuth Scopes. The organization needs a licence with Exchange Online.',
};

const WRONG_SCOPE: FailureDraft = {
	code: 'PERMISSION_MISSING',
	message: 'Microsoft does not accept the permissions (scopes) that n8n asks for.',
	remedy:
		'With the provider Custom, set OAuth Scopes to https://outlook.office.com/SMTP.Send offline_access, with nothing of graph.microsoft.com beside them, then connect again.',
};

const ACCOUNT_OFF: FailureDraft = {
	code: 'ACCOUNT_BLOCKED',
	message: 'The account {user} is disabled, deleted or blocked at Microsoft.',
	remedy:
		'An admin enables it again: Microsoft 365 admin center → Users → Active users → the user → Unblock sign-in. Then connect again.',
};

const ABUSE: FailureDraft = {
	code: 'ACCOUNT_BLOCKED',
	message: 'Microsoft has put the account {user} on hold for misuse (service abuse mode).',
	remedy:
		'Sign in as {user} at account.microsoft.com and follow what it asks. If that does not help, ask Microsoft’s support. Signing in again by n8n does not help before.',
};

const WRONG_ACCOUNT_TYPE: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The app is registered for another kind of account than the one that signs in.',
	remedy: `${APP} → Authentication → Supported account types shows for whom it is: personal accounts need the provider Outlook.com, those of an organization Microsoft 365 with Tenant set to the Directory (tenant) ID. Correct the one or the other, then connect again.`,
};

const RESOURCE_OFF: FailureDraft = {
	code: 'PERMISSION_MISSING',
	message: 'The service that n8n asks for is switched off in the organization of {user}.',
	remedy:
		'An admin looks whether the subscription with Exchange Online has lapsed, and enables the service: entra.microsoft.com → Enterprise apps → Application type Microsoft Applications → the service that the message names → Properties → Enabled for users to sign-in.',
};

const CONSENT_IN_TENANT: FailureDraft = {
	code: 'PERMISSION_MISSING',
	message:
		'The application is not known in the organization that Tenant names: it has no consent there.',
	remedy: `An admin of that organization allows it once: entra.microsoft.com → Enterprise apps, or the page https://login.microsoftonline.com/TENANT/adminconsent?client_id=CLIENT_ID. If the app belongs to another organization, check Tenant in the credential first.`,
};

const ON_PREMISES: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	message:
		'Microsoft could not ask the organization’s own sign-in server (pass-through or federation).',
	remedy:
		'Try again in some minutes. If it recurs, an admin checks the authentication agents or the federation server.',
};

const REQUEST_FAULT: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'Microsoft did not accept the form of the request for an access token.',
	remedy:
		'Check Tenant, Cloud and, with the provider Custom, OAuth Token Endpoint and OAuth Scopes in the credential, then connect again.',
	cause: 'configuration-invalid',
	retryable: false,
};

const APP_SETUP: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The registration of the app does not fit the way in which n8n signs in.',
	remedy: `${APP} → Authentication and → Overview compare platform, supported account types, Client ID and Tenant with the credential. The number in Microsoft’s words is explained at https://login.microsoftonline.com/error.`,
};

const REDIRECT: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The OAuth Redirect URL of n8n is not the one that the app is registered with.',
	remedy: WRONG_PLATFORM,
};

const APPLICATION_UNKNOWN: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The organization that Tenant names does not know the application.',
	remedy: `${APP} → Overview compare Application (client) ID with Client ID, and Directory (tenant) ID with Tenant in the credential. An application of another organization needs the consent of an admin of this one first.`,
};

const TENANT_UNKNOWN: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft knows no organization by what Tenant in the credential holds.',
	remedy: `${APP} → Overview copy Directory (tenant) ID to Tenant in the credential. Check Cloud too: each of Microsoft's clouds knows its own organizations only.`,
};

const CLOCK: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'The sign-in of the application came too early or too late by Microsoft’s clock.',
	remedy: 'Correct the clock of the machine that runs n8n; 5 minutes off are too many.',
	cause: 'configuration-invalid',
};

const APPLICATION_CERTIFICATE: FailureDraft = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the certificate with which the application signs in.',
	remedy: `${APP} → Certificates & secrets → Certificates upload the certificate that is in the credential, or paste the one that is there with its key. The thumbprint in the error names the one in the credential; it must be listed, and not have ended.`,
};

const APPLICATION_POLICY: FailureDraft = {
	code: 'SIGN_IN_BLOCKED',
	message: 'A security policy of the organization keeps the application from signing in.',
	remedy:
		'An admin looks at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs → Service principal sign-ins: the failed entry names the policy (Conditional Access for workload identities).',
};

/** What Microsoft's numbers come to, with the words for it; `entra-rules.ts` says which number is which. */
export const ENTRA_TEXTS = {
	ENDED,
	BUSY,
	NO_CONSENT,
	MULTIFACTOR,
	PASSWORD,
	OTHER_TENANT,
	POLICY,
	SECRET,
	CERTIFICATE,
	UNKNOWN_APP,
	DISABLED_APP,
	TENANT_NEEDED,
	NO_SUCH_SERVICE,
	WRONG_SCOPE,
	ACCOUNT_OFF,
	ABUSE,
	WRONG_ACCOUNT_TYPE,
	RESOURCE_OFF,
	CONSENT_IN_TENANT,
	ON_PREMISES,
	REQUEST_FAULT,
	APP_SETUP,
	REDIRECT,
	APPLICATION_UNKNOWN,
	TENANT_UNKNOWN,
	CLOCK,
	APPLICATION_CERTIFICATE,
	APPLICATION_POLICY,
} as const;

/** How a person renews a connection. */
export const RENEW_CONNECTION = RENEW;

/** How the platform of an app is corrected. */
export const CORRECT_PLATFORM = WRONG_PLATFORM;
