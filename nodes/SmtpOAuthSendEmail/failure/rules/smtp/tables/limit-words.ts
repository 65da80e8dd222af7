import { CONNECTIONS, DAY, HOUR, LATER, LIMIT, MESSAGES, MINUTE, SIGN_INS } from './lexicon';
import { certain, clear, type ReplyRule, strong, vague } from './reply-rule';

/** A limit of another kind, or a word that only looks like one. */
const NOT_OF_SENDING =
	/size|too (?:large|big|long)|bytes|mailbox(?:es)? (?:is |are )?(?:over|full)|over ?quota|inbox|storage|disk|hop|unlimited|(?:invalid|bad|unknown) recipients|too many errors|commands|queue quota|(?:messages|mails?) (?:on|in|auf) (?:the|their|this|dem)/;

/** Words beside "try again" that say what has to be done before. */
const NEEDS_ACTION =
	/see |visit|contact|spam|virus|policy|does not exist|unknown|not exist|suspended|disabled|blocked|denied|check|correct|fix|remove|reduc|short|smaller|verify|settings|configur|not available in|will not|permanent|not retry/;

/** Words about limits, of any count and any period; and about busy servers. */
export const LIMIT_WORDS: readonly ReplyRule[] = [
	// How much may be sent.
	strong('quota', { words: [LIMIT, MESSAGES, DAY], without: NOT_OF_SENDING }),
	strong('hourly', { words: [LIMIT, MESSAGES, HOUR], without: NOT_OF_SENDING }),
	strong('rate', { words: [LIMIT, MESSAGES, MINUTE], without: NOT_OF_SENDING }),
	clear('quota', {
		words:
			/(?:sending|send|relay|submission|message|mail|outgoing|outbound|daily|hourly|monthly|your) (?:\w+ )?(?:quota|limits?|allowance)|quota.{0,20}(?:exceeded|reached|used)|exceeded.{0,30}(?:quota|limit)|limit.{0,20}(?:exceeded|reached)/,
		without:
			/size|too (?:large|big|long)|bytes|over ?quota|inbox|storage|disk|mailbox(?! sending)|hop|connections?\b|per connection|rate|hour|minute|recipients? (?:limit|per message|count)|auth|login|receiv/,
		severity: 5,
		stages: ['mailFrom', 'data', 'reply', 'auth', 'connect', 'ehlo'],
	}),
	clear('quota', {
		words:
			/(?:sending|send|relay|submission|message|mail|outgoing|outbound|daily|hourly|monthly) (?:\w+ )?(?:quota|limits?|allowance)|you (?:have |'ve )?(?:reached|exceeded)/,
		without: /size|over ?quota|inbox|storage|mailbox|hop|connection|receiv/,
		stages: ['rcptTo'],
		severity: 5,
	}),
	strong('quota', {
		words:
			/(?:sending|send|relay|submission|message|mail|daily|monthly) (?:\w+ )?(?:quota|allowance)|(?:daily|monthly).{0,30}limit|quota.{0,20}exceeded/,
		without:
			/size|over ?quota|inbox|storage|disk|mailbox|user quota|queue quota|hop|connection|receiv/,
		severity: 4,
	}),
	strong('rate', {
		words:
			/rate[ -]?limit|sending rate|\brate\b.{0,25}(?:exceed|limit|too)|(?:exceed|limit).{0,25}\brate\b|throttl|too (?:quickly|fast|often|frequent)|slow(?:er\b| down)|frequency (?:is )?(?:limit|exceed|too)|excessive (?:volume|rate|mail|number)|unexpected volume|unusual(?:ly high)? (?:rate|volume|number)|flood/,
		without: /bounce rate|complaint rate|receiv|password/,
	}),
	strong('rate', {
		words:
			/too many (?:\w+ ){0,3}(?:messages?|e-?mails?|mails?|submissions|sends|delivery)|too much mail|(?:max|maximum)(?: number of)? (?:messages?|mails?|e-?mails?)|(?:messages?|mails?) per (?:session|connection)/,
		without: /\bbytes|daily|per day|(?<!same )size|too many recipients?/,
	}),
	certain('rate', {
		words: /too many recipients from|too many (?:auth commands|new tls sessions)/,
	}),
	strong('quota', {
		words: [
			/exceed|reached|\bover\b/,
			/\blimit|quota|maximum|allowance/,
			/(?:outgoing|outbound|sent|sending|number of) (?:\w+ ){0,2}(?:e-?mails?|messages?|mails?)\b/,
		],
		without: new RegExp(`${NOT_OF_SENDING.source}|recipients|hour|minute|receiv`),
		severity: 5,
	}),
	certain('quota', {
		words: /polic\w+.{0,30}quota|quota.{0,30}polic|sender.{0,20}over.{0,5}quota/,
		without: /storage|disk|mailbox/,
	}),

	certain('quota', {
		words:
			/(?:domain|account|\buser|sender|\byou\b)\b.{0,60}(?:not allowed to send|may not send|exceeded).{0,40}recipient (?:limit|quota)/,
	}),
	certain('quota', {
		names:
			/storedrv[^;]{0,200}(?:submissionquota|exceededmessagelimit|recipientratelimit|messageratelimit)/,
	}),

	clear('quota', {
		words: [/sender|account|\buser\b|domain|client/, /frequen|limit(?:s|ed)?\b|exceeded|quota/],
		without: new RegExp(
			`${NOT_OF_SENDING.source}|recipient|connection|session|auth|login|receiv|hour|minute`,
		),
		severity: 5,
		stages: ['mailFrom', 'data', 'reply'],
	}),

	clear('rate', {
		words: /limit.{0,20}(?:reached|exceed)|(?:reached|exceed\w*).{0,20}limit/,
		without: new RegExp(`${NOT_OF_SENDING.source}|${DAY.source}|recipient|mailbox|receiv`),
		severity: 4,
	}),

	// Credits and plans: time alone does not bring them back.
	certain('credits', { words: /credits?\b|\bprepaid\b/, without: /credit card (?:number|phish)/ }),
	certain('credits', {
		words: [
			/\b(?:plans?|trial|subscription|package)\b/,
			/limit|quota|exceed|upgrade|used up|exhaust|maximum|not included|\bpaid\b|only/,
		],
		without: /trial tenant|daily limit for/,
	}),
	certain('unpaid', {
		words:
			/\bbilling\b|unpaid|overdue|\binvoice|non-?payment|payment (?:required|due|failed|method)|in arrears|trial (?:has |period )?(?:is )?(?:expired|over|ended)|(?:subscription|plan|licen[cs]e|service) (?:has |is )?(?:expired|ended|cancel|inactive)|expired (?:subscription|licen[cs]e|plan)|(?:invalid|\bno|without|lacks?|missing) (?:\w+ )?licen[cs]e/,
	}),

	// Recipients of one message.
	strong('tooManyRecipients', {
		words:
			/too many (?:\w+ ){0,2}(?:recipients?|rcpts?|addresses)|(?:max|maximum|limit|number|exceed)\w*.{0,30}\brecipients|recipients?.{0,20}(?:limit|exceed|per message)|maxrecip|(?:out of|over|exceed|beyond|only|limit|allow)\w*.{0,30}\brcpts?\b|number of rcpts?\b/,
		without:
			/from (?:\[|\w+\[|unknown)|attempts|invalid|unknown recip|\bbad\b|per (?:day|hour|minute)|daily|hour|24|recipient (?:has )?exceeded|recipient's/,
	}),

	// The recipient's own limit.
	certain('recipientRate', {
		words:
			/receiving (?:mail|e-?mail|messages?) (?:at a rate|too)|(?:recipient|user you are trying to contact|mailbox).{0,60}(?:exceeded|over|limit).{0,40}(?:rate|messages? they can receive|receive per)|send to this recipient per|recipient (?:has )?exceeded.{0,20}rate/,
	}),
	strong('rate', { words: /complaints/, severity: 4 }),

	// Connections and sign-ins.
	strong('connections', {
		words: [
			/too many|limit|exceed|maximum|\bmax\b|lower the number|concurren|simultaneous/,
			CONNECTIONS,
		],
		without:
			/messages? per (?:session|connection)|mails per session|max message|errors|per connection/,
	}),
	strong('tooManySignIns', {
		words: [/too many|too often|limit|exceed|throttl|excessive|frequen/, SIGN_INS],
		without:
			/messages|e-?mails|fail|invalid|incorrect|bad |wrong|credits|unauthenticated|not authenticated|\bdkim\b|\bspf\b/,
		stages: ['connect', 'ehlo', 'auth'],
	}),
	certain('lockedOut', {
		words: [
			/too many|excessive|repeated|multiple|limit exceed/,
			/fail|invalid|incorrect|\bbad\b|wrong|unsuccessful/,
			SIGN_INS,
		],
		stages: ['connect', 'ehlo', 'auth'],
	}),

	// Busy.
	certain('greylist', { words: /grey-?list|gray-?list/, severity: 4 }),
	vague('busy', { words: LATER, severity: 4 }),
	vague('busy', {
		words:
			/\bbusy\b|unavailable|not available|overload|insufficient (?:system|disk|storage)|system resources|out of (?:memory|disk|space)|disk full|queue (?:file|full)|internal (?:server |resource )?error|server error|local error|timeout|timed out|cannot (?:process|connect|contact)|lookup (?:error|failure|fail)|no healthy|shutting down|maintenance|not accepting/,
		severity: 4,
	}),
	clear('later', {
		words: LATER,
		severity: 5,
		replyCodes: [550],
		stages: ['mailFrom', 'rcptTo', 'data', 'reply'],
		without: NEEDS_ACTION,
	}),
	clear('busy', {
		words: LATER,
		severity: 5,
		replyCodes: [552, 553, 554],
		stages: ['mailFrom', 'rcptTo', 'data', 'reply'],
		without: NEEDS_ACTION,
	}),
	clear('rate', {
		words: [LIMIT, MESSAGES],
		without: new RegExp(`${NOT_OF_SENDING.source}|recipients|quota|session|connection`),
		severity: 4,
	}),
];
