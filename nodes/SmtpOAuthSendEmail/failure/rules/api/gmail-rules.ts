import { DAY_MS } from '../../catalogue/catalogue-entry';
import type { ApiRule } from './api-rule';
import { statusRules, WORD_RULES } from './status-rules';

const CONSOLE = 'console.cloud.google.com';
const ADMIN_CONSOLE = 'admin.google.com';

const PROJECT_GONE = {
	code: 'CLIENT_REJECTED',
	stage: 'auth',
	message: "Google has suspended your app's Google Cloud project, or does not know it.",
	remedy: `The owner of the project opens ${CONSOLE}, chooses the project of the Client ID at the top, and follows the notice there: an appeal, a bill, or the terms. Or make a new project and app, and enter its Client ID and Client Secret.`,
} as const;

/** How a person lets the app send by the API. */
const CONNECT_AGAIN = `Open the credential and connect it again with Deliver Via set to Gmail API: a connection that was made for something else lacks the permission. Tick "Send email on your behalf" on Google's page. If Google does not offer it, add the scope https://www.googleapis.com/auth/gmail.send at ${CONSOLE} → Google Auth Platform → Data Access.`;

/** How an administrator lets a service account send by the API. */
const DELEGATE_AGAIN = `An administrator adds the scope https://www.googleapis.com/auth/gmail.send to the service account's client ID: ${ADMIN_CONSOLE} → Security → Access and data control → API controls → Manage domain-wide delegation. It can take a day to work.`;

/**
 * What Google's reasons mean for a mail. Sources, all read in November 2026:
 * https://developers.google.com/workspace/gmail/api/guides/handle-errors,
 * https://developers.google.com/workspace/gmail/api/reference/quota,
 * https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send,
 * and the answers in test/fixtures/gmail-errors.json. The first rule that applies decides.
 */
export const GMAIL_RULES: readonly ApiRule[] = [
	{
		errorCodes: ['accessNotConfigured', 'SERVICE_DISABLED'],
		code: 'PERMISSION_MISSING',
		stage: 'auth',
		message: "The Gmail API is switched off in your app's Google Cloud project.",
		remedy: `Open ${CONSOLE}/apis/library/gmail.googleapis.com, choose the project of the Client ID at the top, and click Enable. Wait a few minutes, then try again.`,
	},
	{
		errorCodes: ['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
		code: 'PERMISSION_MISSING',
		stage: 'auth',
		message: 'The connection of {user} lacks the permission to send by the Gmail API.',
		remedy: CONNECT_AGAIN,
		unattendedRemedy: DELEGATE_AGAIN,
	},
	{ errorCodes: ['CONSUMER_SUSPENDED', 'CONSUMER_INVALID'], ...PROJECT_GONE },
	{
		statuses: [403],
		phrase:
			/\b(?:consumer|project)\b.{0,80}\b(?:suspended|disabled|deleted|invalid|not (?:found|active))/i,
		...PROJECT_GONE,
	},
	{
		errorCodes: ['domainPolicy'],
		code: 'SIGN_IN_BLOCKED',
		stage: 'auth',
		message: 'The administrators of the Google Workspace domain do not let this app use Gmail.',
		remedy: `A Workspace administrator allows it: ${ADMIN_CONSOLE} → Security → Access and data control → API controls → Manage Third-Party App Access → your app → Trusted. Gmail must be on for {user} too: Apps → Google Workspace → Gmail.`,
	},
	{
		phrase: /\bDelegation denied\b/i,
		code: 'TOKEN_REJECTED',
		stage: 'auth',
		message: 'The Google account that was connected is not {user}, so it may not send from there.',
		remedy:
			'Under User in the credential enter the primary address of the connected account, no alias. Or connect the credential again, and choose the account {user} on Google’s page.',
		unattendedRemedy:
			'Check User in the credential: it must be the primary address of a person in the Workspace domain, no alias and no group.',
	},
	{
		statuses: [400],
		phrase: /\bMail service not enabled\b/i,
		code: 'ACCOUNT_BLOCKED',
		cause: 'configuration-invalid',
		stage: 'auth',
		message: 'Gmail is switched off for {user}.',
		remedy: `A Workspace administrator switches it on: ${ADMIN_CONSOLE} → Apps → Google Workspace → Gmail → Service status, for the organizational unit of {user}; {user} needs a licence with Gmail.`,
	},
	{
		statuses: [400],
		phrase: /\bRecipient address required\b|\bInvalid (?:To|Cc|Bcc) header\b/i,
		code: 'RECIPIENT_REJECTED',
		stage: 'rcptTo',
		message: 'Gmail does not take one of the addresses of this message, so no recipient gets it.',
		remedy: 'Correct To Email, CC Email and BCC Email, then send again.',
	},
	{
		statuses: [400],
		phrase: /\bInvalid From header\b/i,
		code: 'SENDER_NOT_ALLOWED',
		stage: 'mailFrom',
		message: 'Gmail does not take {from} as the sender.',
		remedy: 'Leave From Email empty, or correct the address in it.',
	},
	{
		errorCodes: ['failedPrecondition'],
		code: 'UNCLASSIFIED',
		cause: 'configuration-invalid',
		stage: 'auth',
		message: 'Gmail does not send for {user} as things are.',
		remedy: `Google does not say what is missing. Check three things: User is the primary address of a person; Gmail is on for it (${ADMIN_CONSOLE} → Apps → Google Workspace → Gmail); a person has opened that mailbox once.`,
	},
	{
		statuses: [400],
		phrase: /\bpayload size exceeds the limit\b/i,
		code: 'MESSAGE_TOO_LARGE',
		stage: 'data',
		message: 'The message is larger than the Gmail API takes in one request{sizes}.',
	},
	{
		errorCodes: ['uploadTooLarge'],
		code: 'MESSAGE_TOO_LARGE',
		stage: 'data',
		message: 'The message is larger than the Gmail API takes{sizes}.',
	},
	{
		phrase: /\bToo many concurrent requests for user\b/i,
		code: 'RATE_LIMITED',
		message: 'The Gmail API works on too many requests for {user} at once.',
		remedy:
			'Wait, then send again: Max Attempts does it by itself. Lower Max Connections in the credential if other programs use Gmail for {user} as well.',
	},
	{
		errorCodes: ['dailyLimitExceeded', 'quotaExceeded'],
		code: 'QUOTA_EXHAUSTED',
		retryAfterMs: DAY_MS,
		message: "The daily quota of your app's Google Cloud project is used up.",
		remedy: `Wait until tomorrow (midnight Pacific time), or ask for more at ${CONSOLE} → APIs & Services → Gmail API → Quotas.`,
	},
	{
		errorCodes: ['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'],
		code: 'RATE_LIMITED',
		message: 'The Gmail API takes no more requests for {user} at present.',
		remedy:
			'Wait, then send again: Max Attempts does it by itself. If it recurs, send less at once (Messages per Minute in the credential), and see whether {user} is near its daily sending limit: 500 messages for a free account, 2,000 for Workspace.',
	},
	...WORD_RULES,
	{
		statuses: [401],
		code: 'TOKEN_REJECTED',
		stage: 'auth',
		message: 'The Gmail API refused the access token of {user}.',
		remedy: 'Connect the credential again, signing in as {user}.',
		unattendedRemedy:
			'Check Service Account Key and Service Account Email in the credential, then run the workflow again.',
	},
	{
		statuses: [403],
		code: 'PERMISSION_MISSING',
		stage: 'auth',
		message: 'The Gmail API does not let this app send for {user}.',
		remedy: CONNECT_AGAIN,
		unattendedRemedy: DELEGATE_AGAIN,
	},
	{
		statuses: [404],
		code: 'SERVER_BUSY',
		message: 'The upload of this message was gone before it was whole.',
		remedy: 'Send again.',
	},
	...statusRules('The Gmail API'),
];
