import type { FailureDraft } from '../../model/failure';
import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import {
	APP,
	CONSENT_IN_TENANT,
	CORRECT_PLATFORM,
	ENDED,
	MULTIFACTOR,
	NO_CONSENT,
	POLICY,
	RENEW,
	REQUEST_FAULT,
	SECRET,
	TENANT_UNKNOWN,
} from './entra-texts';

/** What numbers of Microsoft's sign-in service mean where a person has connected. */
export interface EntraRule extends FailureDraft {
	/** Single numbers, and ranges of numbers with both ends. */
	readonly codes: ReadonlyArray<number | readonly [number, number]>;
	/** Words of the answer, where a number has several meanings. */
	readonly phrase?: RegExp;
	/** Where an application signs in by itself, if it is something else there. */
	readonly application?: FailureDraft;
}

/**
 * Numbers that mean something of their own; the first row that holds a number decides. They say
 * more than the OAuth error beside them, which for one number is not always the same.
 *
 * Source: "Microsoft Entra authentication and authorization error codes"
 * (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes, November 2026).
 * 1002012: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 * The wait after 50053: https://learn.microsoft.com/en-us/azure/hdinsight/domain-joined/domain-joined-authentication-issues.
 * 900023, 700024 and 7000229 word for word in the reports that test/fixtures/oauth-errors.json names.
 */
export const ENTRA_EXCEPTIONS: readonly EntraRule[] = [
	{
		codes: [70000],
		phrase: /service abuse/i,
		code: 'ACCOUNT_BLOCKED',
		message: 'Microsoft has put the account {user} on hold for misuse (service abuse mode).',
		remedy:
			'Sign in as {user} at account.microsoft.com and follow what it asks. If that does not help, ask Microsoft’s support. Signing in again by n8n does not help before.',
	},
	{
		codes: [50055, 50126, 50132, 50133, 50135, 50142, 50144, 50056],
		code: 'RECONNECT_REQUIRED',
		message:
			'Microsoft no longer accepts the password of {user}. Most likely it has expired or was changed.',
		remedy: `Set a new password for {user} if Microsoft asks for one. ${RENEW}`,
	},
	{ codes: [50072, 50074, 50076, 50078, 50079, 50158, 500121], ...MULTIFACTOR },
	{
		codes: [16000, 16003, 50014, 50020, 50034, 51004, 90072, 500208],
		code: 'RECONNECT_REQUIRED',
		message:
			'The account that was connected does not belong to the organization that Tenant names.',
		remedy:
			'Connect with an account of that organization, or correct Tenant in the credential. For outlook.com, hotmail.com and live.com choose the provider Outlook.com.',
		cause: 'configuration-invalid',
	},
	{
		codes: [70043, 70044],
		code: 'RECONNECT_REQUIRED',
		message: 'A sign-in frequency policy of the organization has ended the connection of {user}.',
		remedy: `${RENEW} It ends again after the same time unless an admin excludes {user} or the app: entra.microsoft.com → Entra ID → Conditional Access → Policies → the policy → Session → Sign-in frequency.`,
	},
	{
		codes: [700084],
		code: 'RECONNECT_REQUIRED',
		message:
			'The app is registered as a single-page application, whose connections end after a day.',
		remedy: CORRECT_PLATFORM,
		cause: 'configuration-invalid',
	},
	{
		codes: [50053],
		code: 'ACCOUNT_BLOCKED',
		message:
			'Microsoft has locked the sign-in of {user}: too many failed attempts, or it came from an address with malicious activity.',
		remedy:
			'Wait half an hour and find the program that tries a wrong password. An admin sees the reason at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs, error code 50053.',
		retryable: true,
		retryAfterMs: 30 * MINUTE_MS,
	},
	{
		codes: [5000224, 5000225],
		code: 'ACCOUNT_BLOCKED',
		message:
			'Microsoft has blocked the organization that Tenant names, or does not have it any more.',
		remedy:
			'Check Tenant in the credential. If it is right, an admin of the organization signs in at admin.microsoft.com and follows what it asks, or asks Microsoft’s support.',
	},
	{
		codes: [50057, 50064, 500341, 500342, 500571],
		code: 'ACCOUNT_BLOCKED',
		message: 'The account {user} is disabled, deleted or blocked at Microsoft.',
		remedy:
			'An admin enables it again: Microsoft 365 admin center → Users → Active users → the user → Unblock sign-in. Then connect again.',
	},
	{
		codes: [50005, 50097, 50127, 50129, 50131, 50155, 500021, 500022, 500212, 500213, 700003],
		...POLICY,
	},
	{
		codes: [50105, 501051],
		code: 'PERMISSION_MISSING',
		message: 'The organization requires that users are assigned to the app, and {user} is not.',
		remedy:
			'An admin assigns the user: entra.microsoft.com → Enterprise apps → the app → Users and groups → Add user/group. Then connect again.',
	},
	{ codes: [90008, 90094, 90095, 90099], ...NO_CONSENT },
	{
		codes: [500014],
		code: 'PERMISSION_MISSING',
		message: 'The service that n8n asks for is switched off in the organization of {user}.',
		remedy:
			'An admin looks whether the subscription with Exchange Online has lapsed, and enables the service: entra.microsoft.com → Enterprise apps → Application type Microsoft Applications → the service that the message names → Properties → Enabled for users to sign-in.',
	},
	{
		codes: [500011, 50001, 50002, 650052, 650054],
		code: 'PERMISSION_MISSING',
		message:
			'The organization that Tenant names does not have the service that n8n asks for (Exchange Online).',
		remedy:
			'Check Tenant in the credential, and with the provider Custom also OAuth Scopes. The organization needs a licence with Exchange Online.',
		application: {
			code: 'PERMISSION_MISSING',
			message:
				'The organization that Tenant names does not have the service that the application asks for.',
			remedy:
				'Check Tenant in the credential. With the provider Custom, OAuth Scopes must be https://outlook.office365.com/.default. The organization needs a licence with Exchange Online.',
		},
	},
	{
		codes: [28002, 28003, 70011, 650053, 650057, 700022, 700023],
		code: 'PERMISSION_MISSING',
		message: 'Microsoft does not accept the permissions (scopes) that n8n asks for.',
		remedy:
			'With the provider Custom, set OAuth Scopes to https://outlook.office.com/SMTP.Send offline_access, with nothing of graph.microsoft.com beside them, then connect again.',
	},
	{
		codes: [1002012],
		code: 'PERMISSION_MISSING',
		message: 'An application that signs in by itself must ask for a scope that ends in /.default.',
		remedy:
			'With the provider Custom, set OAuth Scopes to https://outlook.office365.com/.default, then connect again.',
	},
	{ codes: [7000229], ...CONSENT_IN_TENANT, application: CONSENT_IN_TENANT },
	{
		codes: [700011, 700016],
		code: 'CLIENT_REJECTED',
		message: 'The organization that Tenant names does not know the Client ID.',
		remedy: `${APP} → Overview, compare Application (client) ID with Client ID, and Directory (tenant) ID with Tenant in the credential.`,
		application: {
			code: 'CLIENT_REJECTED',
			message: 'The organization that Tenant names does not know the application.',
			remedy: `${APP} → Overview compare Application (client) ID with Client ID, and Directory (tenant) ID with Tenant in the credential. An application of another organization needs the consent of an admin of this one first.`,
		},
	},
	{
		codes: [70001, 7000112],
		code: 'CLIENT_REJECTED',
		message: 'The application is disabled in the organization.',
		remedy:
			'An admin enables it: entra.microsoft.com → Enterprise apps → the app → Properties → Enabled for users to sign-in.',
	},
	{ codes: [70002, 7000215], ...SECRET },
	{ codes: [7000222], ...SECRET, message: 'The Client Secret has expired.' },
	{
		codes: [7000216, 7000218],
		...SECRET,
		message: 'Microsoft asks for a Client Secret, and the credential sends none.',
	},
	{
		codes: [700025],
		code: 'CLIENT_REJECTED',
		message: 'The app is registered as a public client, which may not send a Client Secret.',
		remedy: CORRECT_PLATFORM,
	},
	{ codes: [90023], phrase: /no applicable permissions/i, ...NO_CONSENT },
	{ codes: [9002313], ...REQUEST_FAULT },
	{
		codes: [700024],
		...REQUEST_FAULT,
		application: {
			code: 'CLIENT_REJECTED',
			message: 'The sign-in of the application came too early or too late by Microsoft’s clock.',
			remedy: 'Correct the clock of the machine that runs n8n; 5 minutes off are too many.',
			cause: 'configuration-invalid',
		},
	},
	{
		codes: [50012, 50013, 50027, 700021, 700027, 700030, 1000502],
		code: 'CLIENT_REJECTED',
		message: 'Microsoft does not accept the certificate with which the application signs in.',
		remedy: `${APP} → Certificates & secrets → Certificates, upload the certificate whose private key is in use, and compare its thumbprint with the one in the error.`,
		application: {
			code: 'CLIENT_REJECTED',
			message: 'Microsoft does not accept the certificate with which the application signs in.',
			remedy: `${APP} → Certificates & secrets → Certificates upload the certificate of the credential. Or paste a certificate that is listed there, with its key, into the credential. The thumbprint in the error is that of the credential’s certificate: it must be listed, and must not have ended.`,
		},
	},
	{ codes: [90002, 900023, 50059], ...TENANT_UNKNOWN },
	{
		codes: [50194, 90124, 90130, 9001023],
		code: 'CLIENT_REJECTED',
		message:
			'The app is for one organization only, but Tenant in the credential does not name it (“common” or “consumers”).',
		remedy: `${APP} → Overview, copy Directory (tenant) ID to Tenant in the credential, then connect again.`,
		application: TENANT_UNKNOWN,
	},
	{
		codes: [9002331, 9002332, 9002346, [500202, 500207]],
		code: 'CLIENT_REJECTED',
		message: 'The app is registered for another kind of account than the one that signs in.',
		remedy: `${APP} → Authentication → Supported account types shows for whom it is: personal accounts need the provider Outlook.com, those of an organization Microsoft 365 with Tenant set to the Directory (tenant) ID. Correct the one or the other, then connect again.`,
	},
	{
		codes: [50011, 500113, 900971],
		code: 'CLIENT_REJECTED',
		message: 'The OAuth Redirect URL of n8n is not the one that the app is registered with.',
		remedy: CORRECT_PLATFORM,
	},
	{
		codes: [50000, 50033, 50196, 50199, 70012, 90006, 90012, 90024, 90033, 90055, 90090],
		code: 'TOKEN_REQUEST_FAILED',
	},
	{ codes: [50143, 54005, 90056, 160021], ...ENDED },
];
