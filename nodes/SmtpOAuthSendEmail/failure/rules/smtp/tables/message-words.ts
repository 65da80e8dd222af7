import { BLOCK_LIST } from './lexicon';
import { certain, clear, hint, OF_CONTENT, OF_MESSAGE, type ReplyRule, strong } from './reply-rule';

const PROVEN =
	/\bspf\b|\bdkim\b|dmarc|anti-?spoof|spoof|domainkeys|sender policy framework|\barc\b|unauthenticated (?:e-?mail|mail|message)|sender is unauthenticated|authentication (?:level|results|checks)|email authentication|forged|impersonat/;

const RECIPIENT = /recipient|rcpt|\buser\b|mailbox|\baddress\b|\baccount\b|addressee/;

const ABSENT =
	/unknown|does(?:n't| not) (?:exist|have)|not (?:exist|found|known|a valid|valid|active|our|listed|local|deliverable)|no such|no exist|no mailbox|invalid|unavailable|no longer|inactive|disabled|undeliverable|unallocated|unrouteable|unrouted|isn't|is expired|unreachable|couldn't be found|wasn't found|weren't able to find|bad destination|doesn't have|suppress|discontinued|suspend|deactivat|\blocked\b/;

const SENDER =
	/\bsenders?\b|\bfrom[ :/'"-]{0,3}(?:address|header|domain|field|line|e-?mail)|return[- ]?path|mail from:|reverse[- ]path/;

const NOT_WANTED =
	/unauthori|(?:not|n't) (?:allowed|authori|permitted|valid|accept|registered|recogni|your)|invalid|denied|reject|refus|restrict|forbidden|must\b|should\b|illegal|wrong|incorrect|unknown|unaccept|cannot|may not|\bonly\b/;

/** Words about the sender, the recipients and the content. */
export const MESSAGE_WORDS: readonly ReplyRule[] = [
	// The sender.
	clear('sender', {
		words:
			/sendas|send (?:as|on behalf|from)|sendonbehalf|(?:sender|from) address.{0,40}(?:not (?:allowed|permitted|owned|valid|authori|verified|accepted)|rejected|invalid|denied|refused|mismatch)|not (?:owned|allowed) by|(?:sender|from) (?:\S+ )?(?:is )?not (?:owned|allowed|permitted|authori[sz]ed|accepted|local|valid)|not local sender|sender verify failed|verify (?:the )?sender|not allowed to (?:send|use)|not authori[sz]ed to send|not permitted to send|(?:invalid|unknown|bad|illegal|unauthori[sz]ed|wrong|incorrect|forged|unacceptable) (?:envelope )?(?:sender|from|mail from|return[- ]?path)|same as (?:the )?auth|sender (?:is )?(?:invalid|denied|rejected|refused|unknown|not found)|(?:from|sender) (?:address|header|domain)?.{0,30}(?:must (?:match|use)|does(?:n't| not) match|mismatch|differ)|relaying disallowed as|sender (?:domain )?(?:must|should) be|use the domain|fully qualified (?:e-?mail |sender )?address|(?:mail )?from (?:account |address )?does(?:n't| not) conform|impersonat|must be (?:from|sent from)|unable to (?:send|use).{0,20} as|(?:as a|valid) from:?|domain name required for sender|(?:den(?:y|ies)|rejects?|refuses?|blocks?) (?:the |this |your )?sender|check your from|(?:not|no) (?:have )?permission.{0,20}send/,
		without:
			/domain (?:not found|does not|of sender)|helo|does not resolve|blocked by this recipient|restricted|reverse|to this (?:recipient|group|list)|spf|dkim|dmarc|mailing list|e-?mail to|any (?:mail|messages)|rate|too many|(?<!not )verified|recipient address/,
		stages: OF_MESSAGE,
	}),
	strong('sender', {
		words: [
			/sender|\bfrom\b|return[- ]?path|envelope|\baddress(?:es)?\b/,
			/(?:not|n't) (?:the )?(?:same|match|equal|conform|belong|owned?\b|one of your)|mismatch|must (?:match|equal|use|be (?:the )?same)|incorrect auth\w* for|same as (?:the )?(?:smtp )?auth|not authori[sz]ed to send .{0,30}(?:with|from|as) the address|no rights? to send/,
		],
		without: /\bspf\b|dkim|dmarc|recipient list|reverse|\bhelo\b|\bptr\b/,
		stages: OF_MESSAGE,
	}),
	strong('sender', {
		words: /callback setup failed|servers refuse bounces/,
		stages: OF_MESSAGE,
	}),
	certain('sender', { names: /sendasdenied|submitasdenied|sendonbehalf/ }),
	hint('sender', {
		words:
			/(?:invalid|bad|malformed|illegal) (?:e-?mail )?address|address (?:is )?(?:invalid|malformed)/,
		stages: ['mailFrom'],
		severity: 5,
	}),

	hint('sender', {
		words: [SENDER, NOT_WANTED],
		without: new RegExp(
			`${BLOCK_LIST.source}|recipient|rcpt|\\bspf\\b|dkim|dmarc|\\bip\\b|black|spam|\\bhost\\b|limit|quota|rate|virus|attachment|auth\\w* (?:is )?required`,
		),
		stages: OF_MESSAGE,
		severity: 5,
	}),
	certain('sender', {
		words: /request failed; mailbox unavailable/,
		providers: ['yahoo', 'aol'],
		stages: ['mailFrom', 'data', 'reply'],
	}),

	strong('senderUnverified', {
		words: [
			/(?:not|un)[ -]?(?:been |yet )?(?:verified|confirmed|validated|registered|approved|authenticated|provisioned|enrolled)(?! (?:by|with) (?:spf|dkim))|unconfigured|verified sender|sender identit|sender signature|not (?:a )?verified|please verify|must be verified|verify (?:your|the) (?:domain|sender|from)|validated? sender/,
			/sender|from|domain|identit|address/,
		],
		without:
			/account is not|recipient|client was not|dmarc|spf|dkim|unverified address|rcpt|mailbox/,
		stages: OF_MESSAGE,
	}),
	certain('senderDomain', {
		words:
			/sender address.{0,60}(?:domain not found|does not exist)|domain of sender|(?:sender|from|mail from|originat\w*|envelope).{0,60}(?:domain|host).{0,30}(?:not (?:found|exist|resolve)|does(?:n't| not) (?:exist|resolve)|unresolv|could not be (?:found|resolved)|can ?not be resolved|no (?:mx|a) |has no|nxdomain|invalid|must (?:exist|resolve))|domain (?:of|for) .{0,40}does not (?:exist|resolve)|sender domain|\bmx\b.{0,40}(?:sender|from)|(?:sender|from).{0,40}\bmx\b|dns.{0,40}sender/,
		without:
			/spf|dkim|dmarc|recipient address|reverse|verified sender domain|valid sender domain|must match|black|reputation|not allowed|not verified/,
		stages: OF_MESSAGE,
	}),
	certain('domainUnproven', { words: PROVEN, stages: OF_CONTENT }),
	certain('senderForged', { words: PROVEN, stages: ['mailFrom', 'rcptTo'] }),
	certain('recipientRestricted', {
		words:
			/blocked by (?:this |the )?recipient|recipient.{0,30}(?:blocked|does not (?:want|accept))|sender (?:is )?(?:blocked|blacklisted|denied) by (?:the )?recipient|not on (?:the )?(?:allow|white|safe)/,
	}),
	strong('recipientRestricted', {
		words:
			/(?:only )?(?:accepts?|takes?|receives?) (?:messages |mail |e-?mail )?only from|restricted to|not authori[sz]ed (?:for|to send to) (?:this )?(?:recipient|mailbox|group|list)|sendernotauthenticated|\brst\.|delivery (?:is )?restrict|blocked senders|block policy|not permitted to (?:send|post) to|mailing list|members only|authorization to (?:send|post)/,
		without: /sender address/,
		stages: OF_MESSAGE,
	}),

	// Recipients.
	strong('relay', {
		words:
			/(?:relay(?:ing)?|forward)(?: access)? (?:\w+ ){0,2}(?:denied|not (?:allowed|permitted|authori[sz]ed)|prohibited|refused|disallowed|forbidden)|unable to relay|we do not relay|(?:cannot|can't|won't|will not|does not|not allowed to|not permitted to|may not) relay|no relay|relaynotallowed|credentials for relay|not a relay|open relay not allowed|(?:isn't|not) in my list of (?:allowed )?\w*hosts|rcpthosts|relaying/,
		without:
			/relaying disallowed as|quota|limit|ip identified|spam|at this time|try again|temporar/,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	hint('recipient', {
		words: [RECIPIENT, ABSENT],
		without:
			/sender|from address|quota|limit|client host|\bip\b|helo|relay|attachment|header|greylist|later|black|policy|token|credential|message (?:was )?rejected|content/,
		stages: ['rcptTo', 'data', 'reply'],
		severity: 5,
	}),
	clear('recipient', {
		words:
			/locked or deactivated|user unknown|unknown user|no such (?:user|mailbox|recipient|address|person|domain)|(?:mailbox|user|recipient|account|address|domain)(?: name)?(?: \S+)? (?:does(?:n't| not) exist|not found|unknown|is unknown|isn't known|is not known|is invalid|no longer)|recipient (?:address )?rejected|invalid (?:recipient|mailbox|address|local)|recipient (?:not|un)(?: found|known)|not our customer|unrouteable address|address rejected|this user doesn't have|mailbox is disabled|is no longer valid|(?:can't|cannot|couldn't|weren't able to) find|verify failed|resolver\.adr|recipnotfound|recipient unavailable|mailbox unavailable|does not like recipient|account that you tried to reach|bad destination mailbox|badrcptto|envelope recipient|e-?mail (?:is )?(?:invalid|unknown)|null mx|rcpt .{0,40}(?:reject|not allowed)|no valid recipient|could not deliver (?:mail|the message) to|all recipient/,
		without:
			/sender|from address|client host|\bspam\b|helo|relay|sending failed|failure sending|quota|\bfull\b|storage|due to polic/,
		severity: 5,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	certain('recipient', {
		words: /syntax/,
		without: /unsupported|option|\bdsn\b|notify|utf-?8|command/,
		replyCodes: [501, 553, 555],
		stages: ['rcptTo'],
	}),
	certain('recipient', {
		words: /\brcpt\b|recipient/,
		without: /rejected with this error/,
		replyCodes: [503],
		stages: ['data'],
	}),
	hint('recipient', {
		words: /address contains (?:illegal|invalid)/,
		stages: OF_CONTENT,
		severity: 5,
	}),
	certain('recipient', {
		words: /marked as inactive|inactive addresses|suppression list/,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	strong('recipientUnsure', {
		words:
			/invalid recipient|user unknown|(?:user|mailbox|recipient|domain|account) (?:name )?(?:not (?:active|found|known|exist)|does(?:n't| not) exist|unknown|inactive)|no such (?:user|mailbox|recipient|domain)|recipient address rejected|address verification|unverified address|verify (?:the )?(?:recipient|address)|mailbox unavailable/,
		without: /sender|greylist|rate|limit|too many|quota|full/,
		severity: 4,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	strong('recipientUnsure', {
		words: [
			/mailbox|recipient|\buser\b|account/,
			/temporarily (?:disabled|unavailable|inactive|locked|suspended)|inactive|(?:is|are|been) disabled|no exist/,
		],
		without: /sender|your account|greylist|rate|limit|too many|quota|full|connection|service/,
		severity: 4,
		stages: ['rcptTo', 'data', 'reply'],
	}),
	strong('mailboxFull', {
		words:
			/over ?quota|quota exceeded|mailbox (?:\S+ )?(?:is )?(?:over )?full|inbox (?:is )?full|(?:mailbox|user|inbox|recipient|account).{0,40}(?:over.{0,10}(?:quota|limit)|full\b|out of (?:storage|space)|storage)|storage (?:allocation|limit|quota|space)|insufficient mailbox space|(?:enough|out of|no|its|their) (?:\S+ )?space|space has been|folder is full|disk quota|mailbox quota|mailbox exceeds|exhausted .{0,20}(?:space|storage)|(?:mailbox|disk) (?:size )?limit|quota violation|exceeded storage|overquota|user quota|too many (?:messages|mails?) (?:on|in|auf) (?:the|their|this|dem)/,
		without:
			/may not exist|sending|send quota|submission|messages? per|daily|relay|hour|system storage|credits|message size|queue/,
	}),
	certain('mailboxFull', {
		names: /exception:quotaexceeded|mapiexception(?:shutoff|namedprops)?quotaexceeded|p=overquota/,
	}),

	// The content.
	strong('size', {
		words:
			/(?:message|mail|e-?mail|size|data|content|attachments?|body|stream|file|header)s?.{0,50}(?:too (?:big|large|long)|exceed\w*.{0,30}(?:size|maximum (?:message|allowed|length)|bytes|\d ?[mk]b)|larger than|more than \d+ bytes|bigger than|over(?:size|.{0,20}size limit))|size (?:limit|exceed|of)|length of .{0,40}(?:maximum|limit|exceed)|exceed\w*.{0,40}(?:size|bytes)|max(?:imum)?.{0,20}(?:message )?size|exceeds fixed limit|(?:too much|excessive).{0,20}\bdata\b|\bsize\b.{0,20}\b(?:over|above)\b.{0,20}(?:limit|maximum)|maxsubmission|messagesubmissionexceeded/,
		without:
			/line (?:is )?too long|line length|mailbox|recipients|quota|header line|sending rate|per (?:hour|day)|lines? longer/,
		stages: OF_MESSAGE,
	}),
	strong('virus', {
		words:
			/virus|malware|trojan|infected|\beicar|phish|(?:banned|blocked|prohibited|forbidden|executable|disallowed|dangerous|illegal|encrypted|unacceptable).{0,40}(?:attachment|file|content type|extension|archive)|(?:attachment|file|extension|archive|macro)s?.{0,40}(?:banned|blocked|not (?:allowed|permitted|accepted)|prohibited|reject|dangerous|forbidden|policy)|potential security issue|mime_banned/,
		stages: OF_CONTENT,
		severity: 5,
	}),
	clear('spam', {
		words:
			/\bspam|junk ?mail|junk\b|unsolicited|bulk|suspicious|looks like|high probability|content filter|spamassassin|rspamd|\bscore\b|message content|mail content|content (?:denied|rejected|blocked|not|filter)|likely unwanted|uce\b/,
		stages: OF_CONTENT,
		without:
			/\brbl\b|black-?list|blocklist|listed (?:at|by|in)|sending ip|\bip address\b|your ip|poor reputation|spamhaus|temporarily rate/,
		severity: 5,
	}),
	certain('spam', {
		words: [/\b(?:urls?|links?)\b/, BLOCK_LIST],
		stages: OF_CONTENT,
	}),
	clear('spam', {
		words: [/message/, /suspicious|unsolicited|\bspam\b/, /blocked|rejected|refused/],
		without: /reputation/,
		stages: OF_CONTENT,
		severity: 4,
	}),
	clear('form', {
		words:
			/headers?|\brfc ?\d{3,4}|not rfc|compliant|malformed|\bmime\b|bare (?:lf|cr|<lf>)|line (?:is )?(?:too long|length)|lines? longer|duplicate|missing (?:a )?(?:valid )?(?:from|date|subject|message-id|to)|message-?id|multiple from|no from|8-?bit|null (?:byte|char)|badly formed|parse/,
		stages: OF_CONTENT,
		without: /spam|dmarc|dkim|\bspf\b|too large|header based|virus|loop/,
	}),
	strong('form', { words: /multiple (?:addresses|from)/, stages: OF_CONTENT }),
	certain('loop', { words: /too many (?:hops|received)|\bloop(?:s|ed|ing)?\b|hop count/ }),

	hint('policy', {
		words:
			/polic(?:y|ies)|rules?\b|rejected (?:by|due to|for) (?:an? |the |our |local |security )?(?:organi|admin|content|filter|polic|security|reasons)|not accepted for|prohibited/,
		stages: OF_CONTENT,
		severity: 5,
	}),
	clear('policy', {
		words: /polic(?:y|ies) (?:violation|reason)|violat\w+.{0,20} polic(?:y|ies)/,
		without: /sender|(?:mail|address) from|from address|recipient/,
		stages: ['mailFrom'],
		severity: 5,
	}),
	strong('utf8', { words: /smtputf8|internationali[sz]ed|non-ascii|utf-?8/, stages: OF_MESSAGE }),

	// The session.
	certain('ehloName', {
		words: /\b(?:helo|ehlo)\b/,
		without:
			/send (?:helo|ehlo|hello)|(?:helo|ehlo)(?:\/ehlo)? first|(?:helo|ehlo) (?:required|command (?:required|expected|first|not))|after (?:helo|ehlo)|issue|polite|obtained from|bad sequence|before (?:helo|ehlo)|need (?:helo|ehlo)|again|not implemented|unrecogni|unknown command|black|spamhaus|callback/,
	}),
	certain('ehloName', {
		words:
			/fully[- ]qualified|invalid (?:domain|host) ?name|invalid domain|invalid hostname|bad (?:host|domain) ?name|host ?name (?:required|invalid|is invalid)|invalid argument|need fqdn|must be fqdn|localhost|domain name required|requires? (?:a )?(?:valid )?(?:domain|host)/,
		stages: ['ehlo'],
	}),
	strong('tlsFirst', {
		words: [
			/\btls\b|\bssl\b|starttls|encrypt|secure (?:connection|channel)/,
			/requi|must|\bneed|without|first|mandatory|only/,
		],
		without:
			/tls ?v?1\.[01]|unavailable|not supported|unable to|not implemented|too many|cannot|failed|rcpt|recipient/,
		stages: ['connect', 'ehlo', 'auth', 'mailFrom'],
	}),
	strong('tlsFirst', {
		words:
			/starttls|tls (?:is )?(?:required|needed)|(?:requires?|must (?:use|issue|first)|need|only).{0,30}(?:tls|ssl|encrypt)|without (?:ssl|tls|encryption)|ssl\/tls|(?:tls|ssl|encrypt\w*) (?:connection )?(?:is )?(?:required|needed|only|first)|must use (?:tls|encryption)|encrypted (?:connection|session)/,
		without:
			/tls ?1\.[01]|not available|unavailable|not supported|unable to|not implemented|too many|cannot|failed/,
	}),
	clear('dsn', { words: /\bdsn\b|notify=|\bret=/, stages: ['mailFrom', 'rcptTo'] }),
	certain('recipientTls', {
		words: [/\btls\b|encrypt/, /rcpt|recipient/],
		stages: ['rcptTo', 'data', 'reply'],
	}),
	certain('tlsTooOld', {
		words:
			/tls ?1\.[01]|tlsv1\.[01]|sslv?3|old(?:er)? (?:version of )?tls|tls version|unsupported (?:tls|protocol)|weak (?:cipher|tls)/,
		without: /received/,
	}),
	strong('noTls', {
		words:
			/tls (?:is )?(?:currently |temporarily )?(?:not|un)(?: )?(?:available|supported|offered|enabled|configured)|starttls.{0,30}(?:not|unrecogni|unknown|fail)/,
		stages: ['connect', 'tls', 'ehlo'],
		severity: 5,
	}),
	certain('noTls', {
		words:
			/\b(?:tls|ssl) (?:is )?(?:not (?:supported|enabled|configured|offered)|(?:already )?active)/,
		stages: ['connect', 'tls', 'ehlo'],
		severity: 4,
	}),
	clear('outOfOrder', {
		words:
			/bad sequence|wrong (?:order|time|sequence)|out of (?:order|sequence)|(?:no|need|send|expected|must have|say) (?:a )?(?:valid )?(?:mail from|mail|rcpt|recipients?|sender|helo|ehlo|hello)\b.{0,20}(?:first|command|before|specified)?|already (?:auth|speci|given|in)|nested mail|sender already/,
		without:
			/authentication required|authenticate|\bauth\b|log ?in|policy|no recipients? (?:accepted|allowed)/,
		replyCodes: [503],
	}),
	strong('protocol', { words: /protocol (?:violation|error)/ }),
	clear('protocol', {
		words:
			/syntax|unrecogni[sz]ed command|command (?:not|un)|unknown command|not implemented|invalid (?:command|parameter)|unsupported (?:option|parameter)|cannot decode|base ?64|line too long|too long/,
		replyCodes: [500, 501, 502, 504, 555],
		without: /sender|recipient|mailbox|\baddress\b|ehlo|helo|auth\w* mechanism/,
		stages: ['auth', ...OF_MESSAGE],
	}),
];
