import type { Failure } from '../failure/model/failure';

/** What `verify` looks at, in the order in which a message would come by it. */
export const VERIFY_STAGES = [
	'parameters',
	'token',
	'dns',
	'connect',
	'tls',
	'ehlo',
	'auth',
	'mailFrom',
] as const;

export type VerifyStage = (typeof VERIFY_STAGES)[number];

/** What a server shows of itself in the TLS handshake; texts are redacted, times in Unix ms. */
export interface PeerCertificate {
	readonly subject: string;
	readonly issuer: string;
	/** DNS names and addresses it is for (RFC 9525). */
	readonly names: readonly string[];
	readonly validFromMs: number;
	readonly validUntilMs: number;
}

/** What each stage has found out. Free of secrets. */
export interface StageFacts {
	readonly parameters: {
		/** MAIL FROM. */
		readonly from: string;
		/** The SASL user. */
		readonly user: string;
	};
	readonly token: {
		/** Unix ms; missing where neither n8n nor the token says. */
		readonly validUntilMs?: number | undefined;
		/** Whether another one can be had without a person signing in. */
		readonly isRenewable: boolean;
		/** Who fetches it where that takes no refresh token. */
		readonly renewal?: 'application' | 'serviceAccount' | undefined;
		/** Unix ms: the end of the certificate that the application signs in with. */
		readonly clientCertificateEndsAtMs?: number | undefined;
		/** Unix ms: the end of the refresh token, where the provider has said. */
		readonly grantEndsAtMs?: number | undefined;
		readonly scopes?: readonly string[] | undefined;
		/** `aud` of a token that is a JWT (RFC 9068); lower case, without a slash at the end. */
		readonly audiences?: readonly string[] | undefined;
	};
	readonly dns: {
		/** Empty where the host is an address itself. */
		readonly addresses: readonly string[];
	};
	readonly connect: {
		readonly address: string;
		/** The server's first line; missing where it has not come. */
		readonly greeting?: string | undefined;
	};
	readonly tls: {
		/** E.g. `TLSv1.3`. */
		readonly version: string;
		/** Whether the certificate was checked and found good. */
		readonly isVerified: boolean;
		readonly certificate?: PeerCertificate | undefined;
	};
	readonly ehlo: {
		/** In bytes (RFC 1870). */
		readonly maxMessageBytes?: number | undefined;
		readonly mechanisms: readonly string[];
		/** The lines of the EHLO reply but the first, without AUTH and SIZE. */
		readonly extensions: readonly string[];
	};
	readonly auth: {
		readonly mechanism: string;
		/** Whether the stored access token was refused, and another one accepted. */
		readonly isReplaced: boolean;
		/** By Microsoft Graph: whether messages above 3,000,000 bytes may be sent, where the token says. */
		readonly allowsLargeMessages?: boolean | undefined;
	};
	readonly mailFrom: {
		/** The server's reply, redacted. */
		readonly response: string;
	};
}

/** How one stage came out. */
export type StageResult<S extends VerifyStage> = { readonly durationMs: number } & (
	| { readonly kind: 'ok'; readonly facts: StageFacts[S] }
	| {
			readonly kind: 'failed';
			readonly failure: Failure;
			readonly facts?: StageFacts[S] | undefined;
	  }
	/** Not tried, for a reason that completes "Not tried: …". */
	| { readonly kind: 'skipped'; readonly reason: string }
);

/** What became of every stage. */
export type VerifyStages = { readonly [S in VerifyStage]: StageResult<S> };

/** The stages that speak with the server. */
export type ServerStages = Omit<VerifyStages, 'parameters' | 'token'>;

/** The first stage's failure, if any has failed. */
export function firstFailure(stages: VerifyStages): Failure | undefined {
	const results = VERIFY_STAGES.map((stage): StageResult<VerifyStage> => stages[stage]);
	return results.find((result) => result.kind === 'failed')?.failure;
}

/** A stage that was not tried, for a reason that completes "Not tried: …". */
export function skipped(reason: string) {
	return { kind: 'skipped', durationMs: 0, reason } as const;
}

/** A stage that an earlier one has kept from being tried. */
export const UNREACHED = skipped('a stage before it failed.');

/** The stages of a check that has not come to the server. */
export const SERVER_UNREACHED: ServerStages = {
	dns: UNREACHED,
	connect: UNREACHED,
	tls: UNREACHED,
	ehlo: UNREACHED,
	auth: UNREACHED,
	mailFrom: UNREACHED,
};
