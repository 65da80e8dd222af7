import { DAY_MS } from '../../catalogue/catalogue-entry';
import { orByRole } from '../sign-in/application-rules';
import type { ApiRule } from './api-rule';
import { statusRules, WORD_RULES } from './status-rules';

const APP = 'At entra.microsoft.com → App registrations → your app → API permissions';

/** How a user's app gets a permission of Graph. */
export const GRANT_TO_USER = (permission: string): string =>
	`${APP} → Add a permission → Microsoft Graph → Delegated permissions choose ${permission}. If your organization wants that, an admin clicks Grant admin consent there. Then connect the credential again.`;

/** How an application that signs in by itself gets a permission of Graph. */
export const GRANT_TO_APPLICATION = (permission: 'Mail.Send' | 'Mail.ReadWrite'): string =>
	`${APP} → Add a permission → Microsoft Graph → Application permissions choose ${permission}, if it is not listed yet. Then have an admin click Grant admin consent on that page: a green tick must stand beside it. ${orByRole(permission)} Then run the workflow again.`;

/** How an application gets a token for Graph. */
export const SAVE_AGAIN =
	'Save the credential once more with Deliver Via set to Microsoft Graph and run the workflow again: the next access token will be for it. If that does not help, make a new credential with the same fields.';

const NO_MAILBOX =
	'Check User in the credential: it must be the primary address (user principal name) of a user or a shared mailbox in Exchange Online. An account without an Exchange licence, and a mailbox that is still on a server of your own, cannot send by Graph.';

/**
 * What Graph's codes mean for a mail. Sources, all read in November 2026:
 * https://learn.microsoft.com/en-us/graph/errors,
 * https://learn.microsoft.com/en-us/graph/api/user-sendmail,
 * https://learn.microsoft.com/en-us/graph/outlook-send-mail-from-other-user,
 * https://learn.microsoft.com/en-us/graph/auth-limit-mailbox-access,
 * https://learn.microsoft.com/en-us/graph/throttling,
 * https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode,
 * and the answers in test/fixtures/graph-errors.json. The first rule that applies decides.
 */
export const GRAPH_RULES: readonly ApiRule[] = [
	{
		phrase: /conditional access|AADSTS53\d{3}|blocked by (?:an? )?(?:admin|policy)/i,
		statuses: [401, 403],
		code: 'SIGN_IN_BLOCKED',
		stage: 'auth',
		message: 'A security policy of the organization keeps {user} from Microsoft Graph.',
	},
	{
		phrase: /invalid audience/i,
		statuses: [401],
		code: 'WRONG_AUDIENCE',
		stage: 'auth',
		unattendedRemedy: SAVE_AGAIN,
	},
	{
		phrase:
			/(?:exceeded|reached).{0,60}(?:limit|quota|maximum number).{0,60}(?:day|hour|messages|recipients)|(?:daily|hourly|sending) (?:limit|quota)/i,
		statuses: [400, 403, 429, 550],
		errorCodes: [
			'ErrorExceededMaxRecipientLimit',
			'ErrorMessageLimitExceeded',
			'ErrorAccessDenied',
		],
		code: 'QUOTA_EXHAUSTED',
		stage: 'reply',
	},
	{
		errorCodes: ['ErrorSendAsDenied', 'ErrorSubmitAsDenied'],
		code: 'SENDER_NOT_ALLOWED',
		stage: 'mailFrom',
		message: 'Microsoft Graph does not let {user} send as {from}.',
		remedy:
			'Leave From Email empty, or have an admin grant the right: Exchange admin center → Recipients → Mailboxes → {from} → Delegation → Send as, or Add-RecipientPermission -Identity {from} -Trustee {user} -AccessRights SendAs. Also switch on Shared Mailbox in the credential (permission Mail.Send.Shared) and connect again. A new right takes up to an hour to work.',
		unattendedRemedy:
			'Leave From Email empty, or enter {from} under User in the credential: an application sends from any mailbox it may use, and the mailbox that sends is the one in User.',
	},
	{
		errorCodes: ['ErrorAccessDenied', 'extensionError', 'accessDenied'],
		phrase: /AppOnly AccessPolicy|Access to OData is disabled/i,
		code: 'PERMISSION_MISSING',
		stage: 'auth',
		message: 'A policy in Exchange Online keeps the application from using the mailbox {user}.',
		remedy:
			'An Exchange admin adds {user} to the group of the policy that Get-ApplicationAccessPolicy shows. Or the admin gives the application a role whose scope holds {user}: New-ManagementRoleAssignment -Role "Application Mail.Send". Test-ApplicationAccessPolicy -Identity {user} -AppId CLIENT_ID tells whether it may. A change takes more than an hour to work.',
	},
	{
		errorCodes: ['ErrorExceededMessageLimit', 'ErrorExceededHourlyMessageLimit'],
		code: 'QUOTA_EXHAUSTED',
		retryAfterMs: DAY_MS,
		stage: 'reply',
	},
	{
		errorCodes: ['ErrorSubmissionQuotaExceeded', 'ErrorMessageSubmissionQuotaExceeded'],
		code: 'QUOTA_EXHAUSTED',
		stage: 'reply',
	},
	{
		errorCodes: ['ErrorExceededMaxRecipientLimit', 'ErrorTooManyRecipients'],
		code: 'TOO_MANY_RECIPIENTS',
		stage: 'rcptTo',
	},
	{
		errorCodes: [
			'ErrorMessageSubmissionBlocked',
			'ErrorAccountSuspend',
			'ErrorAccountSuspendShowTierUpgrade',
			'ErrorMessageBlocked',
		],
		code: 'ACCOUNT_BLOCKED',
		stage: 'reply',
	},
	{
		errorCodes: ['ErrorInvalidRecipients', 'ErrorInvalidEmailAddress'],
		code: 'RECIPIENT_REJECTED',
		stage: 'rcptTo',
		message:
			'Microsoft Graph does not take one of the addresses of this message, so no recipient gets it.',
		remedy:
			'Correct the address that Microsoft names in To Email, CC Email or BCC Email, then send again.',
	},
	{
		errorCodes: [
			'MailboxNotEnabledForRESTAPI',
			'MailboxNotSupportedForRESTAPI',
			'ErrorMissingEmailAddress',
			'ResourceNotFound',
		],
		code: 'ACCOUNT_BLOCKED',
		stage: 'auth',
		message: '{user} has no mailbox in Exchange Online that Microsoft Graph can send from.',
		remedy: NO_MAILBOX,
		cause: 'configuration-invalid',
	},
	{
		errorCodes: ['ErrorNonExistentMailbox', 'ErrorMailboxNotFound'],
		code: 'ACCOUNT_BLOCKED',
		stage: 'auth',
		message: 'Exchange Online knows no mailbox {user}.',
		remedy: NO_MAILBOX,
		cause: 'configuration-invalid',
	},
	{
		errorCodes: ['OrganizationFromTenantGuidNotFound'],
		code: 'ACCOUNT_BLOCKED',
		stage: 'auth',
		message: 'The organization that was signed in to has no Exchange Online.',
		remedy:
			'Check Tenant in the credential: it must be the organization whose mailboxes are to send, with a licence that has Exchange Online.',
		cause: 'configuration-invalid',
	},
	{
		errorCodes: ['ErrorInvalidUser', 'Request_ResourceNotFound'],
		code: 'INVALID_PARAMETER',
		stage: 'auth',
		message: 'Microsoft knows no user {user} in the organization that was signed in to.',
		remedy: `${NO_MAILBOX} Check Tenant as well: the mailbox must be in that organization.`,
	},
	{
		errorCodes: [
			'ErrorMessageSizeExceeded',
			'ErrorAttachmentSizeLimitExceeded',
			'RequestEntityTooLarge',
			'RequestBodyTooLarge',
		],
		code: 'MESSAGE_TOO_LARGE',
		stage: 'data',
		message: 'The message is larger than the mailbox {user} may send{sizes}.',
	},
	{
		errorCodes: ['BadRequest', 'ErrorInvalidRequest'],
		phrase: /maximum request length/i,
		code: 'MESSAGE_TOO_LARGE',
		stage: 'data',
		message: 'The message is larger than Microsoft Graph takes in one request{sizes}.',
	},
	{
		errorCodes: ['ErrorQuotaExceeded', 'quotaLimitReached'],
		code: 'MAILBOX_FULL',
		stage: 'data',
		message: '{user} is full, so Exchange Online takes no message from it.',
	},
	{
		errorCodes: [
			'ErrorMimeContentInvalid',
			'ErrorMimeContentInvalidBase64String',
			'ErrorMimeContentConversionFailed',
			'ErrorContentConversionFailed',
		],
		code: 'MESSAGE_REFUSED',
		stage: 'data',
		message: 'Microsoft Graph could not read the message.',
		remedy:
			'Remove Options → Headers and Calendar Invitation and try again. If that helps, report it with this text at https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/issues.',
	},
	{
		errorCodes: ['malwareDetected', 'virusSuspicious', 'ErrorVirusDetected'],
		code: 'MESSAGE_REFUSED',
		stage: 'data',
	},
	{
		errorCodes: ['ErrorItemNotFound', 'ErrorInvalidIdMalformed', 'uploadSessionNotFound'],
		code: 'SERVER_BUSY',
		message: 'The draft of this message, or the upload to it, was gone before it could be sent.',
		remedy: 'Send again. If it recurs, look for a rule or a program that deletes drafts in {user}.',
	},
	{
		errorCodes: [
			'ApplicationThrottled',
			'TooManyRequests',
			'ErrorTooManyRequests',
			'activityLimitReached',
			'throttledRequest',
			'ErrorMailboxConcurrency',
			'MailboxConcurrency',
			'ErrorExceededConnectionCount',
			'CommandConcurrencyLimitReached',
		],
		code: 'RATE_LIMITED',
	},
	{
		errorCodes: [
			'ErrorAccessDenied',
			'Authorization_RequestDenied',
			'accessDenied',
			'Forbidden',
			'NoPermissionsInAccessToken',
		],
		code: 'PERMISSION_MISSING',
		stage: 'auth',
	},
	{
		errorCodes: [
			'ErrorServerBusy',
			'ErrorMailboxStoreUnavailable',
			'ErrorMailboxFailover',
			'ErrorMessageTransientError',
			'ErrorADUnavailable',
			'ErrorConnectionFailed',
			'ErrorMailboxMoveInProgress',
			'ErrorInternalServerTransientError',
			'ErrorTimeoutExpired',
			'serviceNotAvailable',
			'ServiceUnavailable',
		],
		code: 'SERVER_BUSY',
	},
	{
		statuses: [400, 405],
		phrase:
			/delegated authentication flow|\bOData\b.*\bsegment\b|resource not found for the segment/i,
		code: 'UNCLASSIFIED',
		message: 'Microsoft Graph does not take the request in the form in which this node made it.',
	},
	...WORD_RULES,
	{
		statuses: [401],
		code: 'TOKEN_REJECTED',
		stage: 'auth',
		message: 'Microsoft Graph refused the access token of {user}.',
		remedy:
			'Connect the credential again with Deliver Via set to Microsoft Graph, signing in as {user}. If it recurs, an admin looks at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs for the reason.',
		unattendedRemedy:
			'Check Tenant, Client ID and Client Secret in the credential, and run the workflow again. If it recurs, an admin looks at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs → Service principal sign-ins for the reason.',
	},
	{
		statuses: [402],
		code: 'ACCOUNT_BLOCKED',
		stage: 'auth',
		message: 'Microsoft says that the organization has no active licence for this.',
		remedy:
			'An admin looks at Microsoft 365 admin center → Billing, and whether {user} has a licence with Exchange Online.',
	},
	{ statuses: [403], code: 'PERMISSION_MISSING', stage: 'auth' },
	{
		statuses: [404],
		code: 'INVALID_PARAMETER',
		stage: 'auth',
		message: 'Microsoft Graph knows no mailbox {user}.',
		remedy: NO_MAILBOX,
	},
	...statusRules('Microsoft Graph'),
];
