import type { Failure } from '../failure/model/failure';
import type { Envelope } from '../message/fields/envelope';
import type { Rejection } from './status-item';

/** What one attempt to hand a message over came to, as a transport reports it. */
export type DeliveryReport =
	| {
			/** The server took responsibility for the message, for the accepted recipients. */
			readonly kind: 'accepted';
			readonly envelope: Envelope;
			readonly accepted: readonly string[];
			readonly rejected: readonly Rejection[];
			/** The server's last reply, redacted. */
			readonly response: string;
			readonly serverMessageId?: string;
			readonly tlsVerified: boolean;
	  }
	| {
			/** Surely not accepted: a 4yz or 5yz reply, or a break before the message had gone out. */
			readonly kind: 'refused';
			readonly envelope: Envelope;
			readonly failure: Failure;
			/** Whether the connection was one too many; those that are open go on serving. */
			readonly exceedsConnections?: boolean;
			/** How long the server itself asks to wait, in ms; missing where it does not say. */
			readonly askedWaitMs?: number | undefined;
			readonly rejected: readonly Rejection[];
			readonly response?: string;
			readonly tlsVerified?: boolean;
	  }
	| {
			/** The message had gone out whole and no readable reply came. */
			readonly kind: 'unknown';
			readonly envelope: Envelope;
			readonly failure: Failure;
			readonly rejected: readonly Rejection[];
			readonly response?: string;
			readonly tlsVerified?: boolean;
	  };
