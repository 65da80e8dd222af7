import type { IExecuteFunctions } from 'n8n-workflow';
import { secretTexts } from '../../../../credentials/checks/secret-texts';
import type { CredentialAccess } from '../../auth/access-tokens';
import { serviceAccountAccess } from '../../auth/service-account-tokens';
import { createAccountReader, type AccountResult, type MailAccount } from '../../auth/mail-account';
import { askForReason } from '../../auth/token-endpoint';
import { applicationOf } from '../../auth/unattended';
import type { EgressFilter } from '../../transport/mail-transport';
import { httpRequest } from './n8n-http-client';

/** The name of the credential type the node uses. */
export const CREDENTIAL_TYPE = 'smtpOAuth2Api';

/** What n8n's own helpers see of the node, with the credential as it is for one item. */
function forItem(functions: IExecuteFunctions, itemIndex: number): IExecuteFunctions {
	return new Proxy(functions, {
		get: (target, name): unknown => {
			if (name !== 'getCredentials') return Reflect.get(target, name);
			return async (type: string): Promise<unknown> => await target.getCredentials(type, itemIndex);
		},
	});
}

type CredentialFields = Readonly<Record<string, unknown>>;

/** How long the token of the reading that gave an account is taken for the stored one. */
const FRESH_MS = 10_000;

/** The last reading of each account, until its token is asked for. */
const readings = new WeakMap<MailAccount, CredentialFields>();

/**
 * Keeps what was read with an account, so that its first token takes no second reading. Messages may
 * wait for hours: the reading, and the secrets in it, are not kept so long.
 */
export function keepReading(account: MailAccount, fields: CredentialFields): void {
	if (!readings.has(account)) setTimeout(() => readings.delete(account), FRESH_MS).unref();
	readings.set(account, fields);
}

function takeReading(account: MailAccount): CredentialFields | undefined {
	const fields = readings.get(account);
	readings.delete(account);
	return fields;
}

/** n8n's way to the tokens of the node's credential, for the item whose credential it is. */
export function credentialAccess(
	functions: IExecuteFunctions,
	itemIndex: number,
	account: MailAccount,
): CredentialAccess {
	const reference = functions.getNode().credentials?.[CREDENTIAL_TYPE];
	const id = reference?.id ?? reference?.name ?? CREDENTIAL_TYPE;
	let fields: CredentialFields = {};
	const readFields = async (): Promise<CredentialFields> => {
		fields = takeReading(account) ?? (await functions.getCredentials(CREDENTIAL_TYPE, itemIndex));
		return fields;
	};
	if (account.signIn === 'serviceAccount') {
		return serviceAccountAccess(id, account, readFields, {
			request: httpRequest(functions),
			now: Date.now,
		});
	}
	return {
		id,
		readTokenData: async () => (await readFields())['oauthTokenData'],
		get secrets() {
			return secretTexts(fields);
		},
		get unattended() {
			return account.signIn === 'application' ? applicationOf(account, fields) : undefined;
		},
		refreshTokenData: async () => {
			const refreshed: unknown = await functions.helpers.refreshOAuth2Token.call(
				forItem(functions, itemIndex),
				CREDENTIAL_TYPE,
			);
			return refreshed;
		},
		askForReason: async () => await askForReason(httpRequest(functions), fields),
	};
}

/**
 * Reads accounts as this host can use them. Whether n8n signs in with a certificate shows by a helper
 * that came with it: n8n 2.27 has neither, 2.30 both.
 */
export function accountReader(
	functions: IExecuteFunctions,
): (credential: unknown) => AccountResult {
	return createAccountReader({
		now: Date.now,
		signsWithCertificate: 'getSecureEgressFilter' in functions.helpers,
	});
}

/** n8n's egress filter; hosts before 2.30 or so have none. */
export function egressFilter(functions: IExecuteFunctions): EgressFilter | undefined {
	return 'getSecureEgressFilter' in functions.helpers
		? functions.helpers.getSecureEgressFilter()
		: undefined;
}
