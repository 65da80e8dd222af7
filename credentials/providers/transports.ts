import { GRAPH_TOKENS } from './microsoft-tokens';
import { MICROSOFT_CLOUDS } from './microsoft-clouds';
import { providerOf, type Provider, type ProviderLimits, type TransportId } from './providers';
import type { TokenExpectation } from './token-expectation';

/** What a provider takes in one message. */
type MessageLimits = Pick<ProviderLimits, 'recipientsPerMessage' | 'maxMessageBytes'>;

/** What is known of a transport, for all providers. */
export interface TransportFacts {
	/** As users know it. */
	readonly displayName: string;
	/** The server that a provider's mailboxes are reached at by it. */
	readonly hostOf: (provider: Provider) => string;
	/** Requests at a time for one mailbox, where that differs from the provider's own limit. */
	readonly connections?: number;
	/** What one message may have, where that differs from the provider's own limit. */
	readonly messageLimits?: MessageLimits;
	/** What a connection asks for, where that differs from the provider's row (RFC 6749 §3.3). */
	readonly scope?: string;
	/** The delegated permissions of a user's app in Microsoft Entra, where sending needs others than by SMTP. */
	readonly delegatedPermissions?: string;
	/** What its access tokens must say, where that differs from what the provider's row says. */
	readonly tokens?: TokenExpectation;
	/** Whether the ID that its acceptance names is one of its own, and no Message-ID (RFC 5322 §3.6.4). */
	readonly hasOwnIds?: boolean;
	/** What the credential's User must look like to be found by it; anything where it is missing. */
	readonly userPattern?: RegExp;
}

/** The facts of each transport. The code of each lies in `transport/`. */
export const TRANSPORTS: Readonly<Record<TransportId, TransportFacts>> = {
	smtp: { displayName: 'SMTP', hostOf: ({ smtpHost }) => smtpHost },
	graph: {
		displayName: 'Microsoft Graph',
		hostOf: () => MICROSOFT_CLOUDS.global.graphHost,
		// "up to 4 concurrent requests" (https://learn.microsoft.com/en-us/graph/throttling-limits#outlook-service-limits, November 2026).
		connections: 4,
		delegatedPermissions: 'Mail.Send and offline_access',
		tokens: GRAPH_TOKENS,
		// A user principal name (https://learn.microsoft.com/en-us/entra/identity/hybrid/connect/plan-connect-userprincipalname)
		// or an object ID. Both are safe in a path: no value can lead to another address.
		userPattern:
			/^[^\s\p{C}/?\\@]+@[^\s\p{C}/?\\@#%]+$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu,
	},
	gmailApi: {
		displayName: 'Gmail API',
		hostOf: () => 'gmail.googleapis.com',
		// "Maximum file size: 36700160 bytes"
		// (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send, November 2026).
		// The recipients are those of the provider's row: Google's page of sending limits names SMTP and
		// the API together.
		messageLimits: { maxMessageBytes: 36_700_160 },
		// "Send messages only. No read or modify privileges on mailbox."
		// (https://developers.google.com/workspace/gmail/api/auth/scopes, November 2026)
		scope: 'https://www.googleapis.com/auth/gmail.send',
		hasOwnIds: true,
		userPattern: /^[^\s\p{C}/?\\@]+@[^\s\p{C}/?\\@#%]+$/iu,
	},
};

/**
 * What access tokens must say for a provider's mailboxes by a transport; `undefined` where they
 * cannot be read or nothing is known.
 *
 * @param provider a key of `PROVIDERS`, or `custom`
 */
export function expectedTokens(
	provider: string,
	transport: TransportId,
): TokenExpectation | undefined {
	return TRANSPORTS[transport].tokens ?? providerOf(provider)?.tokens;
}

/**
 * The published limits of one message; a field is missing where there is none.
 *
 * @param provider a key of `PROVIDERS`, or `custom`
 */
export function messageLimits(provider: string, transport: TransportId): MessageLimits {
	return { ...providerOf(provider)?.limits, ...TRANSPORTS[transport].messageLimits };
}

/**
 * The scopes that a connection of a provider asks for to send by a transport, separated by spaces.
 */
export function scopeFor(provider: Provider, transport: TransportId): string {
	return TRANSPORTS[transport].scope ?? provider.scope;
}

function isTransport(id: unknown): id is TransportId {
	return typeof id === 'string' && Object.hasOwn(TRANSPORTS, id);
}

/**
 * Whether the server's ID of a message that went out by a transport is its Message-ID, so that a
 * thread goes on from there.
 *
 * @param transport as a status item names it
 */
export function namesMessageId(transport: unknown): boolean {
	return !isTransport(transport) || TRANSPORTS[transport].hasOwnIds !== true;
}
