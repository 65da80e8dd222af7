/*
 * The words that replies are made of, for `ReplyRule.words`: lower case. A rule puts several
 * together, so that a new provider's sentence is understood without a rule of its own. All are
 * linear: no repetition stands within another, and gaps are bounded.
 */

/** That there is a limit, and that it is reached. */
export const LIMIT =
	/limit|quota|exceed|too (?:many|much|fast|quick|often|frequent)|throttl|maximum|\bmax\b|allowance|allotment|allowed per|\bonly \d|(?:only|is) allowed to send|no more than|at most|up to \d|reached|\brate\b|volume|frequen|suppressed|over your/;

/** What is counted: messages and what becomes of them. */
export const MESSAGES =
	/messag(?:es?|ing)|requests?\b(?! action)|e-?mails?|\bmails?\b|sending|\bsend\b|\bsent\b|submission|relay|outgoing|outbound|\bsmtp\b|recipients?|\brcpts?\b|delivery attempts/;

/** What is counted: connections. */
export const CONNECTIONS = /connections?\b|\bsessions?\b|channels|thread|concurren|simultaneous/;

/** Signing in. */
export const SIGN_INS = /log-?ins?\b|logged in|log in\b|auth\b|authenticat|sign-?ins?\b/;

/** A day or longer. */
export const DAY =
	/per (?:day|month|week)|\bdaily\b|\bmonthly\b|\bweekly\b|24[ -]?h|twenty[- ]four|\/ ?day\b|(?:a|one|this|the) (?:day|month)\b|\btoday\b|calendar (?:day|month)|\d days?\b/;

/** An hour. */
export const HOUR =
	/per hour|hourly|hour(?:'s)? limit|\/ ?h(?:ou)?r?\b|(?:an|one|this|the last|\b1) hour|\b60 min/;

/** A minute or less. */
export const MINUTE = /per (?:minute|second)|\/ ?(?:min|sec|s)\b|minute|second\b|seconds\b/;

/** What says that it passes by itself. */
export const LATER =
	/try (?:(?:to|your|this|the|sending|it|that)\b.{0,30})?(?:again|later|back)|again later|retry|please wait|come back|temporar|deferred|for now\b|at (?:this|the) (?:moment|time)|(?<!un)available (?:again|later)|transient|momentar|later\b|in progress|on hold/;

/** Who or what is blocked. */
export const ACCOUNT =
	/\baccounts?\b|\busers?\b|\bmailbox\b|\bsmtp access\b|sender(?! ip)|customer|client(?! host)|subscription|credentials?|identity|login|organi[sz]ation|tenant|domain|service for|api[ -]?key/;

/** An account may not do something any more. */
export const BLOCKED =
	/suspend|\bpaused?\b|\bbanned|\bblocked|disabled|deactivated|\bfrozen|\blocked\b|restricted\b|not (?:yet )?(?:active|activated|subscribed|approved)|inactive|terminated|closed|prohibited from|expired|under review|shut ?down|not enabled|compromised|quarantined|\bheld\b/;

/** The address that connects. */
export const IP_ADDRESS =
	/\bip\b|ip[ -]?address|client host|sending (?:mta|host|server|ip)|your (?:host|server|network|isp|internet)|\[?(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\]?|connecting (?:host|server|ip)|\bhost\b|mail server|\bnetwork\b|sending (?:system|machine)/;

/** Lists of addresses and domains. */
export const BLOCK_LIST =
	/black ?-?list|block ?-?list|blocklist|black-?listed|\brbls?\b|dnsbl|\bdnswl|spamhaus|spamcop|sorbs|barracuda(?:central)?|cloudmark|senderscore|sender score|uribl|surbl|proofpoint dynamic|spamrl|\bcbl\b|\bxbl\b|\bsbl\b|\bpbl\b|\bdbl\b|listed (?:at|by|in|on)|reputation|banned sending ip|abusix|invaluement|uceprotect|mail-abuse|hostkarma|trend micro|truncate\.gbudb|0spam/;
