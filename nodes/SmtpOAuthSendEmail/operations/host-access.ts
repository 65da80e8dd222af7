import type { IExecuteFunctions } from 'n8n-workflow';
import type { CredentialAccess } from '../auth/access-tokens';
import type { EgressFilter } from '../transport/open-socket';

/** The name of the credential type the node uses. */
export const CREDENTIAL_TYPE = 'smtpOAuth2Api';

/** n8n's way to the tokens of the node's credential, for the item whose credential it is. `user`: the mailbox. */
export function credentialAccess(
	functions: IExecuteFunctions,
	itemIndex: number,
	user: string,
): CredentialAccess {
	const reference = functions.getNode().credentials?.[CREDENTIAL_TYPE];
	let clientSecret: unknown;
	return {
		id: reference?.id ?? reference?.name ?? CREDENTIAL_TYPE,
		user,
		readTokenData: async () => {
			const credential = await functions.getCredentials(CREDENTIAL_TYPE, itemIndex);
			clientSecret = credential['clientSecret'];
			return credential['oauthTokenData'];
		},
		get secrets() {
			return typeof clientSecret === 'string' ? [clientSecret] : [];
		},
		refreshTokenData: async () => {
			const refreshed: unknown = await functions.helpers.refreshOAuth2Token.call(
				functions,
				CREDENTIAL_TYPE,
			);
			return refreshed;
		},
	};
}

/** n8n's egress filter; hosts before 2.30 or so have none. */
export function egressFilter(functions: IExecuteFunctions): EgressFilter | undefined {
	return 'getSecureEgressFilter' in functions.helpers
		? functions.helpers.getSecureEgressFilter()
		: undefined;
}
