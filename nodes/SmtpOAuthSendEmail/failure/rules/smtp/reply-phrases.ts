import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import { TOO_MANY_CONNECTIONS } from './connection-limit';
import { RECIPIENT_SWAMPED, type ReplyRule } from './reply-rules';

/** A rule that also asks for words of the reply: for codes that mean several things. */
export interface PhraseRule extends ReplyRule {
	readonly phrase: RegExp;
}

/**
 * The only place that finds a code by what servers write. A phrase is asked only where the codes
 * alone leave several meanings; the first rule that applies decides. Each has a reply in
 * test/fixtures/replies.json.
 */
export const REPLY_PHRASES: readonly PhraseRule[] = [
	// Sign-in.
	{
		phrase: /SmtpClientAuthentication is disabled|smtp_auth_disabled/i,
		code: 'SMTP_AUTH_DISABLED',
	},
	{
		replyCodes: [535, 550],
		phrase:
			/account (?:is |has been )?(?:locked|disabled|suspended|blocked)|looks like spam|prove you are not a robot/i,
		stages: ['auth'],
		code: 'ACCOUNT_BLOCKED',
	},
	{
		replyCodes: [501],
		phrase: /invalid XOAUTH2 auth data|user address provided/i,
		stages: ['auth'],
		code: 'TOKEN_REJECTED',
	},
	{
		replyCodes: [421, 450, 454, 535],
		phrase: /too many (?:login|auth\w*) (?:attempts|failures)/i,
		providers: ['gmail', 'custom', 'fastmail'],
		code: 'RATE_LIMITED',
	},
	{
		replyCodes: [530],
		phrase: /STARTTLS|without (?:SSL|TLS)|SSL\/TLS|must use (?:TLS|encryption)/i,
		code: 'TLS_MODE_MISMATCH',
	},
	{ replyCodes: [421], phrase: /TLS 1\.0|TLS 1\.1/i, code: 'TLS_NOT_OFFERED', retryable: false },

	// Postfix's limits per client (anvil): recipients here means all of the last minute, not one message's.
	{
		phrase:
			/too (?:much mail|many (?:recipients|AUTH commands|connections|new TLS sessions)) from /i,
		replyCodes: [421, 450, 454],
		code: 'RATE_LIMITED',
	},

	// Size and number.
	{
		phrase:
			/MaxSubmissionExceeded|MessageSubmissionExceeded|(?:message|stream)[^.;]{0,40}(?:too (?:big|large)|more than \d+ bytes|exceeds)/i,
		replyCodes: [550, 552, 554],
		code: 'MESSAGE_TOO_LARGE',
	},
	{ phrase: /too many recipients/i, code: 'TOO_MANY_RECIPIENTS' },

	// Rates and quotas.
	{
		phrase: TOO_MANY_CONNECTIONS,
		code: 'RATE_LIMITED',
	},
	{
		replyCodes: [421, 450, 451, 452, 454],
		phrase:
			/rate ?limit|sending rate exceeded|too quickly|excessive volume|max message per connection|messages per (?:session|hour) exceeded/i,
		code: 'RATE_LIMITED',
	},
	// Gmail's permanent refusal of what passes once the recipient gets less.
	{
		replyCodes: [550],
		phrase: /receiving mail at a rate/i,
		...RECIPIENT_SWAMPED,
		retryable: true,
	},
	// Exchange's name for a mailbox without room; `SubmissionQuotaExceeded` is the daily limit.
	{
		phrase: /Exception:QuotaExceeded|MapiException(?:Shutoff|NamedProps)?QuotaExceeded/i,
		replyCodes: [554],
		code: 'MAILBOX_FULL',
	},
	{
		phrase: /STOREDRV[^;]{0,200}(?:Quota|Limit)/i,
		replyCodes: [554],
		enhanced: ['5.2.0'],
		code: 'QUOTA_EXHAUSTED',
	},
	{
		phrase:
			/quota ?exceeded|sending (?:quota|limit)|submission quota|daily (?:user )?(?:sending |message )?(?:quota|limit)|\d+ r(?:ecipien|c)p?ts? per (?:24 hours|day)/i,
		stages: ['auth', 'mailFrom', 'data', 'reply'],
		replyCodes: [421, 450, 451, 452, 454, 550, 554],
		code: 'QUOTA_EXHAUSTED',
	},
	// "You" is who sends: at this stage a quota without that word is the recipient's.
	{
		phrase: /you have exceeded your/i,
		stages: ['rcptTo'],
		replyCodes: [550, 554],
		code: 'QUOTA_EXHAUSTED',
	},

	// The account.
	{
		phrase:
			/OutboundSpamException|WASCL UserAction|blocked using|is in an RBL|traffic not accepted from this IP|unusual sending activity/i,
		code: 'ACCOUNT_BLOCKED',
	},

	// The sender, named by a reply to a recipient or to the content.
	{
		phrase:
			/SendAsDenied|(?:permissions?|authori[sz]ed|allowed) to send (?:as|from)|sender address rejected|not local sender|sender (?:is )?not (?:owned|allowed)|not owned by|sender verify failed|domain of sender address|relaying disallowed as|address is not verified|not match a verified sender/i,
		replyCodes: [501, 550, 551, 553, 554],
		code: 'SENDER_NOT_ALLOWED',
	},
	// Yahoo's answer to a From that is not the account's.
	{
		phrase: /Request failed; Mailbox unavailable/i,
		replyCodes: [550],
		providers: ['yahoo', 'aol'],
		stages: ['mailFrom', 'data', 'reply'],
		code: 'SENDER_NOT_ALLOWED',
	},

	// Storage.
	{
		phrase: /over ?quota|quota (?:exceeded|violation)|mailbox (?:is )?full|storage allocation/i,
		replyCodes: [452, 550, 552, 554],
		code: 'MAILBOX_FULL',
	},

	// The recipient.
	// Postfix defers what it will never relay.
	{
		phrase: /relay access denied/i,
		replyCodes: [450, 451, 454],
		code: 'RECIPIENT_REJECTED',
	},
	// Yahoo names an unknown recipient only after the content.
	{
		phrase: /this user doesn't have|mailbox is disabled|is no longer valid/i,
		replyCodes: [550, 554],
		stages: ['data', 'reply'],
		code: 'RECIPIENT_REJECTED',
	},

	// A permanent code, taken back by its own words (GMX: passes after half an hour).
	{
		phrase: /try again later/i,
		replyCodes: [550],
		stages: ['mailFrom', 'rcptTo', 'data', 'reply'],
		code: 'RATE_LIMITED',
		message: '{host} does not take the message now and asks to try again later.',
		remedy: 'Wait half an hour, then send again.',
		retryAfterMs: 30 * MINUTE_MS,
	},
];
