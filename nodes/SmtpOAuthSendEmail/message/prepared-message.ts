import type { Readable } from 'node:stream';
import type { Envelope } from './fields/envelope';
import type { DsnRequest } from './fields/message-fields';
import type { MessageParts } from './encoding/message-parts';

/** A checked message: nothing about it can be refused any more but by a server. */
export interface PreparedMessage {
	/** With brackets, e.g. `<…@example.com>`; what the Message-ID header will say. */
	readonly messageId: string;
	/** Domains as A-labels (RFC 5890); local parts as given. Recipients once each, in the order To, Cc, Bcc. */
	readonly envelope: Envelope;
	/** Whether any address (envelope or header) has a non-ASCII local part, so that SMTPUTF8 (RFC 6531) is required. */
	readonly needsSmtpUtf8: boolean;
	/** The first such address, for the error message. */
	readonly nonAsciiAddress?: string;
	readonly dsn?: DsnRequest;
	/** Whether a Sender header stands beside From (RFC 5322 §3.6.2). */
	readonly hasSender?: boolean;
	/** The exact number of bytes `open()` yields. */
	readonly sizeBytes: number;
	/** The encoded message (CRLF line ends, no dot-stuffing), afresh for every attempt. */
	open(): Readable;
	/** The message in pieces; only where it has no envelope of its own and so holds a Bcc header. */
	readonly parts?: MessageParts;
	/** What of it may not arrive as it was written, in a sentence each; for the status item. */
	readonly warnings?: readonly string[];
}
