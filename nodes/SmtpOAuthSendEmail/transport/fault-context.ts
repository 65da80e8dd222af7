import type { MailAccount } from '../auth/mail-account';
import type { StoredToken } from '../auth/stored-token';
import type { FailureContext } from '../failure/model/failure';
import { readTokenClaims } from '../untrusted/token-claims';

/** What is known when something goes wrong with an account's server, except the stage. */
export type SessionContext = Omit<FailureContext, 'stage'>;

/**
 * What failures at this account's server are described by.
 *
 * @param token the access token in use, if there is one
 */
export function sessionContext(
	{ provider, host, port, sslMode, user, signIn, tenant }: MailAccount,
	token: StoredToken | undefined,
): SessionContext {
	return {
		provider,
		host,
		port,
		sslMode,
		user,
		signIn,
		tenant,
		tokenClaims: readTokenClaims(token?.accessToken ?? ''),
		secrets: token?.secrets ?? [],
	};
}
