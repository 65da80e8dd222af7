import { MINUTE_MS } from '../../../catalogue/catalogue-entry';
import type { MeaningRow } from './meaning-row';

/** Meanings about the sender, the recipients, the content and the session. */
export const MESSAGE_MEANINGS = {
	// The sender.
	sender: { code: 'SENDER_NOT_ALLOWED' },
	senderUnverified: {
		code: 'SENDER_NOT_ALLOWED',
		message: '{from}, or its domain, is not confirmed as a sender at {host}.',
		remedy:
			'Confirm the address or the domain at the website of the mail service (sender identities, verified senders, domains), then send again.{orOwn}',
	},
	senderDomain: {
		code: 'SENDER_NOT_ALLOWED',
		message: '{host} could not find the domain of {from}.',
		remedy:
			'Check the part of From Email after the @ for typing errors. If it is right, the domain lacks the DNS records that the server wants (MX or A), or looking them up failed for the moment.',
		retryAfterMs: 5 * MINUTE_MS,
		retry: 'transient',
	},
	/** SPF, DKIM, DMARC: known before the content, or after it. */
	domainUnproven: {
		code: 'MESSAGE_REFUSED',
		message: '{host} cannot tell that {from} is really the sender (SPF, DKIM, DMARC).',
		remedy:
			'Send through the mail service of the domain in From Email, or have the DNS records of the domain allow {host}: SPF must include it, and it must sign for the domain (DKIM). The words of the server name the check that failed.',
		retry: 'transient',
	},
	senderForged: {
		code: 'SENDER_NOT_ALLOWED',
		message: '{host} cannot tell that {from} is really the sender (SPF, DKIM, DMARC).',
		remedy:
			'Send through the mail service of the domain in From Email, or have the SPF record of the domain include it.{orOwn}',
		retry: 'transient',
	},

	// Recipients.
	recipient: { code: 'RECIPIENT_REJECTED' },
	recipientUnsure: {
		code: 'RECIPIENT_REJECTED',
		remedy:
			'Wait five minutes, then send again: some servers check a new recipient first. If it recurs, check the address for typing errors.',
		retryAfterMs: 5 * MINUTE_MS,
		retry: 'always',
	},
	relay: {
		code: 'RECIPIENT_REJECTED',
		message: '{host} does not pass messages on to {recipients}.',
		remedy:
			'Check the part after the @ for typing errors. If it is right, the server does not send to other domains for {user}: check SMTP Server and Port in the credential (587 or 465, not 25), and ask its administrator.',
	},
	recipientRestricted: {
		code: 'RECIPIENT_REJECTED',
		message: '{recipients} takes mail from certain senders only.',
		remedy: 'Ask the recipient, or their administrator, to allow {from}.',
	},
	recipientTls: {
		code: 'RECIPIENT_REJECTED',
		message: '{host} wants an encrypted connection for messages to {recipients}.',
		remedy:
			'The connection of this node is encrypted, so another one on the way is not: ask the administrator of the mail server.',
	},
	tooManyRecipients: { code: 'TOO_MANY_RECIPIENTS' },
	mailboxFull: { code: 'MAILBOX_FULL' },

	// The content.
	size: { code: 'MESSAGE_TOO_LARGE' },
	spam: {
		code: 'MESSAGE_REFUSED',
		message: '{host} takes the message for spam.',
		remedy:
			'Look at the links, the wording and the attachments of the message, and send only to people who expect it. The words of the server may name a page that says more.',
		retry: 'transient',
	},
	virus: {
		code: 'MESSAGE_REFUSED',
		message: '{host} refused an attachment or a link of the message.',
	},
	form: {
		code: 'MESSAGE_REFUSED',
		message: '{host} finds a fault in the headers or the form of the message.',
		remedy:
			'Read which header the server names, and correct it: From Email, Reply To, Options → Headers. If none of yours is meant, report it with this text at https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/issues.',
	},
	policy: { code: 'MESSAGE_REFUSED' },
	loop: {
		code: 'MESSAGE_REFUSED',
		message: '{host} says that the message goes round in circles, or cannot be routed.',
		remedy:
			'Have the administrator of the recipient look at forwarding rules and at the MX records of the domain.',
	},

	// The session.
	ehloName: { code: 'EHLO_NAME_REFUSED' },
	tlsFirst: { code: 'TLS_MODE_MISMATCH' },
	tlsTooOld: {
		code: 'TLS_NOT_OFFERED',
		message: '{host} wants a newer TLS than was used.',
		remedy:
			'This node uses TLS 1.2 or newer. Ask the administrator of the network of n8n whether a proxy, a firewall or an antivirus program in between uses an older one. Ask the administrator of the mail server which one it wants.',
	},
	noTls: { code: 'TLS_NOT_OFFERED' },
	noTlsNow: {
		code: 'TLS_NOT_OFFERED',
		message: '{server} cannot encrypt the connection at present.',
		remedy: 'Send again in a minute. If it recurs, ask the administrator of the mail server.',
		cause: 'temporarily-unavailable',
		retryAfterMs: MINUTE_MS,
		retry: 'always',
	},
	utf8: { code: 'SMTPUTF8_NOT_OFFERED' },
	dsn: {
		code: 'INVALID_PARAMETER',
		message: '{host} does not support delivery status notifications (DSN).',
		remedy: 'Remove Options → Delivery Status Notification, then send again.',
	},
	protocol: {
		code: 'UNCLASSIFIED',
		message: '{host} did not accept a command of this node.',
		cause: 'configuration-invalid',
	},
	outOfOrder: {
		code: 'UNCLASSIFIED',
		message: '{host} says that a command came at the wrong time.',
		remedy: 'Send again. If it recurs, ask the administrator of the mail server for its log.',
		cause: 'temporarily-unavailable',
		retry: 'always',
	},
} as const satisfies Record<string, MeaningRow>;
