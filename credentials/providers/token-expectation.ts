/**
 * What the claims of an access token must say for the provider's mail server to take it. Only of
 * providers whose access tokens are JWTs (RFC 7519) with known claims. Audiences are written in
 * lower case and without a slash at the end.
 */
export interface TokenExpectation {
	/** What the token is for, as people call it. */
	readonly service: string;
	/** The values of `aud` that stand for it. */
	readonly audiences: readonly string[];
	/** What to ask for where a user signs in; `scp` holds the part after the last slash. */
	readonly scope: string;
	/** Where an admin finds the service among the API permissions of an app. */
	readonly consentPath: string;
	/** What `roles` must hold where an application signs in by itself. */
	readonly role: string;
	/** What to ask for where an application signs in by itself. */
	readonly applicationScope: string;
	/** Names of the provider's other services whose tokens are taken for these, by audience. */
	readonly otherServices: Readonly<Record<string, string>>;
}
