import type { Mailbox } from '../../../message/addresses/address-list';

/** The forms of input items that hold a message, each as a node of n8n or this one gives it. */
export type OriginalForm =
	| 'statusItem'
	| 'imapSimple'
	| 'imapResolved'
	| 'imapRaw'
	| 'gmail'
	| 'gmailSimplified'
	| 'outlook'
	| 'outlookSimplified'
	| 'plainFields';

/** The message that a reply answers, as far as the input item holds it. Absent fields are not known. */
export interface OriginalMessage {
	readonly form: OriginalForm;
	/** Addresses that could not be read are left out, here and in the lists below. */
	readonly from: readonly Mailbox[];
	readonly replyTo: readonly Mailbox[];
	/** Those of the fields whose people cannot be read. */
	readonly unreadable: readonly ('replyTo' | 'to' | 'cc')[];
	/** The mail system that From or Reply-To names, e.g. `mailer-daemon`. */
	readonly mailSystem?: string | undefined;
	readonly to: readonly Mailbox[];
	readonly cc: readonly Mailbox[];
	/** Decoded; empty where the message says that it has none. */
	readonly subject?: string | undefined;
	/** With angle brackets. */
	readonly messageId?: string | undefined;
	/** The thread before the message, oldest first, with angle brackets (RFC 5322 §3.6.4). */
	readonly references: readonly string[];
	/** Unix ms. */
	readonly sentAtMs?: number | undefined;
	readonly text?: string | undefined;
	readonly html?: string | undefined;
	/** Header fields by lower-case name, as far as the form has any. */
	readonly headers: ReadonlyMap<string, string>;
}
