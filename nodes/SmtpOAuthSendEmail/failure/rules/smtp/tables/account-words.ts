import { ACCOUNT, BLOCKED, BLOCK_LIST, IP_ADDRESS, LATER } from './lexicon';
import { OF_MESSAGE, type ReplyRule } from './reply-rule';

/** The recipient's account, not ours. */
const OF_RECIPIENT =
	/recipient|you (?:are trying|tried) to (?:reach|contact)|user unknown|no such|local mailbox|this mailbox is disabled|is no longer valid|invalid mailbox/;

/** A list of domains or of recipients, or a word about a sender. */
const NOT_OF_ADDRESS =
	/sender address \[|from domain|mailfrom domain|sending domain|sender domain|\bdbl\b|uribl|surbl|grey-?list|grey\.rbl|sender verify|rate[ -]limit|our system has detected|by recipient|by this recipient|\burl/;

const NOT_OF_ADDRESS_WORDS =
	/sender address|recipient|helo|from address|relay (?:access )?denied|relay for|attachment|too many|sessions|\burl|\bcommand rejected|e-?mail address|sender verify|our system has detected|locked or deactivated|message rejected|rejected (?:the |your )?message|permanently rejected|header|dmarc|\bspf\b|quota|limit|domain \[?\S{1,80}\]? (?:is )?not/;

/** Words about the sign-in, the account that sends, and the address that connects. */
export const ACCOUNT_WORDS: readonly ReplyRule[] = [
	// The sign-in.
	{
		names: /smtpclientauthentication is disabled|smtp_auth_disabled/,
		meaning: 'smtpAuthOff',
		weight: 'certain',
	},
	{
		words: [
			/(?:smtp|esmtp)(?:[ -]auth\w*)? (?:access )?(?:is |has been )?(?:disabled|not enabled|switched off|turned off|not allowed|not permitted)|(?:enable|turn on|allow|activate) (?:smtp|imap|pop3)|access rights to this service|(?:smtp|this) service is (?:disabled|not enabled)|not allowed to use smtp/,
		],
		stages: ['auth', ...OF_MESSAGE],
		without: /smtp authentication in your|mechanism|on your mail client/,
		meaning: 'smtpAuthOff',
		weight: 'strong',
	},
	{
		words: [
			/not authori[sz]ed to use this service|(?:login|sign-?in|authentication) (?:is |has been )?disabled (?:for|by)|(?:login|auth\w*) disabled/,
		],
		stages: ['auth'],
		meaning: 'smtpAuthOff',
		weight: 'strong',
	},
	{
		words: [
			/auth\w* (?:not|is not) (?:enabled|available|supported|advertised|allowed)|auth command used when not advertised|unrecogni[sz]ed auth|(?:mechanism|method|type|scheme).{0,30}(?:not (?:supported|available|enabled|recogni|allowed)|unsupported|invalid|unknown|unrecogni|too weak|disabled)|(?:unsupported|unknown|invalid|unrecogni[sz]ed).{0,20}(?:auth|mechanism|method)|no (?:suitable|supported) (?:auth|mechanism)|not implemented/,
		],
		stages: ['auth'],
		without: /invalid xoauth2|credentials|token|attachment/,
		meaning: 'mechanism',
		weight: 'strong',
	},
	{
		words: [
			/auth\w* (?:is )?(?:required|needed|first)|(?:must|need to|please) (?:first )?(?:auth|log ?in|sign in)|not (?:been )?authenticated|unauthenticated (?:senders?|users?|connections?)|(?:turn on|enable|use) (?:smtp )?auth|no auth(?:entication)?\b.{0,20}(?:given|provided)|not logged in|log ?in (?:first|required)|without auth/,
		],
		stages: OF_MESSAGE,
		without:
			/dmarc|dkim|\bspf\b|not accepted due to|sender is unauthenticated|arc\b|web browser|senders? (?:was|is) not authenticated|mailbox/,
		meaning: 'signInMissing',
		weight: 'clear',
	},
	{
		words: [
			/client was not authenticated|sign in to your account|pop before smtp|check for new mail first/,
		],
		stages: OF_MESSAGE,
		meaning: 'signInMissing',
		weight: 'strong',
	},
	{
		words: [
			/(?:credentials?|login|session|token|authori[sz]ation).{0,30}(?:no longer valid|expired|revoked|has ended)|re-?authenticate|reauthori[sz]e/,
		],
		meaning: 'signInEnded',
		weight: 'strong',
	},
	{
		words: [
			/auth\w* (?:\w+ )?(?:fail|rejected|unsuccessful|denied|error|refused|credentials (?:are )?invalid)|(?:invalid|incorrect|bad|wrong|not accepted|unacceptable).{0,30}(?:credentials|login|user ?name|user address|password|token|auth|xoauth2)|(?:credentials|login|password|user ?name|token).{0,30}(?:invalid|incorrect|bad\b|wrong|not accepted|fail|reject|unknown|denied|mismatch)|access token/,
		],
		stages: ['auth'],
		without:
			/mechanism|too many|not supported|temporar|try again|cannot decode|base ?64|syntax|5\.7\.139/,
		meaning: 'tokenRefused',
		weight: 'clear',
	},
	{
		words: [/auth\w* fail|invalid (?:login|credentials)|bad credentials/],
		stages: OF_MESSAGE,
		without: /dkim|spf|dmarc|relay for/,
		meaning: 'tokenRefused',
		weight: 'hint',
	},
	{
		words: [
			/temporar.{0,20}auth|auth\w*.{0,30}(?:temporar|try again|unavailable|internal error|connection)|(?:internal|server) error|backend/,
		],
		stages: ['auth'],
		severity: 4,
		meaning: 'signInUnavailable',
		weight: 'strong',
	},
	{
		words: [
			/(?:did not meet the criteria|security defaults|conditional access|basic auth\w* is|application-specific password|second factor|two[- ]factor|multi-?factor|\bmfa\b|\b2fa\b|web browser|web login|confirm (?:your|that) (?:identity|it)|blocked by (?:your )?(?:admin|tenant)|less secure|suspicious (?:login|sign)|not a robot|captcha|geo|country)/,
		],
		stages: ['auth'],
		without: /looks like spam/,
		meaning: 'signInPolicy',
		weight: 'strong',
	},
	{
		words: [
			/security defaults|did not meet the criteria|conditional access|organi[sz]ation's .{0,40}policy/,
		],
		stages: ['auth'],
		meaning: 'signInPolicy',
		weight: 'certain',
	},
	{ words: [/polic(?:y|ies)/], stages: ['auth'], meaning: 'signInPolicy', weight: 'clear' },
	{ names: /#auth005/, stages: ['auth'], meaning: 'tokenRefused', weight: 'certain' },
	{
		words: [/unauthori[sz]ed ip|\bip\b.{0,40}not (?:allowed|authori|permitted|white)/],
		meaning: 'addressBlocked',
		weight: 'strong',
	},
	{
		words: [/looks like spam|prove you are not a robot/],
		stages: ['auth'],
		meaning: 'accountBlocked',
		weight: 'certain',
	},
	{
		names: /logonfailed|logon failure|cannot open mailbox|logondenied/,
		meaning: 'mailboxAccess',
		weight: 'certain',
	},
	{
		words: [
			/is not authori[sz]ed to perform|(?:insufficient|missing|lacks?|without|no|not have)(?: the| sufficient| enough)? (?:permissions?|privileges?|scopes?|rights)(?! to send (?:as|from|on))|permission to (?:access|use|perform)|requires? (?:the )?(?:\w+ )?(?:permission|scope)/,
		],
		without: /recipient|send as|on behalf|from address|mailing list|group/,
		meaning: 'permission',
		weight: 'strong',
	},

	// The account.
	{
		words: [ACCOUNT, BLOCKED],
		without: new RegExp(
			`${OF_RECIPIENT.source}|smtpclientauth|sender address rejected|${BLOCK_LIST.source}|connection|\\bip\\b|mechanism|attachment|temporarily rejected`,
		),
		stages: ['connect', 'ehlo', 'auth', 'mailFrom', 'data', 'reply'],
		severity: 5,
		meaning: 'accountBlocked',
		weight: 'strong',
	},
	{
		words: [
			ACCOUNT,
			/suspend|\bpaused?\b|\bbanned|disabled|deactivated|\bfrozen|\blocked\b|terminated|under review|compromised|blocked from sending|not (?:yet )?(?:active|approved|activated)/,
		],
		without: new RegExp(`${OF_RECIPIENT.source}|smtpclientauth`),
		stages: ['connect', 'ehlo', 'auth', 'mailFrom', 'rcptTo', 'data', 'reply'],
		meaning: 'accountBlocked',
		weight: 'clear',
	},
	{
		words: [
			/sending (?:has been |is |was )?(?:\w+ )?(?:paused|suspended|disabled|blocked)|(?:blocked|disabled|suspended|prohibited|banned|restricted) from sending|not (?:yet )?allowed to send (?:e?-?mail|messages|any)|(?:may|can) ?not send (?:e?-?mail|messages)|outbound (?:mail|spam|e-?mail).{0,30}(?:blocked|suspend|disabled)|spamming|outgoing mail.{0,40}(?:suspended|disabled|blocked)/,
		],
		without: /recipient|attachment|to this group/,
		meaning: 'accountBlocked',
		weight: 'strong',
	},
	{
		names:
			/outboundspam|wascl useraction|unusual sending activity|traffic not accepted from this ip|bad inbound connector|tenantthreshold|service abuse/,
		meaning: 'accountBlocked',
		weight: 'certain',
	},
	{
		words: [
			/(?:verify|confirm|activate|validate|complete) (?:your|the) (?:account|e-?mail|phone|identity|registration|profile)|account (?:is |has )?(?:not |un)(?:been )?(?:verified|confirmed|activated|validated)|unverified account|not (?:yet )?(?:been )?activated|(?:must|need to) activate|activation/,
		],
		without: /domain|sender|from address/,
		meaning: 'unpaid',
		weight: 'strong',
	},

	// The address that connects.
	{
		words: [IP_ADDRESS, BLOCK_LIST],
		without: NOT_OF_ADDRESS,
		severity: 5,
		meaning: 'addressBlocked',
		weight: 'strong',
	},
	{
		words: [BLOCK_LIST],
		without: NOT_OF_ADDRESS,
		meaning: 'addressBlocked',
		weight: 'clear',
	},
	{
		words: [BLOCK_LIST, /blocked using|listed (?:at|by|in|on)|black-?listed (?:at|by|in|on|using)/],
		without: NOT_OF_ADDRESS,
		meaning: 'addressBlocked',
		weight: 'clear',
	},
	{
		words: [BLOCK_LIST, LATER],
		names: /^(?!.*(?:rate[ -]limit|greylist|grey\.rbl))/,
		severity: 4,
		meaning: 'addressBlockedForNow',
		weight: 'certain',
	},
	{
		words: [
			/client host (?:\S+ )?(?:rejected|blocked)|blocked using|banned sending ip|(?:\bip\b(?: address)?|\bhost\b|\bclient\b|connections?|server|\d{1,3}(?:\.\d{1,3}){3}\]?).{0,60}(?:(?<!un)blocked|banned|rejected|refused|denied|not (?:allowed|accepted|permitted)|not in whitelist)|(?:connections?|mail|messages|traffic) (?:is |are |will be )?(?:not accepted|refused|rejected) from (?:your |this |servers|\d)|not allowed to connect|access to (?:submit messages to )?this (?:mail|e-mail) system has been rejected|block for spam|your network is on|(?:dynamic|residential) (?:ip|range|address)|open relay\b(?! not)/,
		],
		without: NOT_OF_ADDRESS_WORDS,
		severity: 5,
		meaning: 'addressBlocked',
		weight: 'clear',
	},
	{
		words: [/client host (?:\S{1,80} )?(?:rejected|blocked|denied)/],
		without: NOT_OF_ADDRESS_WORDS,
		severity: 4,
		meaning: 'addressBlocked',
		weight: 'strong',
	},
	{
		names:
			/\(bl\)|rtr:(?:bb|du|sc|bl)|con:b1|hvu:|\[bl\d\d\]|\bs3150\b|\bs3140\b|ou-00\d|sc-00\d|dy-001|rly:bl|ib\d{3}|jfe\d+/,
		meaning: 'addressBlocked',
		weight: 'clear',
		severity: 5,
	},
	{
		words: [
			/reverse (?:dns|hostname|lookup|ip)|\bptr\b|\brdns\b|cannot find your hostname|reverse-?dns|name of your (?:host|ip)|fcrdns|no (?:host )?name (?:for|found for) (?:your )?ip/,
		],
		meaning: 'reverseDns',
		weight: 'certain',
		without: /helo name/,
	},
	{
		words: [
			/(?:domain|from|url|link|sender).{0,80}(?:listed (?:in|at|by|on)|black-?list|blocklist|block list|\bdbl\b|uribl|surbl|bad reputation|low reputation|poor reputation)|(?:black-?list|uribl|surbl|reputation).{0,60}(?:domain|\burl)|sending domain.{0,40}(?:reputation|blocked)|\bdbl\b/,
		],
		without:
			/\bip\b.{0,40}(?:reputation|listed|black)|client host \[|sender ip|our system has detected|sender verify/,
		meaning: 'domainBlocked',
		weight: 'certain',
		stages: OF_MESSAGE,
	},
	{
		words: [/spam|abuse|malicious|hacked/],
		stages: ['connect', 'ehlo', 'auth', 'mailFrom'],
		severity: 5,
		meaning: 'accountBlocked',
		weight: 'hint',
	},
];
