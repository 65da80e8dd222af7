import type { Failure } from '../failure/model/failure';
import type { Envelope } from '../message/fields/envelope';

/** A recipient the server refused, in the server's (redacted) words. */
export interface Rejection {
	readonly address: string;
	/** 0 where the reply began with none. */
	readonly replyCode: number;
	readonly enhancedStatusCode?: string | undefined;
	readonly reason: string;
}

/** What every attempt tells. */
interface AttemptFacts {
	readonly envelope: Envelope;
	readonly rejected: readonly Rejection[];
	/** The server's last reply, redacted. */
	readonly response?: string | undefined;
	readonly tlsVerified?: boolean | undefined;
}

/** What one attempt to hand a message over came to, as a transport reports it. */
export type DeliveryReport = AttemptFacts &
	(
		| {
				/** The server took responsibility for the message, for the accepted recipients. */
				readonly kind: 'accepted';
				readonly accepted: readonly string[];
				readonly response: string;
				readonly serverMessageId?: string | undefined;
		  }
		| {
				/** Surely not accepted: a 4yz or 5yz reply, or a break before the message had gone out. */
				readonly kind: 'refused';
				readonly failure: Failure;
				/** Whether the connection was one too many; those that are open go on serving. */
				readonly exceedsConnections?: boolean | undefined;
				/** How long the server itself asks to wait, in ms; missing where it does not say. */
				readonly askedWaitMs?: number | undefined;
		  }
		| {
				/** The message had gone out whole and no readable reply came. */
				readonly kind: 'unknown';
				readonly failure: Failure;
		  }
	);
