import { ACCOUNT, BLOCKED, BLOCK_LIST, IP_ADDRESS, LATER } from './lexicon';
import {
	certain,
	clear,
	hint,
	OF_GREETING,
	OF_MESSAGE,
	type ReplyRule,
	strong,
} from './reply-rule';

/** The recipient's account, not ours. */
const OF_RECIPIENT =
	/recipient|delivery error|(?:message|mail) to\b|(?:not|n't) be delivered|undeliverable|you (?:are trying|tried) to (?:reach|contact)|user unknown|no such|local mailbox|this mailbox is disabled|is no longer valid|invalid mailbox/;

/** A list of domains or of recipients, or a word about a sender. */
const NOT_OF_ADDRESS =
	/sender address \[|from:? (?:address|domain)|mailfrom domain|sending domain|sender domain|\bdbl\b|uribl|surbl|grey-?list|grey\.rbl|sender verify|rate[ -]limit|our system has detected|find your (?:reverse )?host ?name|may be blacklisted|by recipient|by this recipient|\burl/;

const NOT_OF_ADDRESS_WORDS =
	/sender address|the sender|find your (?:reverse )?host ?name|recipient|helo|from:? address|relay (?:access )?denied|relay for|attachment|too many|sessions|\burl|\bcommand rejected|e-?mail address|sender verify|our system has detected|locked or deactivated|message rejected|rejected (?:the |your )?message|permanently rejected|header|dmarc|\bspf\b|quota|limit|domain \[?\S{1,80}\]? (?:is )?not/;

/** Words about the account that sends, and the address that connects. */
export const ACCOUNT_WORDS: readonly ReplyRule[] = [
	// The account.
	strong('accountBlocked', {
		words: [ACCOUNT, BLOCKED],
		without: new RegExp(
			`${OF_RECIPIENT.source}|smtpclientauth|sender address rejected|blocked senders|${BLOCK_LIST.source}|connection|\\bip\\b|mechanism|attachment|temporarily rejected`,
		),
		stages: ['connect', 'ehlo', 'auth', 'mailFrom', 'data', 'reply'],
		severity: 5,
	}),
	clear('accountBlocked', {
		words: [
			ACCOUNT,
			/suspend|\bpaused?\b|\bbanned|disabled|deactivated|\bfrozen|\blocked\b|terminated|under review|compromised|blocked from sending|not (?:yet )?(?:active|approved|activated)/,
		],
		without: new RegExp(`${OF_RECIPIENT.source}|smtpclientauth`),
		stages: ['connect', 'ehlo', 'auth', 'mailFrom', 'data', 'reply'],
	}),
	strong('accountBlocked', {
		words: [
			/(?:your|sender'?s?|sending) (?:\S+ )?(?:account|user|domain|e-?mail|address|access)|you (?:are|have been)/,
			BLOCKED,
		],
		without: /by (?:this |the )?recipient/,
		stages: ['rcptTo'],
	}),
	clear('accountBlocked', {
		words: [ACCOUNT, /\b(?:blocked|banned|blacklisted)\b/],
		without: new RegExp(
			`${OF_RECIPIENT.source}|${LATER.source}|${BLOCK_LIST.source}|connection|\\bip\\b|\\bhost`,
		),
		stages: ['ehlo', 'auth', 'mailFrom'],
		severity: 4,
	}),
	clear('accountBlocked', {
		words:
			/(?:mail server|service|smtp|relay|server|plan)\b.{0,30}(?:has been |is |was )?(?:suspended|terminated|deactivated)/,
		without: /recipient|temporar/,
	}),
	certain('accountBlocked', {
		words:
			/sending\b(?: \w+){0,4} (?:is |are |has been |have been |was )(?:\w+ )?(?:paused|suspended|disabled|blocked|forbidden|prohibited|locked)|sending (?:paused|suspended|disabled|blocked)|(?:blocked|disabled|suspended|prohibited|banned|restricted) from sending|account is not allowed to send|not (?:yet )?allowed to send (?:e?-?mail|messages|any)|(?:may|can) ?not send (?:e?-?mail|messages)|outbound (?:mail|spam|e-?mail).{0,30}(?:blocked|suspend|disabled|refused)|spamming|\b(?:outgoing|outbound)\b.{0,40}(?:suspen|disabled|blocked)/,
		without: /recipient|attachment|to this group|without auth|\bspf\b|dkim|dmarc/,
	}),
	strong('accountBlocked', {
		words:
			/(?:the|your|main) account (?:\S+ )?(?:is )?(?:not available|unavailable|not found|unknown|not known)/,
		without: OF_RECIPIENT,
		severity: 5,
	}),
	certain('accountBlocked', {
		names:
			/outboundspam|wascl useraction|unusual sending activity|traffic not accepted from this ip|bad inbound connector|tenantthreshold|service abuse/,
	}),
	certain('accountBlocked', {
		words: /(?:sign|log) ?in to your (?:\w+ )?account/,
		stages: OF_MESSAGE,
	}),
	strong('unpaid', {
		words:
			/(?:verify|confirm|activate|validate|complete) (?:your|the) (?:account|e-?mail|phone|identity|registration|profile)|account (?:is |has )?(?:not |un)(?:been )?(?:verified|confirmed|activated|validated)|unverified account|not (?:yet )?(?:been )?activated|(?:must|need to) activate|activation|only (?:be used to )?send (?:\w+ )?(?:e-?mails?|messages) to (?:your|the|verified|authori|account)|(?:accept|agree to).{0,20}(?:eula|terms|licen[cs]e|agreement|conditions)/,
		without: /domain|sender|from address/,
	}),

	// The address that connects.
	certain('addressBlocked', {
		words:
			/(?:(?:this|your) (?:client )?(?:ip|host|server)(?: address)?|\d{1,3}(?:\.\d{1,3}){3}\]?) (?:has been|is|was) (?:temporarily |currently )?(?:blocked|banned|black-?listed|suspended)/,
		severity: 5,
	}),
	strong('addressBlocked', {
		words: [IP_ADDRESS, BLOCK_LIST],
		without: NOT_OF_ADDRESS,
		severity: 5,
	}),
	strong('addressBlocked', {
		words: [
			/unsolicited|spam|abuse|malicious/,
			/(?:originating|coming|sent|received|comes) from (?:your|this) (?:ip|address|host|server|network|range)/,
		],
	}),
	certain('addressBlocked', {
		words:
			/\bip\b.{0,40}(?:isn't|is not|not been|hasn't been) registered|register(?:ed)? your (?:\w+ ){0,2}ip/,
	}),
	clear('addressBlocked', { words: BLOCK_LIST, without: NOT_OF_ADDRESS }),
	clear('addressBlocked', {
		words: [BLOCK_LIST, /blocked using|listed (?:at|by|in|on)|black-?listed (?:at|by|in|on|using)/],
		without: NOT_OF_ADDRESS,
	}),
	certain('addressBlockedForNow', {
		words: [BLOCK_LIST, LATER],
		names: /^(?!.*(?:rate[ -]limit|greylist|grey\.rbl))/,
		severity: 4,
	}),
	clear('addressBlocked', {
		words:
			/client host (?:\S+ )?(?:rejected|blocked)|blocked using|banned sending ip|(?:\bip\b(?: address)?|\bhost\b|\bclient\b|connections?|server|\d{1,3}(?:\.\d{1,3}){3}\]?).{0,60}(?:(?<!un)blocked|banned|rejected|refused|denied|forbidden|prohibited|not (?:allowed|accepted|permitted)|not in whitelist)|(?:denied|refused|forbidden|prohibited|blocked|banned) (?:\w+ ){0,2}(?:by|from|for|to) your (?:ip|host|server|network|address)\b|(?:connections?|mail|messages|traffic) (?:is |are |will be )?(?:not accepted|refused|rejected) from (?:your |this |servers|\d)|not allowed to connect|not be accepted from|no access (?:for|from|to) (?:this|your) (?:ip|host|server|network|client)|access to (?:submit messages to )?this (?:mail|e-mail) system has been rejected|block for spam|your network is on|(?:dynamic|residential) (?:ip|range|address)|open relay\b(?! not)/,
		without: NOT_OF_ADDRESS_WORDS,
		severity: 5,
	}),
	strong('addressBlocked', {
		words:
			/(?:\bip\b|\bhost\b|\bclient\b|\bserver\b|\d{1,3}(?:\.\d{1,3}){3}\]?).{0,40}(?:filtered|(?<!un)blocked|banned|rejected|denied|refused|forbidden|prohibited|not (?:allowed|permitted|accepted|accepting))|(?:not (?:currently )?accepting|refus|denied|forbidden|prohibited|intrusion|too (?:many|much) spams?|sending spam).{0,40}(?:\bip\b|\d{1,3}(?:\.\d{1,3}){3})|register your ip/,
		without: new RegExp(
			`${LATER.source}|busy|sender address|find your|recipient|relay|sessions|too many (?:\\w+ ){0,2}connections|concurrent`,
		),
		severity: 4,
	}),
	clear('addressBlocked', {
		words:
			/not (?:currently )?accepting (?:mail|messages|connections) from (?:your|this)|sending spam|(?:mail|messages|connections) from \[?\d.{0,40}(?:permanent|blocked|refused)/,
		severity: 5,
	}),

	certain('addressBlocked', { names: /\bip=[\d.]{7,15} - a problem occurred/ }),
	strong('addressBlocked', {
		words: /client host (?:\S{1,80} )?(?:rejected|blocked|denied)/,
		without: NOT_OF_ADDRESS_WORDS,
		severity: 4,
	}),
	clear('addressBlocked', {
		names:
			/\(bl\)|rtr:(?:bb|du|sc|bl)|con:b1|hvu:|\[bl\d\d\]|\bs3150\b|\bs3140\b|ou-00\d|sc-00\d|dy-001|rly:bl|jfe\d+/,
		severity: 5,
	}),
	clear('addressBlocked', {
		words: /polic(?:y|ies) (?:violation|reason)|(?:due to|by|for|violat\w+).{0,20} polic(?:y|ies)/,
		without: LATER,
		stages: OF_GREETING,
	}),
	certain('reverseDns', {
		words:
			/reverse (?:dns|hostname|lookup|ip)|\bptr\b|\brdns\b|cannot find your hostname|reverse-?dns|name of your (?:host|ip)|fcrdns|no (?:host )?name (?:for|found for) (?:your )?ip|(?:ip|host) ?name lookup/,
		without: /helo name|relay/,
	}),
	certain('domainBlocked', {
		words:
			/(?:domain|from|sender).{0,80}(?:listed (?:in|at|by|on)|black-?list|blocklist|block list|\bdbl\b|uribl|surbl|bad reputation|low reputation|poor reputation)|(?:black-?list|uribl|surbl|reputation).{0,60}domain|sending domain.{0,40}(?:reputation|blocked)|\bdbl\b/,
		without:
			/may be blacklisted|\bip\b.{0,40}(?:reputation|listed|black)|client host \[|sender ip|our system has detected|sender verify/,
		stages: OF_MESSAGE,
	}),
	hint('accountBlocked', {
		words: [/spam|abuse|malicious/, /blocked|banned|black-?listed/],
		stages: ['connect', 'ehlo', 'auth', 'mailFrom'],
		severity: 5,
	}),
	hint('accountBlocked', {
		words: /spam|abuse|malicious|hacked/,
		stages: ['connect', 'ehlo', 'auth', 'mailFrom'],
		severity: 5,
	}),
];
