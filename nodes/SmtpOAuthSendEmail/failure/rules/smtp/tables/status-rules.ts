import {
	byCode,
	certain,
	hint,
	MICROSOFT,
	OF_CONTENT,
	OF_GREETING,
	OF_MESSAGE,
	type ReplyRule,
	strong,
	vague,
} from './reply-rule';

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
	byCode('recipient', {
		status: ['1.1', '1.2', '1.3', '1.4', '1.6', '1.9', '1.10', '1.11'],
		severity: 5,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	byCode('recipientUnsure', {
		status: ['1.1', '1.2', '1.3', '1.6'],
		severity: 4,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	vague('recipient', { status: ['1.0'], severity: 5, stages: ['rcptTo', 'data', 'reply'] }),
	hint('sender', { status: ['1.0', '1.3'], stages: ['mailFrom'] }),
	byCode('sender', { status: ['1.7'] }),
	byCode('sender', { status: ['1.8'], severity: 5 }),
	byCode('senderDomain', { status: ['1.8'], severity: 4 }),
	strong('accountBlocked', { status: ['1.8'], providers: MICROSOFT }),
	strong('accountBlocked', { status: ['1.8'], stages: ['auth'] }),
	byCode('form', { status: ['1.20'] }),
	strong('quota', { status: ['1.90', '1.91', '1.92'] }),

	// X.2: mailboxes.
	byCode('recipient', { status: ['2.1'], severity: 5, stages: ['rcptTo', 'data', 'reply'] }),
	byCode('recipientRate', { status: ['2.1'], severity: 4, replyCodes: [450] }),
	byCode('mailboxFull', { status: ['2.2'] }),

	hint('size', { status: ['2.3'], replyCodes: [550, 552] }),
	hint('recipient', { status: ['2.4'] }),
	strong('recipientRate', { status: ['2.121', '2.122'] }),
	strong('mailboxFull', { status: ['2.250', '2.251'] }),
	strong('sender', { status: ['2.252'] }),
	strong('unpaid', { status: ['2.253'] }),
	strong('tooManyRecipients', { status: ['2.254'] }),
	strong('recipient', { status: ['2.255'] }),

	// X.3: mail systems.
	vague('busy', { status: ['3.1', '3.2'], severity: 4 }),
	hint('misconfigured', { status: ['3.0', '3.5'], severity: 4 }),
	byCode('size', { status: ['3.4'], severity: 5 }),

	// X.4: network and routing.
	vague('busy', { status: ['4.1', '4.2', '4.3', '4.5'], severity: 4 }),
	byCode('recipient', { status: ['4.1', '4.4'], severity: 5, stages: ['rcptTo', 'data', 'reply'] }),
	byCode('quota', { status: ['4.5'], severity: 5 }),
	byCode('loop', { status: ['4.6'] }),

	// X.5: commands.
	vague('protocol', { status: ['5.1', '5.2', '5.4'], severity: 5 }),
	byCode('tooManyRecipients', { status: ['5.3'], stages: ['rcptTo', 'data', 'reply'] }),
	hint('protocol', { status: ['5.6'] }),

	// X.6: content.
	hint('form', { status: ['6.0', '6.1', '6.2', '6.3', '6.5'], stages: OF_CONTENT }),
	strong('utf8', { status: ['6.7', '6.9', '6.10'] }),
	hint('form', { status: ['6.211'] }),

	// X.7: security and policy.
	byCode('virus', { status: ['7.0', '7.1'], stages: OF_CONTENT, severity: 5, replyCodes: [552] }),
	hint('sender', { status: ['7.1'], replyCodes: [553], stages: OF_MESSAGE }),
	hint('tokenRefused', { status: ['7.3', '7.8'], stages: ['auth'] }),
	strong('mechanism', { status: ['7.4'], stages: ['auth'] }),
	byCode('noTls', { status: ['7.4'], stages: OF_GREETING }),
	byCode('signInPolicy', { status: ['7.9', '7.14'], stages: ['auth'] }),
	byCode('tlsFirst', { status: ['7.10', '7.11'] }),
	byCode('signInPolicy', { status: ['7.12'], stages: ['auth'] }),
	byCode('accountBlocked', { status: ['7.13'] }),
	byCode('recipient', { status: ['7.17', '7.18'] }),
	byCode('domainUnproven', {
		status: ['7.20', '7.21', '7.22', '7.24', '7.26', '7.29'],
		stages: OF_CONTENT,
	}),
	byCode('domainUnproven', { status: ['7.23', '7.24'], stages: OF_CONTENT }),
	byCode('senderForged', {
		status: ['7.23', '7.24', '7.26', '7.29'],
		stages: ['mailFrom', 'rcptTo'],
	}),
	byCode('reverseDns', { status: ['7.25'] }),
	byCode('senderDomain', { status: ['7.27'] }),
	strong('rate', { status: ['7.28'], severity: 4 }),
	hint('rate', { status: ['7.28'], severity: 5 }),
	strong('signInPolicy', { status: ['7.30'], stages: ['auth'] }),
	byCode('relay', { status: ['7.54'] }),
	strong('mechanism', { status: ['7.57'] }),
	strong('sender', { status: ['7.60', '7.62'] }),
	byCode('relay', { status: ['7.64'] }),

	// Microsoft's own, below X.7.
	strong('recipientRestricted', { status: range(124, 136) }),
	byCode('signInPolicy', { status: ['7.139'], stages: ['auth'] }),
	strong('quota', { status: ['7.232', '7.233', '7.236'] }),
	strong('accountBlocked', { status: range(501, 503) }),
	certain('recipientRestricted', { status: ['7.504', '7.505', '7.507'] }),
	strong('ehloName', { status: ['7.506'] }),
	strong('addressBlocked', { status: ['7.508'] }),
	byCode('busy', { status: ['7.500'], severity: 4 }),
	strong('domainUnproven', { status: ['7.509', '7.515'] }),
	strong('accountBlocked', { status: ['7.511'] }),
	strong('form', { status: ['7.512'] }),
	hint('domainUnproven', { status: ['7.513', '7.514'] }),
	strong('addressBlocked', { status: range(606, 649), severity: 5 }),
	byCode('rate', { status: range(650, 659), severity: 4 }),
	certain('policy', { status: ['7.703'] }),
	strong('accountBlocked', { status: range(701, 799) }),
	hint('signInMissing', { status: ['7.0'], replyCodes: [530], stages: OF_MESSAGE }),
];
