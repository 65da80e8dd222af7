import type { IExecuteFunctions } from 'n8n-workflow';
import { CUSTOM_PROVIDER, providerOf } from '../../../../credentials/providers/providers';
import type { AccountResult, MailAccount } from '../../auth/mail-account';
import { readStoredToken } from '../../auth/stored-token';
import type { KnownFault } from '../../failure/model/failure';
import { fail, succeed, type Result } from '../../result/result';
import { safeText } from '../../untrusted/redact';
import { CREDENTIAL_TYPE } from '../host/credential-access';

/** What one item's credential says. */
export interface ItemCredential {
	/** A key of credentials/providers.ts; `custom` where the credential could not be read. */
	readonly provider: string;
	readonly account: Result<MailAccount, KnownFault>;
	/** Whether there is a token to begin with, or the node gets one by itself. */
	readonly isConnected: boolean;
}

/** n8n could not give the credential. */
function unreadableCredential(error: unknown): KnownFault {
	return {
		code: 'INVALID_PARAMETER',
		detail: `The credential could not be read: ${safeText(error, 300)}`,
		remedy:
			'Select an SMTP OAuth2 API credential in the node, and check the expressions in its fields if there are any.',
	};
}

/**
 * Reads the node's credential as it is for one item. Never throws: what is wrong with it is in
 * `account`.
 *
 * @param readAccount as `accountReader` gives it
 */
export async function readCredential(
	functions: IExecuteFunctions,
	itemIndex: number,
	readAccount: (credential: unknown) => AccountResult,
): Promise<ItemCredential> {
	try {
		const credential = await functions.getCredentials(CREDENTIAL_TYPE, itemIndex);
		const named = credential['provider'];
		const isKnown = typeof named === 'string' && providerOf(named) !== undefined;
		const provider = isKnown ? named : CUSTOM_PROVIDER;
		const result = readAccount(credential);
		if (!result.ok) {
			const { detail, remedy } = result;
			const account = fail({ code: 'INVALID_PARAMETER', detail, remedy } as const);
			return { provider, account, isConnected: false };
		}
		const hasToken = readStoredToken(credential['oauthTokenData']) !== undefined;
		return {
			provider,
			account: succeed(result.account),
			isConnected: hasToken || result.account.signIn !== 'user',
		};
	} catch (error: unknown) {
		return {
			provider: CUSTOM_PROVIDER,
			account: fail(unreadableCredential(error)),
			isConnected: false,
		};
	}
}
