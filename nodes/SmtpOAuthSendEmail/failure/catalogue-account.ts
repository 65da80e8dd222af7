import { DAY_MS, MINUTE_MS, type CatalogueEntry } from './catalogue-entry';
import { RECIPIENT_IS_FULL } from './full-mailbox';

/** Codes about the account that sends: what it may do, and how much of it. */
export const ACCOUNT_ENTRIES = {
	SMTP_AUTH_DISABLED: {
		title: 'SMTP AUTH is switched off',
		message: '{host} has SMTP AUTH switched off for {user} or for the whole organization.',
		remedy: 'Ask the administrator of the mail server to allow SMTP sign-in for this mailbox.',
		remedyFor: {
			microsoft365:
				'An admin switches it on for this mailbox: Microsoft 365 admin center → Users → Active users → the user → Mail → Manage email apps → Authenticated SMTP, or Set-CASMailbox -Identity {user} -SmtpClientAuthenticationDisabled $false. The mailbox setting wins over the organization’s. It takes up to an hour to work.',
			outlook:
				'Sign in at outlook.com → Settings → Mail → Forwarding and IMAP, and let devices and apps use POP and IMAP. Some personal accounts are refused all the same.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	SIGN_IN_BLOCKED: {
		title: 'A policy blocks the sign-in',
		message: 'A security policy keeps {user} from signing in at {host}.',
		remedy: 'Ask the administrator of the mailbox which policy blocks this sign-in.',
		remedyFor: {
			gmail:
				'Sign in to Gmail once in a browser and confirm that it was you. In Google Workspace an admin looks at admin.google.com → Security → Access and data control → API controls → Manage third-party app access, and makes the app trusted.',
			microsoft365:
				'An admin looks at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs: the failed entry names the policy. Usual ones are security defaults (Entra ID → Overview → Properties → Manage security defaults) and a Conditional Access policy that blocks legacy authentication or this place (Entra ID → Conditional Access → Policies).',
			outlook:
				'Sign in at account.microsoft.com → Security → Recent activity, and confirm that it was you.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	ACCOUNT_BLOCKED: {
		title: 'The account may not send',
		message: '{host} has blocked sending for {user} or for the address it connects from.',
		remedy:
			'Ask the provider or the administrator why sending is blocked and have it lifted; waiting alone rarely helps.',
		remedyFor: {
			microsoft365:
				'An admin unblocks the user at security.microsoft.com/restrictedusers (Email & collaboration → Review → Restricted entities); a block of the whole tenant (5.7.705, 5.7.708) needs a ticket at Microsoft’s support.',
			outlook:
				'Sign in at outlook.com, follow what it asks (usually confirming a phone number), and send one mail there.',
			yandex: 'Sign in at mail.yandex.com, pass the check it shows, and send one mail there.',
			gmail:
				'Sign in at mail.google.com and look for a notice. In Google Workspace an admin looks at admin.google.com → Directory → Users → the user, and reactivates a suspended one.',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	MAILBOX_FULL: {
		title: 'A mailbox is full',
		message: '{user} is full, so {host} takes no message from it.',
		remedy: 'Delete mail in {user}, and empty its trash. Waiting does not help.',
		remedyFor: {
			gmail:
				'Free space at one.google.com/storage: mail, Drive and Photos share it. Waiting does not help.',
			microsoft365:
				'Delete mail in {user} and empty Deleted Items. Or an admin gives it an archive for old mail: Exchange admin center → Recipients → Mailboxes → the mailbox → Others → Manage mailbox archive. Waiting does not help.',
			outlook:
				'Delete mail and empty Deleted Items; outlook.com → Settings → Storage shows what takes the space. A full OneDrive of the same account blocks mail as well. The space counts as free within a day.',
		},
		atStage: {
			rcptTo: RECIPIENT_IS_FULL,
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	RATE_LIMITED: {
		title: 'Too fast or too many connections',
		message: '{host} takes no more messages at this rate or over this many connections.',
		remedy:
			'Wait, then send again; lower Max Connections and set Messages per Minute in the credential.',
		remedyFor: {
			microsoft365:
				'Wait a minute, then send again. Exchange Online allows 3 connections and 30 messages a minute per mailbox. The node keeps to that by itself: look for other programs that send as {user}, or lower both in the credential.',
			gmail:
				'Wait some minutes, then send again with Max Connections lowered in the credential. Gmail also limits how often an account may sign in.',
		},
		cause: 'rate-limited',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	QUOTA_EXHAUSTED: {
		title: 'The sending quota is used up',
		message: 'The quota of {user} at {host} is used up.',
		remedy: 'Wait until the quota renews, within 24 hours, or send from another mailbox.',
		remedyFor: {
			gmail:
				'Wait up to 24 hours. Gmail allows 500 messages a day, Google Workspace 2,000; for more an admin sets up the SMTP relay: admin.google.com → Apps → Google Workspace → Gmail → Routing → SMTP relay service.',
			microsoft365:
				'Wait up to 24 hours. Exchange Online allows 10,000 recipients a day per mailbox, and limits what the whole organization sends to others; for bulk mail use Azure Communication Services or High Volume Email.',
			outlook:
				'Wait up to 24 hours. Outlook.com allows new accounts few messages a day, and more as they are used.',
			yandex: 'Wait up to 24 hours. Yandex allows 500 recipients in 24 hours.',
		},
		cause: 'quota-exhausted',
		retryable: true,
		retryAfterMs: DAY_MS,
	},
	SERVER_BUSY: {
		title: 'The server is busy',
		message: '{host} cannot take the message now and asks to try again later.',
		remedy: 'Wait and send again: Retry On Fail or Max Attempts do it by themselves.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
} as const satisfies Record<string, CatalogueEntry>;
