import type { IExecuteFunctions } from 'n8n-workflow';
import { isSameForAllItems } from '../../../../../credentials/checks/item-independence';
import { CUSTOM_PROVIDER, providerOf } from '../../../../../credentials/providers/providers';
import { TRANSPORTS } from '../../../../../credentials/providers/transports';
import type { AccountResult, MailAccount } from '../../../auth/mail-account';
import { readStoredToken, type StoredToken } from '../../../auth/stored-token';
import { type FailureDraft, STOPPED } from '../../../failure/model/failure';
import { fail, type Result } from '../../../result/result';
import { safeText } from '../../../untrusted/redact';
import type { TransportInfo } from '../../../status/build-status-item';
import { withinTime } from '../../../timing/with-timeout';
import { accountReader, CREDENTIAL_TYPE, keepReading } from '../../host/credential-access';
import { MAIL_OPTIONS } from '../parameters/mail-option-properties';
import { readValue } from '../parameters/parameter-reader';

/** What one item's credential says. */
export interface ItemCredential {
	/** `UNKNOWN_TRANSPORT` where it could not be read; the same object for all items that share it. */
	readonly transportInfo: TransportInfo & { readonly transport: MailAccount['deliverVia'] };
	readonly account: Result<MailAccount, FailureDraft>;
	/** Whether there is a token to begin with, or the node gets one by itself. */
	readonly isConnected: boolean;
}

const NO_CREDENTIAL_IN_TIME = {
	code: 'UNCLASSIFIED',
	detail: 'n8n did not give the credential in time.',
	remedy:
		"Run the workflow again. If it recurs, ask the administrator of n8n to look at n8n's database.",
} as const;

/** Of a message whose credential could not be read. */
export const UNKNOWN_TRANSPORT: ItemCredential['transportInfo'] = {
	provider: CUSTOM_PROVIDER,
	transport: 'smtp',
};

function unusable(fault: FailureDraft, transportInfo = UNKNOWN_TRANSPORT): ItemCredential {
	return { transportInfo, account: fail(fault), isConnected: false };
}

/** n8n could not give the credential. */
function unreadableCredential(error: unknown): FailureDraft {
	return {
		code: 'INVALID_PARAMETER',
		detail: `The credential could not be read: ${safeText(error, 300)}`,
		remedy:
			'Select an SMTP OAuth2 API credential in the node, and check the expressions in its fields if there are any.',
	};
}

/**
 * A person's connection that was made for another transport: the token endpoint has said that it was
 * granted none of the scopes with which the account's transport sends.
 */
function findLackingScope(
	{ provider, signIn, deliverVia }: MailAccount,
	token: StoredToken | undefined,
): FailureDraft | undefined {
	const wanted = providerOf(provider)?.sendingScopes?.[deliverVia];
	const granted = token?.scopes ?? [];
	if (signIn !== 'user' || wanted === undefined || granted.length === 0) return undefined;
	if (granted.some((scope) => wanted.includes(scope))) return undefined;
	const { displayName } = TRANSPORTS[deliverVia];
	return {
		code: 'RECONNECT_REQUIRED',
		detail: `The connection may not send by ${displayName}. It has only these permissions: ${safeText(granted.join(' '), 200)}.`,
		remedy: `Open the credential and connect it again with Deliver Via set to ${displayName}, leaving all boxes on the consent page ticked. The app at the provider must offer the scope ${wanted[0] ?? ''}.`,
	};
}

/**
 * How long n8n may take to give the credential of an item: its option Timeout, which all operations
 * have. A wrong one is reported where all options are read.
 */
function credentialTimeoutMs(functions: IExecuteFunctions, itemIndex: number): number {
	const { name, default: usual } = MAIL_OPTIONS.timeoutSeconds;
	try {
		const { value } = readValue(functions, `options.${name}`, 'Timeout', itemIndex, '');
		return 1_000 * (Number(value) > 0 ? Number(value) : usual);
	} catch {
		return 1_000 * usual;
	}
}

/**
 * Reads the node's credential, for each item where its fields may differ from item to item, once
 * where they cannot: working out its expressions costs more than all else that is done for an item.
 */
export class CredentialReader {
	readonly #readAccount: (credential: unknown) => AccountResult;
	#ofAllItems: ItemCredential | undefined;

	constructor(private readonly functions: IExecuteFunctions) {
		this.#readAccount = accountReader(functions);
	}

	/** What the item's credential says. Never throws: what is wrong with it is in `account`. */
	async read(itemIndex: number): Promise<ItemCredential> {
		return this.#ofAllItems ?? (await this.#readFor(itemIndex));
	}

	async #readFor(itemIndex: number): Promise<ItemCredential> {
		const { functions } = this;
		try {
			const read = await withinTime(
				functions.getCredentials(CREDENTIAL_TYPE, itemIndex),
				credentialTimeoutMs(functions, itemIndex),
				functions.getExecutionCancelSignal(),
			);
			if (read === 'cancelled') return unusable(STOPPED);
			if (read === 'timedOut') return unusable(NO_CREDENTIAL_IN_TIME);
			const credential = this.#understand(read);
			if (credential.account.ok) keepReading(credential.account.value, read);
			if (isSameForAllItems(read)) this.#ofAllItems = credential;
			return credential;
		} catch (error: unknown) {
			return unusable(unreadableCredential(error));
		}
	}

	#understand(fields: Readonly<Record<string, unknown>>): ItemCredential {
		const named = fields['provider'];
		const isKnown = typeof named === 'string' && providerOf(named) !== undefined;
		const provider = isKnown ? named : CUSTOM_PROVIDER;
		const account = this.#readAccount(fields);
		if (!account.ok) return unusable(account.failure, { ...UNKNOWN_TRANSPORT, provider });
		const token = readStoredToken(fields['oauthTokenData']);
		const lacking = findLackingScope(account.value, token);
		const transportInfo = { provider, transport: account.value.deliverVia };
		if (lacking !== undefined) return unusable(lacking, transportInfo);
		const isConnected = token !== undefined || account.value.signIn !== 'user';
		return { transportInfo, account, isConnected };
	}
}
