import { Readable, pipeline } from 'node:stream';
import { Encoder } from 'nodemailer/lib/base64';
import type { AttachmentSource } from '../fields/message-fields';

/** What a message consists of, in order: bytes ready to go, and attachments still to be read and encoded. */
export type MessageSegment = Buffer | AttachmentSource;

// nodemailer's encoder: lines of 76 characters (RFC 2045 §6.8), CRLF between them, none at the end
const LINE_LENGTH = 76;
const LINE_BREAK_LENGTH = 2;

/** How many bytes this many become as base64 with line breaks, without one at the end. */
export function base64SizeBytes(sizeBytes: number): number {
	const characters = Math.ceil(sizeBytes / 3) * 4;
	const lines = Math.ceil(characters / LINE_LENGTH);
	return characters + Math.max(lines - 1, 0) * LINE_BREAK_LENGTH;
}

/** What is handed on at a time: the size of a socket's buffer. */
const PIECE_BYTES = 65_536;

/** The segments with long bytes in pieces: the end of the stream then says that nearly all is written. */
function* cutBuffers(segments: readonly MessageSegment[]): Generator<MessageSegment, undefined> {
	for (const segment of segments) {
		if (!Buffer.isBuffer(segment)) {
			yield segment;
			continue;
		}
		for (let at = 0; at < segment.length; at += PIECE_BYTES) {
			yield segment.subarray(at, at + PIECE_BYTES);
		}
	}
}

function toError(thrown: unknown): Error {
	return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * The bytes of a message. Each attachment is opened only when it is due, one at a time, and is
 * closed with the message, however that ends. Fails with the attachment's own error, or with one
 * that says so if an attachment is shorter or longer than it was announced: its size stands in the
 * message's, and half a file is worse than none.
 */
class EncodedMessageStream extends Readable {
	private readonly pieces: Iterator<MessageSegment, undefined>;
	private encoder: Encoder | undefined;

	constructor(segments: readonly MessageSegment[]) {
		super();
		this.pieces = cutBuffers(segments);
	}

	override _read(): void {
		if (this.encoder) this.encoder.resume();
		else this.emitNext();
	}

	override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
		// The pipeline destroys the attachment's own stream in turn
		this.encoder?.destroy();
		callback(error);
	}

	private emitNext(): void {
		const { value: piece } = this.pieces.next();
		if (piece === undefined) this.push(null);
		else if (Buffer.isBuffer(piece)) this.push(piece);
		else this.openAttachment(piece).catch((error: unknown) => this.destroy(toError(error)));
	}

	private async openAttachment(attachment: AttachmentSource): Promise<void> {
		const source = await attachment.open();
		// A stream that was torn down may still report an error, which does not matter any more
		source.on('error', () => undefined);
		if (this.destroyed) {
			source.destroy();
			return;
		}
		const encoder = new Encoder();
		this.encoder = encoder;
		encoder.on('data', (encoded: Buffer) => {
			if (!this.push(encoded)) encoder.pause();
		});
		encoder.on('end', () => {
			this.encoder = undefined;
			if (encoder.inputBytes === attachment.sizeBytes) this.emitNext();
			else this.destroy(sizeError(attachment, encoder.inputBytes));
		});
		pipeline(source, encoder, (error) => {
			if (error) this.destroy(error);
		});
	}
}

function sizeError(attachment: AttachmentSource, readBytes: number): Error {
	return new Error(
		`The attachment ${JSON.stringify(attachment.propertyName)} has ${readBytes} bytes instead of the announced ${attachment.sizeBytes}`,
	);
}

/** A message as it goes out. */
export interface EncodedMessage {
	/** The exact number of bytes `open()` yields. */
	readonly sizeBytes: number;
	/** For one attempt; nothing is read before the stream is. */
	open(): Readable;
}

/** The message that the segments make, in their order. */
export function encodeSegments(segments: readonly MessageSegment[]): EncodedMessage {
	return {
		sizeBytes: segments.reduce(
			(total, segment) =>
				total + (Buffer.isBuffer(segment) ? segment.length : base64SizeBytes(segment.sizeBytes)),
			0,
		),
		open: () => new EncodedMessageStream(segments),
	};
}
