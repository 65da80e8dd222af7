import { HOUR_MS, MINUTE_MS } from '../../../catalogue/catalogue-entry';
import type { MeaningRow } from './meaning-row';

const IP_BLOCKED = {
	code: 'ACCOUNT_BLOCKED',
	message: '{host} refuses the address from which this n8n connects.',
	remedy:
		'If the server names a block list, look up there why the address of this n8n is on it, and have it removed. Ask the administrator of the mail server to let the address in, and check that Port is one for sending with a sign-in (587 or 465): other ports refuse the addresses of clouds and homes.',
	cause: 'configuration-invalid',
} as const;

/** Meanings about the sign-in, the account, its limits and the server. */
export const ACCOUNT_MEANINGS = {
	// Sign-in.
	tokenRefused: { code: 'TOKEN_REJECTED' },
	signInEnded: {
		code: 'TOKEN_REJECTED',
		message: '{host} no longer accepts the sign-in of {user}.',
	},
	signInPolicy: { code: 'SIGN_IN_BLOCKED' },
	smtpAuthOff: { code: 'SMTP_AUTH_DISABLED' },
	mechanism: { code: 'MECHANISM_NOT_OFFERED' },
	signInMissing: {
		code: 'MECHANISM_NOT_OFFERED',
		message: '{host} asks for a sign-in before it goes on{offer}.',
		remedy:
			'Check SMTP Server and Port in the credential: the port must be one for sending with a sign-in (587 or 465), not 25. If it is, the message goes through a further server that wants a sign-in of its own: ask the administrator of the mail server.',
	},
	signInUnavailable: {
		code: 'SERVER_BUSY',
		message: '{host} could not check the sign-in at present.',
		remedy:
			'Wait a minute, then send again. If it recurs, ask the administrator of the mail server whether it can reach the sign-in server.',
		retry: 'always',
	},
	tooManySignIns: {
		code: 'RATE_LIMITED',
		message: '{host} has had too many sign-ins of {user} in a short time.',
		remedy:
			'Wait a quarter of an hour, then send again. If it recurs, look for other programs that sign in as {user}, and lower Max Connections in the credential.',
		retryAfterMs: 15 * MINUTE_MS,
		retry: 'always',
	},
	lockedOut: {
		code: 'RATE_LIMITED',
		message: '{host} takes no sign-in for now, after too many that failed.',
		remedy:
			'Find out why the earlier sign-ins failed, and wait before the next one: each failed try can lengthen the wait.',
	},
	permission: {
		code: 'PERMISSION_MISSING',
		message: '{host} says that {user} lacks a permission that this needs.',
		remedy:
			'Read which permission the server names, and have the administrator of the mail service give it to the account that signs in.',
	},
	mailboxAccess: {
		code: 'PERMISSION_MISSING',
		message: 'The account that signed in may not open the mailbox {user}.',
		remedy:
			'An admin gives the connected account (or the application) Full Access to the mailbox, in Exchange Online PowerShell: Add-MailboxPermission -Identity {user} -User CONNECTED_ACCOUNT -AccessRights FullAccess. It takes up to an hour to work. If User in the credential is the account itself, check that it has a mailbox.',
	},

	// Blocks.
	accountBlocked: { code: 'ACCOUNT_BLOCKED' },
	unpaid: {
		code: 'ACCOUNT_BLOCKED',
		message: '{host} sends nothing for {user}: the account or its plan is not active.',
		remedy:
			'Sign in at the website of the mail service. Usual reasons are an unpaid bill, a trial that has ended, terms that have to be accepted, or an account that still has to be verified.',
	},
	addressBlocked: IP_BLOCKED,
	addressBlockedForNow: {
		...IP_BLOCKED,
		cause: 'temporarily-unavailable',
		retryAfterMs: HOUR_MS,
		retry: 'always',
	},
	reverseDns: {
		code: 'ACCOUNT_BLOCKED',
		message: '{host} wants a host name (reverse DNS, PTR) for the address of this n8n.',
		remedy:
			'Check that Port is one for sending with a sign-in (587 or 465): those seldom ask for it. If it is, ask the provider of this n8n’s Internet address for a host name that resolves back to the address.',
		cause: 'configuration-invalid',
		retry: 'transient',
	},
	domainBlocked: {
		code: 'ACCOUNT_BLOCKED',
		message: '{host} blocks the domain of the sender, or one that the message names.',
		remedy:
			'Look up the domains of From Email and of the links in the message at the block list that the server names, and have them removed there.',
		cause: 'configuration-invalid',
	},

	// Limits.
	connections: { code: 'RATE_LIMITED', retry: 'always' },
	rate: { code: 'RATE_LIMITED', retry: 'always' },
	hourly: {
		code: 'RATE_LIMITED',
		message: '{user} has sent as much as {host} allows in an hour.',
		remedy:
			'Wait until the hour is over. If it recurs, set Messages per Minute in the credential, or ask the mail service for a higher limit.',
		retryAfterMs: HOUR_MS,
		retry: 'always',
	},
	quota: { code: 'QUOTA_EXHAUSTED', retry: 'always' },
	credits: {
		code: 'QUOTA_EXHAUSTED',
		message: 'The plan of {user} at {host} has no messages left.',
		remedy:
			'Buy credits or a larger plan at the website of the mail service, or wait until the plan renews.',
	},
	recipientRate: {
		code: 'RATE_LIMITED',
		message: '{host} says that the recipient gets too many messages at the moment.',
		remedy: 'Wait an hour, then send again. Send fewer messages an hour to this recipient.',
		retryAfterMs: HOUR_MS,
		retry: 'always',
	},
	later: {
		code: 'RATE_LIMITED',
		message: '{host} does not take the message now and asks to try again later.',
		remedy: 'Wait half an hour, then send again.',
		retryAfterMs: 30 * MINUTE_MS,
		retry: 'always',
	},

	// The server.
	busy: { code: 'SERVER_BUSY', retry: 'always' },
	greylist: {
		code: 'SERVER_BUSY',
		message: '{host} lets new senders wait (greylisting).',
		remedy: 'Wait a few minutes, then send again: the second try usually passes.',
		retryAfterMs: 5 * MINUTE_MS,
		retry: 'always',
	},
	misconfigured: {
		code: 'SERVER_BUSY',
		message: '{host} reports a fault of its own.',
		remedy:
			'Send again later. If it recurs, ask the administrator of the mail server why, and quote what it said.',
		retry: 'transient',
	},
} as const satisfies Record<string, MeaningRow>;
