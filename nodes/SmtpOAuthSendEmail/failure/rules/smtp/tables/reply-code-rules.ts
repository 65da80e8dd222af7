import { OF_CONTENT, OF_GREETING, OF_MESSAGE, MICROSOFT, type ReplyRule } from './reply-rule';

/**
 * What basic reply codes say, and what is assumed at each stage where nothing says more. Sources:
 * RFC 5321 §4.2.2 and §4.3.2, RFC 4954 §6, RFC 7504, RFC 3207 §4.
 */
export const REPLY_CODE_RULES: readonly ReplyRule[] = [
	{ replyCodes: [432], meaning: 'connections', weight: 'code' },
	{ replyCodes: [432], status: ['7.12'], meaning: 'signInPolicy', weight: 'certain' },
	{ replyCodes: [430], providers: MICROSOFT, meaning: 'mailboxAccess', weight: 'vague' },

	{ replyCodes: [454], stages: ['tls'], meaning: 'noTlsNow', weight: 'strong' },
	{ replyCodes: [454], stages: ['auth'], meaning: 'signInUnavailable', weight: 'hint' },
	{ replyCodes: [530], meaning: 'mechanism', weight: 'hint' },
	{ replyCodes: [534], stages: ['auth'], meaning: 'signInPolicy', weight: 'code' },
	{ replyCodes: [535], meaning: 'tokenRefused', weight: 'vague' },
	{ replyCodes: [538], meaning: 'tlsFirst', weight: 'code' },
	{
		replyCodes: [502, 504],
		stages: ['auth'],
		without: /activat|suspend|disabled|verif|account/,
		meaning: 'mechanism',
		weight: 'certain',
	},
	{ replyCodes: [552], stages: OF_MESSAGE, meaning: 'size', weight: 'hint' },
	{ replyCodes: [556], meaning: 'recipient', weight: 'hint' },
	{ replyCodes: [521, 554], stages: OF_GREETING, meaning: 'connectionRefused', weight: 'hint' },
	{ replyCodes: [500, 502, 503], stages: ['ehlo'], meaning: 'noTls', weight: 'hint' },
	{ replyCodes: [501, 504, 553], stages: ['ehlo'], meaning: 'ehloName', weight: 'hint' },

	// Assumptions. A transient code says so itself, at every stage.
	{ severity: 4, meaning: 'busy', weight: 'vague' },
	{ severity: 5, stages: OF_GREETING, meaning: 'connectionRefused', weight: 'assumed' },
	{
		severity: 5,
		stages: ['auth'],
		replyCodes: [500, 501, 502, 503, 504, 555],
		meaning: 'protocol',
		weight: 'assumed',
	},
	{ severity: 5, stages: ['auth'], replyCodes: [503], meaning: 'outOfOrder', weight: 'vague' },
	{ severity: 5, stages: ['auth'], meaning: 'signInRefused', weight: 'assumed' },
	{
		severity: 5,
		stages: OF_MESSAGE,
		replyCodes: [500, 502, 504, 555],
		meaning: 'protocol',
		weight: 'vague',
	},
	{ severity: 5, stages: OF_MESSAGE, replyCodes: [503], meaning: 'outOfOrder', weight: 'vague' },
	{ severity: 5, stages: ['mailFrom'], meaning: 'senderRefused', weight: 'assumed' },
	{ severity: 5, stages: ['rcptTo'], meaning: 'recipientRefused', weight: 'assumed' },
	{ severity: 5, stages: OF_CONTENT, meaning: 'contentRefused', weight: 'assumed' },
	{ severity: 5, stages: ['parameters', 'token'], meaning: 'unknown', weight: 'assumed' },
];
