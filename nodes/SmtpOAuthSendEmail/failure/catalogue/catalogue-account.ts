import { DAY_MS, MINUTE_MS, type CatalogueEntry } from './catalogue-entry';

/** Codes about the account that sends: what it may do, and how much of it. */
export const ACCOUNT_ENTRIES = {
	SMTP_AUTH_DISABLED: {
		title: 'SMTP AUTH is switched off',
		message:
			'{host} has sending by programs (SMTP AUTH) switched off for {user} or for the whole organization.',
		remedy: 'Ask the administrator of the mail server to allow SMTP sign-in for this mailbox.',
		remedyFor: {
			microsoft365:
				'An admin switches it on for this mailbox: Microsoft 365 admin center → Users → Active users → the user → Mail → Manage email apps → Authenticated SMTP; in Exchange Online PowerShell Set-CASMailbox -Identity {user} -SmtpClientAuthenticationDisabled $false. The mailbox’s setting wins over the organization’s. It can take an hour or more to work. Or send without SMTP: set Deliver Via in the credential to Microsoft Graph. Give the app the permission Mail.Send of Microsoft Graph: type Application with Client Credentials, else Delegated. Connect again if a person signs in.',
			outlook:
				'Sign in at outlook.com, open Settings → Mail → Forwarding and IMAP, and let devices and apps use POP and IMAP. Some personal accounts are refused all the same.',
			yandex:
				'In Yandex Mail open Settings → Email clients, and allow access from mail programs by OAuth tokens.',
			mailRu: 'Allow mail programs at account.mail.ru → Security.',
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
				'Sign in to Gmail once in a browser and confirm that it was you. In Google Workspace an admin opens admin.google.com → Security → Access and data control → API controls → Manage Third-Party App Access, chooses your app and sets it to Trusted.',
			microsoft365:
				'An admin opens entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs; the failed entry names the policy. Most often it is security defaults: Entra ID → Overview → Properties → Manage security defaults. Or it is a policy under Entra ID → Conditional Access → Policies, against legacy authentication or against the place where n8n runs.',
			outlook:
				'Sign in at account.microsoft.com → Security → Recent activity, and confirm that it was you.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	ACCOUNT_BLOCKED: {
		title: 'The account may not send',
		message: '{host} has blocked sending for {user}.',
		remedy:
			'Ask the provider or the administrator why sending is blocked, and have the block lifted. Waiting alone rarely helps.',
		remedyFor: {
			microsoft365:
				'An admin unblocks the user at security.microsoft.com/restrictedentities (Email & collaboration → Review → Restricted entities); it takes an hour to work, rarely a day. If the whole organization is blocked (5.7.705, 5.7.708), the admin opens a ticket at Microsoft’s support.',
			outlook:
				'Sign in at outlook.com and follow what it asks, usually to confirm a phone number. Then send one mail there.',
			yandex:
				'Stop sending for 24 hours, then the block ends. Each try before that starts the 24 hours again. Or sign in at mail.yandex.com, pass the check it shows, and send one mail there.',
			gmail:
				'Sign in at mail.google.com and look for a notice. In Google Workspace an admin opens admin.google.com → Directory → Users → the user, and reactivates a suspended account.',
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
		cause: 'configuration-invalid',
		retryable: false,
	},
	RATE_LIMITED: {
		title: 'Too fast or too many connections',
		message: '{host} takes no more messages at this rate or over this many connections.',
		remedy:
			'Wait a minute, then send again. If it recurs, lower Max Connections and set Messages per Minute in the credential.',
		remedyFor: {
			microsoft365:
				'Wait a minute, then send again. Exchange Online allows a mailbox 3 connections and 30 messages a minute, and this node keeps to that by itself. If it recurs, look for other programs that send as {user}, or lower Max Connections and Messages per Minute in the credential.',
			gmail:
				'Wait some minutes, then send again. If it recurs, lower Max Connections and set Messages per Minute in the credential. Gmail also limits how often an account may sign in.',
		},
		cause: 'rate-limited',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	QUOTA_EXHAUSTED: {
		title: 'The sending quota is used up',
		message: '{user} has sent as much as {host} allows for now.',
		remedy: 'Wait until the quota renews, within 24 hours, or send from another mailbox.',
		remedyFor: {
			gmail:
				'Wait up to 24 hours. Gmail allows 500 messages a day, Google Workspace 2,000. For more, an admin sets up the SMTP relay: admin.google.com → Apps → Google Workspace → Gmail → Routing → SMTP relay service.',
			microsoft365:
				'Wait up to 24 hours. Exchange Online allows a mailbox 10,000 recipients a day, and the whole organization a number of outside recipients: see the report Tenant Outbound External Recipients in the Exchange admin center. For bulk mail use Azure Communication Services or High Volume Email.',
			outlook:
				'Wait up to 24 hours. Outlook.com allows subscribers of Microsoft 365 5,000 recipients a day, and others fewer. New accounts begin with little.',
			yandex:
				'Wait up to 24 hours, without trying in between. Yandex allows 500 recipients in 24 hours.',
		},
		cause: 'quota-exhausted',
		retryable: true,
		retryAfterMs: DAY_MS,
	},
	SERVER_BUSY: {
		title: 'The server is busy',
		message: '{host} cannot take the message now and asks to try again later.',
		remedy:
			'Wait a minute, then send again. Options → Max Attempts and the node’s setting Retry On Fail do that by themselves. A server that does not know you yet may want you to come back after 5 to 15 minutes.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
} as const satisfies Record<string, CatalogueEntry>;
