import { certain, clear, hint, OF_MESSAGE, type ReplyRule, strong } from './reply-rule';

/** Words about the sign-in: refused, blocked, missing, or not to be had. */
export const SIGN_IN_WORDS: readonly ReplyRule[] = [
	certain('smtpAuthOff', { names: /smtpclientauthentication is disabled|smtp_auth_disabled/ }),
	strong('smtpAuthOff', {
		words:
			/(?:smtp|esmtp)(?:[ -]auth\w*)? (?:access )?(?:is |has been )?(?:disabled|not enabled|switched off|turned off|not allowed|not permitted)|(?:enable|turn on|switch on|open|allow|activate) (?:the )?(?:smtp|imap|pop3)|access rights to this service|(?:smtp|this) service is (?:disabled|not enabled)|not (?:\w+ ){0,2}(?:allowed|permitted|authori[sz]ed|enabled) (?:\w+ ){0,3}(?:smtp|esmtp)\b/,
		stages: ['auth', ...OF_MESSAGE],
		without: /smtp authentication in your|mechanism|on your mail client/,
	}),
	certain('smtpAuthOff', { words: /^550 (?:\S+ )?user has no permission/, stages: ['auth'] }),
	strong('smtpAuthOff', {
		words:
			/not authori[sz]ed to use this service|(?:login|sign-?in|authentication) (?:is |has been )?disabled (?:for|by)|(?:login|auth\w*) disabled/,
		stages: ['auth'],
	}),
	strong('mechanism', {
		words:
			/auth\w* (?:not|is not) (?:enabled|available|supported|advertised|allowed)|auth command used when not advertised|unrecogni[sz]ed auth|(?:mechanism|method|type|scheme).{0,30}(?:not (?:supported|available|enabled|recogni|allowed)|unsupported|invalid|unknown|unrecogni|too weak|disabled)|(?:unsupported|unknown|invalid|unrecogni[sz]ed).{0,20}(?:auth|mechanism|method)|no (?:suitable|supported) (?:auth|mechanism)|not implemented/,
		stages: ['auth'],
		without: /invalid xoauth2|credentials|token|attachment|2fa|two[- ]factor/,
	}),
	strong('mechanism', {
		words:
			/do(?:es)? not (?:do |support )?auth\b|auth\W{0,3}(?:command )?(?:is )?not (?:recogni|known|implemented)|un(?:known|recogni[sz]ed) command/,
		stages: ['auth'],
	}),
	certain('mechanism', {
		words: /mechanism.{0,20}(?:weak|unsupported|not supported|not allowed)/,
		stages: ['auth'],
	}),
	clear('signInMissing', {
		words:
			/auth\w* (?:command )?(?:is )?(?:required|needed|first)|requires? (?:smtp )?auth|(?:must|need to|please) (?:first )?(?:auth|log ?in|sign in)|not (?:been )?authenticated|unauthenticated (?:senders?|users?|connections?|commands?)|(?:turn on|enable|use) (?:smtp )?auth|no auth(?:entication)?\b.{0,20}(?:given|provided)|not logged in|log ?in (?:first|required)|need (?:\w+ ){0,2}auth|without auth/,
		stages: OF_MESSAGE,
		without:
			/dmarc|dkim|\bspf\b|not accepted due to|sender is unauthenticated|arc\b|web browser|senders? (?:was|is) not authenticated|mailbox/,
	}),
	strong('signInMissing', {
		words: /client was not authenticated|pop before smtp|check for new mail first/,
		stages: OF_MESSAGE,
	}),
	certain('signInMissing', {
		words:
			/unauthenticated (?:senders?|users?|clients?|connections?) (?:are |is )?(?:not|rejected|refused)/,
		stages: OF_MESSAGE,
	}),
	strong('signInEnded', {
		words:
			/(?:credentials?|login|session|token|authori[sz]ation).{0,30}(?:no longer valid|expired|revoked|has ended)|re-?authenticate|reauthori[sz]e/,
	}),
	hint('tokenRefused', {
		words:
			/auth\w* (?:\w+ )?(?:fail|rejected|unsuccessful|denied|error|refused|credentials (?:are )?invalid)|(?:invalid|incorrect|bad|wrong|not accepted|unacceptable).{0,30}(?:credentials|login|user ?name|user address|password|token|auth|xoauth2)|(?:credentials|login|password|user ?name|token).{0,30}(?:invalid|not (?:a )?valid|incorrect|bad\b|wrong|not accepted|fail|reject|unknown|denied|mismatch)|access token/,
		stages: ['auth'],
		without:
			/mechanism|too many|not supported|temporar|try again|cannot decode|base ?64|syntax|5\.7\.139/,
	}),

	clear('tokenRefused', {
		words: /authentication (?:has )?fail/,
		without: /dmarc|dkim|\bspf\b|\barc\b|temporar|later|header/,
		stages: ['mailFrom', 'rcptTo'],
		severity: 5,
	}),
	strong('signInUnavailable', {
		words:
			/temporar.{0,20}auth|auth\w*.{0,30}(?:temporar|try again|unavailable|internal error|connection)|(?:internal|server) error|backend/,
		stages: ['auth'],
		severity: 4,
	}),
	strong('signInPolicy', {
		words:
			/(?:did not meet the criteria|security defaults|conditional access|basic auth\w* is|application-specific password|second factor|two[- ]factor|multi-?factor|\bmfa\b|\b2fa\b|browser|web login|confirm (?:your|that) (?:identity|it)|blocked by (?:your )?(?:admin|tenant)|less secure|suspicious (?:login|sign)|not a robot|captcha|geo|country)/,
		stages: ['auth'],
		without: /looks like spam/,
	}),
	certain('signInPolicy', {
		words:
			/security defaults|did not meet the criteria|conditional access|organi[sz]ation's .{0,40}policy/,
		stages: ['auth'],
	}),
	clear('signInPolicy', { words: /polic(?:y|ies)/, stages: ['auth'] }),
	certain('tokenRefused', {
		words: /user credentials (?:were|are) (?:incorrect|invalid)/,
		stages: ['auth'],
	}),
	certain('tokenRefused', { names: /#auth005/, stages: ['auth'] }),
	strong('addressBlocked', {
		words:
			/unauthori[sz]ed ip|\bip\b.{0,40}not (?:allowed|authori|permitted|white|in (?:the )?(?:white|allow))/,
		without: /from:/,
	}),
	certain('accountBlocked', {
		words: /looks like spam|prove you are not a robot/,
		stages: ['auth'],
	}),
	certain('mailboxAccess', { names: /logonfailed|logon failure|cannot open mailbox|logondenied/ }),
	strong('permission', {
		words:
			/is not authori[sz]ed to perform|(?:insufficient|missing|lacks?|without|no|not have)(?: the| sufficient| enough)? (?:permissions?|privileges?|scopes?|rights)(?! to send (?:as|from|on))|permission to (?:access|use|perform)|requires? (?:the )?(?:\w+ )?(?:permission|scope)/,
		without: /recipient|send as|on behalf|from address|mailing list|group/,
	}),
];
