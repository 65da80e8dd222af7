/** What a found secret is replaced by. */
export const REDACTED = '[redacted]';

interface SecretPattern {
	readonly pattern: RegExp;
	readonly replacement: string;
}

const KEYS =
	'client_?secret|access_?token|refresh_?token|auth_?token|id_?token|session_?(?:id|token)|client_assertion|code_verifier|passw(?:or)?d|passphrase|api[-_]?key|private_?key|secret(?:_?(?:access_?)?key)?';

/**
 * Shapes of secrets that we were not told about. Each pattern begins where it cannot begin again
 * one character later, so that a long text costs linear time.
 */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
	// JWT (RFC 7519), whole or cut off.
	{ pattern: /(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, replacement: REDACTED },
	// Bearer credentials (RFC 6750 §2.1; SASL, RFC 7628 §3.1).
	{
		pattern: /(?<![\w-])(bearer[ \t+]{1,4}|bearer%20)[\w.~+/=:%-]{4,}/gi,
		replacement: `$1${REDACTED}`,
	},
	// Client ID and Client Secret as a token request carries them (RFC 6749 §2.3.1).
	{
		pattern:
			/(?<![\w-])(authorization\\{0,3}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,3}["']?basic[ \t]{1,4})[\w+/=-]{4,}/gi,
		replacement: `$1${REDACTED}`,
	},
	// SASL responses on the command line or alone: base64 of "user=…" and of "n,a=…".
	{
		pattern: /\b(AUTH[ \t]+(?:XOAUTH2|OAUTHBEARER|PLAIN|LOGIN)[ \t]+)[A-Za-z0-9+/]{16,}={0,2}/gi,
		replacement: `$1${REDACTED}`,
	},
	{
		pattern: /(?<![A-Za-z0-9+/])(?:dXNlcj|bixhP)[A-Za-z0-9+/_-]{8,}={0,2}/g,
		replacement: REDACTED,
	},
	// Google: access tokens, refresh tokens, client secrets.
	{ pattern: /(?<![\w.-])ya29\.[\w.-]+/g, replacement: REDACTED },
	{ pattern: /(?<![\w/:.-])1\/\/[\w-]{10,}/g, replacement: REDACTED },
	{ pattern: /(?<![\w-])GOCSPX-[\w-]{8,}/g, replacement: REDACTED },
	// Microsoft: refresh tokens of organizations and of personal accounts.
	{ pattern: /(?<![\w.-])[01]\.A[\w-]{20,}(?:\.[\w-]*){0,3}/g, replacement: REDACTED },
	{ pattern: /(?<![\w.-])M\.[CR]\d{1,4}_[\w!*$.-]{20,}/g, replacement: REDACTED },
	// The password in a URL (RFC 3986 §3.2.1).
	{
		pattern: /\b([a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/?#"'<>]{0,100}:)[^\s@/?#"'<>]{1,200}(?=@)/gi,
		replacement: `$1${REDACTED}`,
	},
	// Keys and tokens in the query of a URL.
	{
		pattern:
			/([?&][\w-]{0,40}(?:token|key|secret|signature|sig|auth|passw(?:or)?d)=)[^\s&"'<>#\\]{4,}/gi,
		replacement: `$1${REDACTED}`,
	},
	// Keys of services that mark theirs: OpenAI and others, GitHub, GitLab, Slack, Google, SendGrid.
	{
		pattern:
			/(?<![\w-])(?:sk-[\w-]{16,}|gh[opusr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,})/g,
		replacement: REDACTED,
	},
	// Named values in JSON (escaped or not), forms and logs.
	{
		pattern: new RegExp(
			`(?<![A-Za-z])((?:${KEYS})\\\\{0,3}["']?[ \\t]{0,4}[=:][ \\t]{0,4}\\\\{0,3})(?:"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s"'&,;}\\\\]+)`,
			'gi',
		),
		replacement: `$1${REDACTED}`,
	},
];
