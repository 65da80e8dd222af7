import type { Readable } from 'node:stream';

/** An attachment whose bytes are read only when they are due, afresh for every attempt. */
export interface AttachmentSource {
	/** The name of the binary property: what `cid:<name>` in the HTML refers to. */
	readonly propertyName: string;
	readonly fileName?: string;
	/** Of a file without a name, as n8n noted it: `eml`, with or without a dot. */
	readonly fileExtension?: string;
	readonly mimeType: string;
	/** Exact size in bytes before encoding. */
	readonly sizeBytes: number;
	/** `true` for `attachments` (reachable as `cid:<propertyName>`), `false` for `fileAttachments` (a regular file only). */
	readonly isEmbeddable: boolean;
	/** Opens the bytes; a new stream at every call. */
	open(): Promise<Readable>;
}

/** Delivery status notification (RFC 3461). */
export interface DsnRequest {
	readonly notify: readonly ('never' | 'success' | 'failure' | 'delay')[];
	readonly returnContent: 'headers' | 'full';
}

/**
 * One message as its author gave it: texts already read and typed, addresses and headers not yet
 * parsed. Empty strings and empty lists mean "not given".
 */
export interface MessageFields {
	/** Empty: `user` is the From. */
	readonly fromEmail: string;
	/** The credential's mailbox. */
	readonly user: string;
	readonly toEmail: string;
	readonly ccEmail: string;
	readonly bccEmail: string;
	readonly replyTo: string;
	readonly sender: string;
	readonly subject: string;
	/** Given when the message has a plain text part. */
	readonly text?: string;
	/** Given when the message has an HTML part. */
	readonly html?: string;
	readonly attachments: readonly AttachmentSource[];
	readonly headers: readonly { readonly name: string; readonly value: string }[];
	readonly priority?: 'high' | 'normal' | 'low';
	/** How a program came to write the message (RFC 3834 §5); missing where a person did, or where that is not said. */
	readonly autoSubmitted?: 'auto-replied' | 'auto-generated';
	readonly inReplyTo: string;
	/** Message-IDs, separated by white space or commas. */
	readonly references: string;
	readonly messageId: string;
	/** One or more https: or mailto: URIs, comma-separated, with or without angle brackets (RFC 2369, RFC 8058). */
	readonly listUnsubscribe: string;
	/** iCalendar text (RFC 5545); its METHOD becomes the part's. */
	readonly icalEvent: string;
	readonly dsn?: DsnRequest;
}
