import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import type { Verdict } from '../../model/verdict';

const APP = 'At entra.microsoft.com → App registrations → your app';
const RENEW = 'Open the credential and connect again as {user}.';

const ENDED: Verdict = { code: 'RECONNECT_REQUIRED' };
const BUSY: Verdict = { code: 'TOKEN_REQUEST_FAILED' };
const NO_CONSENT: Verdict = { code: 'PERMISSION_MISSING' };

const MULTIFACTOR: Verdict = {
	code: 'RECONNECT_REQUIRED',
	message: 'The organization of {user} asks for multifactor authentication at this sign-in.',
	remedy: `${RENEW} Complete the multifactor authentication while you sign in.`,
};

const PASSWORD: Verdict = {
	code: 'RECONNECT_REQUIRED',
	message: 'The password of {user} has expired or was changed.',
	remedy: `Set a new password for {user} if Microsoft asks for one. ${RENEW}`,
};

const OTHER_TENANT: Verdict = {
	code: 'RECONNECT_REQUIRED',
	message: 'The account that was connected does not belong to the organization that Tenant names.',
	remedy:
		'Connect with an account of that organization, or correct Tenant in the credential. For outlook.com, hotmail.com and live.com choose the provider Outlook.com.',
	cause: 'configuration-invalid',
};

const POLICY: Verdict = {
	code: 'SIGN_IN_BLOCKED',
	message: 'A security policy of the organization keeps {user} from signing in.',
};

const SECRET: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the Client Secret.',
};

const CERTIFICATE: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the certificate with which the application signs in.',
	remedy: `${APP} → Certificates & secrets → Certificates, upload the certificate whose private key is in use, and compare its thumbprint with the one in the error.`,
};

const UNKNOWN_APP: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'The organization that Tenant names does not know the Client ID.',
	remedy: `${APP} → Overview, compare Application (client) ID with Client ID, and Directory (tenant) ID with Tenant in the credential.`,
};

const DISABLED_APP: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'The application is disabled in the organization.',
	remedy:
		'An admin enables it: entra.microsoft.com → Enterprise apps → the app → Properties → Enabled for users to sign-in.',
};

const TENANT_NEEDED: Verdict = {
	code: 'CLIENT_REJECTED',
	message:
		'The app is for one organization only, but Tenant in the credential does not name it (“common” or “consumers”).',
	remedy: `${APP} → Overview, copy Directory (tenant) ID to Tenant in the credential, then connect again.`,
};

const WRONG_PLATFORM = `${APP} → Authentication, put the OAuth Redirect URL under the platform Web and remove it from the others, then connect again.`;

const NO_SUCH_SERVICE: Verdict = {
	code: 'PERMISSION_MISSING',
	message:
		'The organization that Tenant names does not have the service that n8n asks for (Exchange Online).',
	remedy:
		'Check Tenant in the credential, and with the provider Custom also OAuth Scopes. The organization needs a licence with Exchange Online.',
};

const WRONG_SCOPE: Verdict = {
	code: 'PERMISSION_MISSING',
	message: 'Microsoft does not accept the permissions (scopes) that n8n asks for.',
	remedy:
		'With the provider Custom, set OAuth Scopes to https://outlook.office.com/SMTP.Send offline_access, with nothing of graph.microsoft.com beside them, then connect again.',
};

const rows = (codes: readonly number[], verdict: Verdict): Array<[string, Verdict]> =>
	codes.map((code) => [String(code), verdict]);

/**
 * What the codes of Microsoft's sign-in service mean for this node; they say more than the OAuth
 * error beside them, which for one code is not always the same.
 *
 * Each code was checked against "Microsoft Entra authentication and authorization error codes"
 * (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes, November
 * 2026). Only 1002012 is not on that page; its rule is on
 * https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * (scope: the resource, suffixed with `.default`). The wait after 50053 is on
 * https://learn.microsoft.com/en-us/azure/hdinsight/domain-joined/domain-joined-authentication-issues.
 */
export const ENTRA_CODES: ReadonlyMap<string, Verdict> = new Map([
	...rows([50089, 50173, 70000, 70008, 700082], ENDED),
	...rows([50055, 50132, 50133, 50144], PASSWORD),
	...rows([50072, 50074, 50076, 50078, 50079, 50158], MULTIFACTOR),
	...rows([16000, 16003, 50020, 50034, 51004, 90072, 500208], OTHER_TENANT),
	...rows([70043], {
		code: 'RECONNECT_REQUIRED',
		message: 'A sign-in frequency policy of the organization has ended the connection of {user}.',
		remedy: `${RENEW} It ends again after the same time unless an admin excludes {user} or the app: entra.microsoft.com → Entra ID → Conditional Access → Policies → the policy → Session → Sign-in frequency.`,
	}),
	...rows([700084], {
		code: 'RECONNECT_REQUIRED',
		message:
			'The app is registered as a single-page application, whose connections end after a day.',
		remedy: WRONG_PLATFORM,
		cause: 'configuration-invalid',
	}),
	...rows([50053], {
		code: 'ACCOUNT_BLOCKED',
		message:
			'Microsoft has locked the sign-in of {user}: too many failed attempts, or it came from an address with malicious activity.',
		remedy:
			'Wait half an hour and find the program that tries a wrong password. An admin sees the reason at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs, error code 50053.',
		retryable: true,
		retryAfterMs: 30 * MINUTE_MS,
	}),
	...rows([50057], {
		code: 'ACCOUNT_BLOCKED',
		message: 'The account {user} is disabled.',
		remedy:
			'An admin enables it again: Microsoft 365 admin center → Users → Active users → the user → Unblock sign-in. Then connect again.',
	}),
	...rows([50005, 50131, 53000, 53001, 53002, 53003, 53004, 53010, 53011], POLICY),
	...rows([50097, 50155, 530032, 530034, 530035], POLICY),
	...rows([65001, 65004, 90008, 90094, 90095, 9002332], NO_CONSENT),
	...rows([50105], {
		code: 'PERMISSION_MISSING',
		message: 'The organization requires that users are assigned to the app, and {user} is not.',
		remedy:
			'An admin assigns the user: entra.microsoft.com → Enterprise apps → the app → Users and groups → Add user/group. Then connect again.',
	}),
	...rows([500011, 50001, 650052, 650054], NO_SUCH_SERVICE),
	...rows([28002, 28003, 70011, 650057, 700022, 700023], WRONG_SCOPE),
	...rows([1002012], {
		code: 'PERMISSION_MISSING',
		message: 'An application that signs in by itself must ask for a scope that ends in /.default.',
		remedy:
			'With the provider Custom, set OAuth Scopes to https://outlook.office365.com/.default, then connect again.',
	}),
	...rows([700011, 700016], UNKNOWN_APP),
	...rows([70001, 7000112], DISABLED_APP),
	...rows([7000215], SECRET),
	...rows([7000222], { ...SECRET, message: 'The Client Secret has expired.' }),
	...rows([7000218], {
		...SECRET,
		message: 'Microsoft asks for a Client Secret, and the credential sends none.',
	}),
	...rows([700025], {
		code: 'CLIENT_REJECTED',
		message: 'The app is registered as a public client, which may not send a Client Secret.',
		remedy: WRONG_PLATFORM,
	}),
	...rows([50012, 700027, 700030], CERTIFICATE),
	...rows([90002], {
		code: 'CLIENT_REJECTED',
		message: 'Microsoft knows no organization by what Tenant in the credential holds.',
		remedy: `${APP} → Overview, copy Directory (tenant) ID to Tenant in the credential.`,
	}),
	...rows([50194, 90124, 90130, 9001023], TENANT_NEEDED),
	...rows([50033, 50196, 70012, 90006, 90012, 90024, 90033, 90055, 90090], BUSY),
]);
