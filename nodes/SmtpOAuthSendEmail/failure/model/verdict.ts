import type { FailureCode } from '../catalogue/catalogue';
import type { FailureCause } from '../catalogue/failure-stage';

/** What a rule makes of the evidence: a code, and where it differs from the catalogue, how. */
export interface Verdict {
	readonly code: FailureCode;
	/** What happened, if the rule knows it better than the catalogue: one sentence. */
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
	/** Whether `message` and `remedy` are to be taken as they are, without filling placeholders. */
	readonly isLiteral?: boolean;
}
