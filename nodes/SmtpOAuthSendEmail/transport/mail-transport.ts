import type { LookupFunction } from 'node:net';
import type { AccessTokens } from '../auth/access-tokens';
import type { HttpRequest } from '../auth/http-client';
import type { MailAccount } from '../auth/mail-account';
import type { FailureDraft } from '../failure/model/failure';
import type { MessageFields } from '../message/fields/message-fields';
import type { PreparedMessage } from '../message/prepared-message';
import type { MailboxState } from '../registry/mailbox-state';
import type { Result } from '../result/result';
import type { DeliveryReport } from '../status/delivery-report';
import type { Transcript } from '../status/transcript';
import type { VerifyStages } from '../status/verify-report';
import type { SignInMemory } from './token-wait';

/** The limits of a verification, for everything together. */
export interface VerifyLimits {
	readonly timeoutMs: number;
	/** Aborts when the execution is stopped. */
	readonly signal?: AbortSignal | undefined;
}

/** One attempt's limits; the time runs from its start to the end of the data. */
export interface AttemptLimits extends VerifyLimits {
	/** By SMTP, for the reply to the final dot; default 600,000 (RFC 5321 §4.5.3.2.6). */
	readonly replyTimeoutMs?: number;
	/** Listens. */
	readonly transcript?: Transcript | undefined;
}

/** What was found out about a mailbox and its server. */
export interface MailboxReport {
	readonly stages: Omit<VerifyStages, 'parameters'>;
	/** Whether the server refused the connection as one too many. */
	readonly exceedsConnections: boolean;
}

/** One mailbox's way out: a message in, a report out. */
export interface MailTransport {
	/**
	 * Hands a message over to the recipients named. Several at a time are fine. Never throws: what is
	 * refused or unknown is in the report.
	 */
	deliver(
		message: PreparedMessage,
		recipients: readonly string[],
		limits: AttemptLimits,
	): Promise<DeliveryReport>;
	/**
	 * Finds out whether messages would go out, without sending one. Never throws.
	 *
	 * @param from the address to offer as sender, checked; `undefined` = there is none
	 */
	verify(from: string | undefined, limits: VerifyLimits): Promise<MailboxReport>;
}

/** Whether a transport can carry a message: then warnings, a sentence each. */
export type TransportCheck = Result<readonly string[], FailureDraft>;

/** n8n's egress filter, where the host has one (`getSecureEgressFilter`). */
export interface EgressFilter {
	validateConnectionHost(host: string): { readonly ok: boolean };
	createSecureLookup(): LookupFunction;
}

/** What a transport takes from outside. */
export interface TransportDependencies {
	/** n8n's HTTP helper. */
	readonly request: HttpRequest;
	/** n8n's egress filter, where the host has one. */
	readonly egress?: EgressFilter | undefined;
	/** The connections of the mailbox. Its permits are the caller's business. */
	readonly mailboxState: MailboxState;
	/** Identity of the credential that signs in. */
	readonly credentialId: string;
	/** Shared by the transports of one execution. */
	readonly memory: SignInMemory;
}

/** A kind of transport: how it wants messages, what it can carry, and how to open one. */
export interface TransportKind {
	/**
	 * Whether the recipients stand in an envelope of their own. Where they do not, the message is
	 * prepared with a Bcc header and in parts (`PreparedMessage.parts`).
	 */
	readonly hasEnvelope: boolean;
	/** Checks a message before anything is sent. Asks no server and never throws. */
	check(
		fields: MessageFields,
		message: PreparedMessage,
		account: MailAccount,
	): Promise<TransportCheck>;
	/** Opens no connection yet. */
	open(
		account: MailAccount,
		tokens: AccessTokens,
		dependencies: TransportDependencies,
	): MailTransport;
}
