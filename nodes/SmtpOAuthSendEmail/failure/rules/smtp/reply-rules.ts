import { HOUR_MS, MINUTE_MS } from '../../catalogue/catalogue-entry';
import type { FailureStage } from '../../catalogue/failure-stage';
import type { Verdict } from '../../model/verdict';

/** A rule applies where each list that it has holds the reply's value. */
export interface ReplyRule extends Verdict {
	readonly replyCodes?: readonly number[];
	readonly enhanced?: readonly string[];
	readonly stages?: readonly FailureStage[];
	readonly providers?: readonly string[];
}

const CONTENT: readonly FailureStage[] = ['data', 'reply'];
const MICROSOFT = ['microsoft365', 'outlook'] as const;

/** One recipient gets too much at once: from us, or from everybody. */
export const RECIPIENT_SWAMPED = {
	code: 'RATE_LIMITED',
	message: '{host} says that the recipient gets too many messages at the moment.',
	remedy: 'Wait an hour, then send again. Send fewer messages an hour to this recipient.',
	retryAfterMs: HOUR_MS,
} as const satisfies Verdict;

/**
 * Replies whose codes say enough; the first rule that applies decides. Sources: RFC 3463, RFC
 * 4954 §6, RFC 5248, RFC 6531 §3.6; learn.microsoft.com "NDRs and SMTP errors in Exchange
 * Online"; knowledge.workspace.google.com "Gmail SMTP errors and codes" (November 2026).
 */
export const REPLY_RULES: readonly ReplyRule[] = [
	{ replyCodes: [432], enhanced: ['4.7.12'], code: 'SIGN_IN_BLOCKED' },
	{ replyCodes: [432], code: 'RATE_LIMITED' },
	{ replyCodes: [534], code: 'SIGN_IN_BLOCKED' },
	{ replyCodes: [538], code: 'TLS_MODE_MISMATCH' },
	{ replyCodes: [502, 504], stages: ['auth'], code: 'MECHANISM_NOT_OFFERED' },
	{ enhanced: ['5.7.4'], stages: ['auth'], code: 'MECHANISM_NOT_OFFERED' },
	{ enhanced: ['5.7.57'], code: 'MECHANISM_NOT_OFFERED' },
	{ enhanced: ['5.7.30'], code: 'SIGN_IN_BLOCKED' },
	{ enhanced: ['4.7.28'], code: 'RATE_LIMITED' },
	{ enhanced: ['5.7.60', '5.2.252'], code: 'SENDER_NOT_ALLOWED' },
	{ replyCodes: [553], enhanced: ['5.7.1'], code: 'SENDER_NOT_ALLOWED' },
	{ enhanced: ['5.1.8'], providers: MICROSOFT, code: 'ACCOUNT_BLOCKED' },
	{ enhanced: ['5.1.8'], stages: ['auth'], code: 'ACCOUNT_BLOCKED' },
	{ enhanced: ['5.1.7', '5.1.8'], code: 'SENDER_NOT_ALLOWED' },
	{ enhanced: ['5.7.501', '5.7.502', '5.7.503', '5.7.511'], code: 'ACCOUNT_BLOCKED' },
	{ enhanced: ['5.7.705', '5.7.708', '5.7.750'], code: 'ACCOUNT_BLOCKED' },
	{ enhanced: ['5.4.5', '5.1.90', '5.1.91', '5.1.92'], code: 'QUOTA_EXHAUSTED' },
	{ enhanced: ['5.7.232', '5.7.233', '5.7.236'], code: 'QUOTA_EXHAUSTED' },
	{ enhanced: ['5.2.121', '5.2.122'], ...RECIPIENT_SWAMPED },
	{ enhanced: ['4.5.3', '5.5.3'], code: 'TOO_MANY_RECIPIENTS' },
	{ enhanced: ['5.3.4', '4.3.4'], code: 'MESSAGE_TOO_LARGE' },
	// With 554 it is Zoho's word for any policy of the recipient.
	{ replyCodes: [550, 552], enhanced: ['5.2.3'], code: 'MESSAGE_TOO_LARGE' },
	{ replyCodes: [552], enhanced: ['5.7.0', '5.7.1'], code: 'MESSAGE_REFUSED' },
	{ replyCodes: [552], enhanced: ['5.2.2'], code: 'MAILBOX_FULL' },
	{ enhanced: ['4.2.2'], code: 'MAILBOX_FULL' },
	{ enhanced: ['5.6.7', '5.6.9', '5.6.10'], code: 'SMTPUTF8_NOT_OFFERED' },
	{ replyCodes: [450], enhanced: ['4.2.1'], code: 'RATE_LIMITED' },
	// The queue of the recipient's organization, not a quota of ours.
	{ replyCodes: [450], enhanced: ['4.7.3'], providers: MICROSOFT, code: 'SERVER_BUSY' },
	{
		replyCodes: [450, 451],
		enhanced: ['4.1.8'],
		code: 'SENDER_NOT_ALLOWED',
		message: '{host} could not find the domain of {from}.',
		remedy:
			'Check the part of From Email after the @ for typing errors. If it is right, send again in five minutes: the look-up may have failed.',
		retryable: true,
		retryAfterMs: 5 * MINUTE_MS,
	},
	{
		replyCodes: [450],
		enhanced: ['4.1.1', '4.1.2'],
		code: 'RECIPIENT_REJECTED',
		remedy:
			'Check the address for typing errors. If it is right, send again in five minutes: some servers check a new recipient first.',
		retryable: true,
		retryAfterMs: 5 * MINUTE_MS,
	},
];

/** What a code means where no phrase of the reply says more; the first rule that applies decides. */
export const DEFAULT_RULES: readonly ReplyRule[] = [
	{ replyCodes: [535], enhanced: ['5.7.139'], code: 'SIGN_IN_BLOCKED' },
	{ replyCodes: [535], code: 'TOKEN_REJECTED' },
	{ replyCodes: [530], code: 'MECHANISM_NOT_OFFERED' },
	{ replyCodes: [554], enhanced: ['5.2.2'], code: 'MAILBOX_FULL' },
	{ enhanced: ['5.2.2'], stages: ['rcptTo'], code: 'MAILBOX_FULL' },
	{ replyCodes: [552], enhanced: ['5.1.1'], stages: ['rcptTo'], code: 'RECIPIENT_REJECTED' },
	{ replyCodes: [552], code: 'MESSAGE_TOO_LARGE' },
	// Exchange: mailbox moved or locked for good, though the code sounds passing.
	{ replyCodes: [430], code: 'MESSAGE_REFUSED' },
	{ replyCodes: [454], stages: ['tls'], code: 'TLS_NOT_OFFERED', retryable: true },
	{ replyCodes: [500, 501, 502, 503, 504], stages: ['ehlo'], code: 'TLS_NOT_OFFERED' },
	{ replyCodes: [521, 554], stages: ['connect', 'ehlo'], code: 'ACCOUNT_BLOCKED' },
	{ replyCodes: [503], code: 'UNCLASSIFIED', retryable: true, cause: 'temporarily-unavailable' },
	{ replyCodes: [500, 501, 502, 504, 555], stages: ['auth'], code: 'UNCLASSIFIED' },
	{
		enhanced: ['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.4.1'],
		stages: ['rcptTo', 'data', 'reply'],
		code: 'RECIPIENT_REJECTED',
	},
	{ replyCodes: [500, 502, 504, 555], code: 'UNCLASSIFIED' },
	{ replyCodes: [501, 550, 551, 553, 554], stages: ['mailFrom'], code: 'SENDER_NOT_ALLOWED' },
	{ replyCodes: [501, 550, 551, 553, 554, 556], stages: ['rcptTo'], code: 'RECIPIENT_REJECTED' },
	{ replyCodes: [550, 551, 553, 554], stages: CONTENT, code: 'MESSAGE_REFUSED' },
];
