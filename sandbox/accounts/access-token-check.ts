/** Why an access token does not open the mailbox (RFC 6750 §3.1, RFC 7628 §3.2.2). */
export type TokenError = 'invalid_token' | 'insufficient_scope';

/** What the mail server learns about an access token. An application's token has no account. */
export type AccessTokenCheck =
	| {
			readonly ok: true;
			readonly clientId: string;
			readonly accountId: string | undefined;
			/** The mailboxes that an application's token opens; missing: all. */
			readonly mailboxes?: readonly string[];
	  }
	| { readonly ok: false; readonly error: TokenError; readonly reason: string };

/** Another issuer of access tokens for SMTP; answers `undefined` to a token that is not its own. */
export type TokenIssuer = (token: string) => AccessTokenCheck | undefined;
