import type { TransportId } from '../../../../credentials/providers/providers';
import type { FailureCause, FailureStage } from '../catalogue/failure-stage';
import type { FailureCode } from '../catalogue/catalogue';
import type { TokenClaims } from '../../untrusted/token-claims';

/**
 * Why an item was not (or not surely) sent, as it stands in a status item. Free of secrets:
 * the code that builds one passes every text from outside through `redact`.
 */
export interface Failure {
	readonly code: FailureCode;
	readonly cause: FailureCause;
	readonly stage: FailureStage;
	/** What happened, in plain words, with the server's own (redacted) words where there are any. Never empty. */
	readonly message: string;
	/** What to do about it. Never empty. */
	readonly remedy: string;
	/** Whether the same message may pass later without any change. */
	readonly retryable: boolean;
	/** How long waiting makes sense before the next try, where the server or the provider says so. */
	readonly retryAfterMs?: number;
	/** SMTP reply code, 400 to 599 (RFC 5321 §4.2). */
	readonly replyCode?: number;
	/** Enhanced status code, e.g. `5.7.3` (RFC 3463). */
	readonly enhancedStatusCode?: string;
	/** Status of the HTTP answer (RFC 9110 §15) that refused, where the transport is one over HTTP. */
	readonly httpStatus?: number;
	/** Address of the heading in docs/errors.md that explains the code. */
	readonly docs: string;
}

/**
 * What `classifyFailure` needs to know besides the error itself. All fields but `stage` and
 * `provider` may be missing where the fault came before they were known.
 */
export interface FailureContext {
	readonly stage: FailureStage;
	/** A key of `credentials/providers.ts`, e.g. `microsoft365`. */
	readonly provider: string;
	readonly host?: string | undefined;
	readonly port?: number | undefined;
	readonly sslMode?: 'implicit' | 'explicit' | undefined;
	/** The mailbox that signs in. */
	readonly user?: string | undefined;
	/** The envelope's sender. */
	readonly from?: string | undefined;
	/** The addresses that the server refused. */
	readonly recipients?: readonly string[] | undefined;
	/** The decoded text (JSON, RFC 7628 §3.2.2) of the server's 334 refusal, if it sent one. */
	readonly saslRefusal?: string | undefined;
	/** What the access token says of itself, where it can be read. */
	readonly tokenClaims?: TokenClaims | undefined;
	/** Who signs in; a user where nothing is said. */
	readonly signIn?: 'user' | 'application' | 'serviceAccount' | undefined;
	/** The number by which domain-wide delegation names a service account, where known. */
	readonly clientId?: string | undefined;
	/** By which way messages go out; SMTP where nothing is said. */
	readonly deliverVia?: TransportId | undefined;
	/** The credential's Tenant (Microsoft 365): an ID, a domain, or `common` and the like. */
	readonly tenant?: string | undefined;
	/** Where admins register apps in the organization's own cloud; entra.microsoft.com where nothing is said. */
	readonly adminCenter?: string | undefined;
	/** Unix ms. */
	readonly nowMs?: number | undefined;
	/** The size of the encoded message, in bytes. */
	readonly sizeBytes?: number | undefined;
	/** The largest message the server's EHLO allows, in bytes. */
	readonly maxMessageBytes?: number | undefined;
	/** The SASL mechanisms the server's EHLO offers. */
	readonly offeredMechanisms?: readonly string[] | undefined;
	/** Secrets to remove everywhere: access token, refresh token, client secret. */
	readonly secrets?: readonly string[] | undefined;
}

/** Whether the sender is the mailbox that signs in. */
export function isOwnAddress({ from, user }: FailureContext): boolean {
	return from !== undefined && from.toLowerCase() === user?.toLowerCase();
}

/**
 * A failure before the catalogue's texts complete it: what a rule makes of the evidence, or what we
 * notice ourselves. It names the code and what differs from the catalogue.
 */
export interface FailureDraft {
	readonly code: FailureCode;
	/** What exactly is wrong, in one sentence; then it and `remedy` are taken as they are, without filling placeholders. */
	readonly detail?: string;
	/** The same with placeholders (`fill-template.ts`). */
	readonly message?: string;
	readonly remedy?: string;
	/** Whether the catalogue's remedy for the provider goes before `remedy`, where there is one. */
	readonly yieldsToProvider?: boolean;
	readonly cause?: FailureCause;
	readonly retryable?: boolean;
	/** How long the server itself says to wait, in ms. */
	readonly toldWaitMs?: number;
	/** 0 takes the catalogue's wait away. */
	readonly retryAfterMs?: number;
}

/** The execution was stopped, or timed out, while nothing of the message had been accepted. */
export const STOPPED = {
	code: 'CANCELLED',
	detail: 'The execution was stopped before the message went out.',
} as const satisfies FailureDraft;

/** The credential holds no token: it was never connected, or has been disconnected. */
export const NOT_CONNECTED = {
	code: 'RECONNECT_REQUIRED',
	detail: 'The credential is not connected: it holds no access token.',
	remedy:
		'Open the credential, click Connect (n8n 1: Connect my account) at the top, and sign in with the provider.',
} as const satisfies FailureDraft;
