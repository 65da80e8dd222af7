import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import type {
	AttachmentSource,
	MessageFields,
} from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { prepareMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepare-message.js';
import type {
	ParameterProblem,
	Parsed,
} from '../../../nodes/SmtpOAuthSendEmail/message/fields/parameter-problem.js';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';

/** What every test's messages have for a clock and a random number. */
export const ENVIRONMENT = {
	now: new Date('2026-11-22T05:06:07Z'),
	newMessageIdToken: '0e3d5bd1-7c04-4b0e-9b8e-2f6f0f3c9a11',
};

/** A complete text message to one recipient, with the given fields changed. */
export function messageFields(changes: Partial<MessageFields> = {}): MessageFields {
	return {
		fromEmail: 'sender@example.com',
		user: 'user@example.com',
		toEmail: 'recipient@example.net',
		ccEmail: '',
		bccEmail: '',
		replyTo: '',
		sender: '',
		subject: 'Hello',
		attachments: [],
		headers: [],
		inReplyTo: '',
		references: '',
		messageId: '',
		listUnsubscribe: '',
		icalEvent: '',
		...('html' in changes ? {} : { text: 'Hello.' }),
		...changes,
	};
}

/** An attachment that is held in memory. */
export function attachmentOf(
	content: string | Buffer,
	changes: Partial<AttachmentSource> = {},
): AttachmentSource {
	const bytes = Buffer.from(content);
	return {
		propertyName: 'data',
		fileName: 'report.pdf',
		mimeType: 'application/pdf',
		sizeBytes: bytes.length,
		isEmbeddable: true,
		open: () =>
			Promise.resolve(Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false })),
		...changes,
	};
}

export async function prepare(
	changes: Partial<MessageFields> = {},
): Promise<Parsed<PreparedMessage>> {
	return await prepareMessage(messageFields(changes), ENVIRONMENT);
}

/** The value of something that must have been accepted. */
export function valueOf<T>(parsed: Parsed<T>): T {
	if (!parsed.ok) throw new Error(`refused: ${parsed.failure.detail} ${parsed.failure.remedy}`);
	return parsed.value;
}

/** The problem of something that must have been refused. */
export function problemOf(parsed: Parsed<unknown>): ParameterProblem {
	if (parsed.ok) throw new Error('accepted');
	return parsed.failure;
}

/** A prepared message, its bytes as Latin-1 text, and how a mail program reads it. */
export interface ReadMessage {
	readonly prepared: PreparedMessage;
	readonly bytes: Buffer;
	readonly raw: string;
	readonly email: Email;
	/** The root's header fields, unfolded but not decoded, in order. */
	readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** Splits the root's header by the rules of RFC 5322 §2.2 alone, independently of any library. */
export function splitHeaders(raw: string): { name: string; value: string }[] {
	const end = raw.indexOf('\r\n\r\n');
	return raw
		.slice(0, end)
		.replace(/\r\n(?=[ \t])/g, '')
		.split('\r\n')
		.map((line) => {
			const colonAt = line.indexOf(':');
			return { name: line.slice(0, colonAt), value: line.slice(colonAt + 1).trim() };
		});
}

export async function readPrepared(prepared: PreparedMessage): Promise<ReadMessage> {
	const bytes = await buffer(prepared.open());
	const raw = bytes.toString('latin1');
	return {
		prepared,
		bytes,
		raw,
		email: await PostalMime.parse(bytes),
		headers: splitHeaders(raw),
	};
}

/** Prepares a message that must be accepted and reads it back. */
export async function send(changes: Partial<MessageFields> = {}): Promise<ReadMessage> {
	return await readPrepared(valueOf(await prepare(changes)));
}

/** The values of all header fields of a name, unfolded, in order. */
export function headerValues(message: ReadMessage, name: string): string[] {
	return message.headers
		.filter((header) => header.name.toLowerCase() === name.toLowerCase())
		.map(({ value }) => value);
}

/** The decoded bytes of the attachment at `index`, empty if there is none. */
export function attachmentBytes(email: Email, index: number): Buffer {
	const content = email.attachments[index]?.content ?? '';
	return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
}

/** The text as any encoder writes it: halves of surrogate pairs replaced. */
export function asWellFormed(text: string): string {
	return Buffer.from(text).toString();
}
