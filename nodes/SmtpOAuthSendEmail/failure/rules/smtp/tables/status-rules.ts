import { MICROSOFT, OF_CONTENT, OF_GREETING, OF_MESSAGE, type ReplyRule } from './reply-rule';

/** Range of Microsoft's codes, as texts. */
const range = (first: number, last: number): string[] =>
	Array.from({ length: last - first + 1 }, (_, index) => `7.${String(first + index)}`);

/**
 * What enhanced status codes say, by subject and detail: the registry of RFC 5248
 * (https://www.iana.org/assignments/smtp-enhanced-status-codes), then what providers add to it or
 * mean by it: learn.microsoft.com "NDRs and SMTP errors in Exchange Online",
 * knowledge.workspace.google.com "Gmail SMTP errors and codes" (November 2026).
 */
export const STATUS_RULES: readonly ReplyRule[] = [
	// X.1: addresses.
	{
		status: ['1.1', '1.2', '1.3', '1.4', '1.6', '1.9', '1.10', '1.11'],
		severity: 5,
		meaning: 'recipient',
		weight: 'code',
		stages: ['rcptTo', 'data', 'reply'],
	},
	{
		status: ['1.1', '1.2', '1.3', '1.6'],
		severity: 4,
		meaning: 'recipientUnsure',
		weight: 'code',
		stages: ['rcptTo', 'data', 'reply'],
	},
	{
		status: ['1.0'],
		severity: 5,
		meaning: 'recipient',
		weight: 'vague',
		stages: ['rcptTo', 'data', 'reply'],
	},
	{ status: ['1.0', '1.3'], meaning: 'sender', weight: 'hint', stages: ['mailFrom'] },
	{ status: ['1.7'], meaning: 'sender', weight: 'code' },
	{ status: ['1.8'], severity: 5, meaning: 'sender', weight: 'code' },
	{ status: ['1.8'], severity: 4, meaning: 'senderDomain', weight: 'code' },
	{ status: ['1.8'], providers: MICROSOFT, meaning: 'accountBlocked', weight: 'strong' },
	{ status: ['1.8'], stages: ['auth'], meaning: 'accountBlocked', weight: 'strong' },
	{ status: ['1.20'], meaning: 'form', weight: 'code' },
	{ status: ['1.90', '1.91', '1.92'], meaning: 'quota', weight: 'strong' },

	// X.2: mailboxes.
	{
		status: ['2.1'],
		severity: 5,
		meaning: 'recipient',
		weight: 'code',
		stages: ['rcptTo', 'data', 'reply'],
	},
	{ status: ['2.1'], severity: 4, replyCodes: [450], meaning: 'recipientRate', weight: 'code' },
	{ status: ['2.2'], meaning: 'mailboxFull', weight: 'code' },

	{ status: ['2.3'], meaning: 'size', weight: 'hint', replyCodes: [550, 552] },
	{ status: ['2.4'], meaning: 'recipient', weight: 'hint' },
	{ status: ['2.121', '2.122'], meaning: 'recipientRate', weight: 'strong' },
	{ status: ['2.250', '2.251'], meaning: 'mailboxFull', weight: 'strong' },
	{ status: ['2.252'], meaning: 'sender', weight: 'strong' },
	{ status: ['2.253'], meaning: 'unpaid', weight: 'strong' },
	{ status: ['2.254'], meaning: 'tooManyRecipients', weight: 'strong' },
	{ status: ['2.255'], meaning: 'recipient', weight: 'strong' },

	// X.3: mail systems.
	{ status: ['3.1', '3.2'], meaning: 'busy', weight: 'vague', severity: 4 },
	{ status: ['3.0', '3.5'], meaning: 'misconfigured', weight: 'hint', severity: 4 },
	{ status: ['3.4'], severity: 5, meaning: 'size', weight: 'code' },

	// X.4: network and routing.
	{ status: ['4.1', '4.2', '4.3', '4.5'], severity: 4, meaning: 'busy', weight: 'vague' },
	{
		status: ['4.1', '4.4'],
		severity: 5,
		meaning: 'recipient',
		weight: 'code',
		stages: ['rcptTo', 'data', 'reply'],
	},
	{ status: ['4.5'], severity: 5, meaning: 'quota', weight: 'code' },
	{ status: ['4.6'], meaning: 'loop', weight: 'code' },

	// X.5: commands.
	{ status: ['5.1', '5.2', '5.4'], severity: 5, meaning: 'protocol', weight: 'vague' },
	{
		status: ['5.3'],
		stages: ['rcptTo', 'data', 'reply'],
		meaning: 'tooManyRecipients',
		weight: 'code',
	},
	{ status: ['5.6'], meaning: 'protocol', weight: 'hint' },

	// X.6: content.
	{
		status: ['6.0', '6.1', '6.2', '6.3', '6.5'],
		meaning: 'form',
		weight: 'hint',
		stages: OF_CONTENT,
	},
	{ status: ['6.7', '6.9', '6.10'], meaning: 'utf8', weight: 'strong' },
	{ status: ['6.211'], meaning: 'form', weight: 'hint' },

	// X.7: security and policy.
	{
		status: ['7.0', '7.1'],
		stages: OF_CONTENT,
		severity: 5,
		replyCodes: [552],
		meaning: 'virus',
		weight: 'code',
	},
	{ status: ['7.1'], replyCodes: [553], meaning: 'sender', weight: 'hint' },
	{ status: ['7.3', '7.8'], stages: ['auth'], meaning: 'tokenRefused', weight: 'hint' },
	{ status: ['7.4'], stages: ['auth'], meaning: 'mechanism', weight: 'strong' },
	{ status: ['7.4'], stages: OF_GREETING, meaning: 'noTls', weight: 'code' },
	{ status: ['7.9', '7.14'], stages: ['auth'], meaning: 'signInPolicy', weight: 'code' },
	{ status: ['7.10', '7.11'], meaning: 'tlsFirst', weight: 'code' },
	{ status: ['7.12'], stages: ['auth'], meaning: 'signInPolicy', weight: 'code' },
	{ status: ['7.13'], meaning: 'accountBlocked', weight: 'code' },
	{ status: ['7.17', '7.18'], meaning: 'recipient', weight: 'code' },
	{
		status: ['7.20', '7.21', '7.22', '7.24', '7.26', '7.29'],
		stages: OF_CONTENT,
		meaning: 'domainUnproven',
		weight: 'code',
	},
	{ status: ['7.23', '7.24'], stages: OF_CONTENT, meaning: 'domainUnproven', weight: 'code' },
	{
		status: ['7.23', '7.24', '7.26', '7.29'],
		stages: ['mailFrom', 'rcptTo'],
		meaning: 'senderForged',
		weight: 'code',
	},
	{ status: ['7.25'], meaning: 'reverseDns', weight: 'code' },
	{ status: ['7.27'], meaning: 'senderDomain', weight: 'code' },
	{ status: ['7.28'], severity: 4, meaning: 'rate', weight: 'strong' },
	{ status: ['7.28'], severity: 5, meaning: 'rate', weight: 'hint' },
	{ status: ['7.30'], stages: ['auth'], meaning: 'signInPolicy', weight: 'strong' },
	{ status: ['7.54'], meaning: 'relay', weight: 'code' },
	{ status: ['7.57'], meaning: 'mechanism', weight: 'strong' },
	{ status: ['7.60', '7.62'], meaning: 'sender', weight: 'strong' },
	{ status: ['7.64'], meaning: 'relay', weight: 'code' },

	// Microsoft's own, below X.7.
	{ status: range(124, 136), meaning: 'recipientRestricted', weight: 'strong' },
	{ status: ['7.139'], stages: ['auth'], meaning: 'signInPolicy', weight: 'code' },
	{ status: ['7.232', '7.233', '7.236'], meaning: 'quota', weight: 'strong' },
	{ status: range(501, 503), meaning: 'accountBlocked', weight: 'strong' },
	{ status: ['7.504', '7.505', '7.507'], meaning: 'recipientRestricted', weight: 'certain' },
	{ status: ['7.506'], meaning: 'ehloName', weight: 'strong' },
	{ status: ['7.508'], meaning: 'addressBlocked', weight: 'strong' },
	{ status: ['7.500'], severity: 4, meaning: 'busy', weight: 'code' },
	{ status: ['7.509', '7.515'], meaning: 'domainUnproven', weight: 'strong' },
	{ status: ['7.511'], meaning: 'accountBlocked', weight: 'strong' },
	{ status: ['7.512'], meaning: 'form', weight: 'strong' },
	{ status: ['7.513', '7.514'], meaning: 'domainUnproven', weight: 'hint' },
	{ status: range(606, 649), severity: 5, meaning: 'addressBlocked', weight: 'strong' },
	{ status: range(650, 659), severity: 4, meaning: 'rate', weight: 'code' },
	{ status: ['7.703'], meaning: 'policy', weight: 'certain' },
	{ status: range(701, 799), meaning: 'accountBlocked', weight: 'strong' },
	{
		status: ['7.0'],
		replyCodes: [530],
		stages: OF_MESSAGE,
		meaning: 'signInMissing',
		weight: 'hint',
	},
];
