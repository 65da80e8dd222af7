/** A complete reply (RFC 5321 §4.2). */
export interface ReceivedReply {
	/** 200 to 599. */
	readonly code: number;
	/** All of its lines as they came, without the last line end. */
	readonly text: string;
}

/** Why what a server says cannot be read as replies. */
type ReadingFault = 'malformed' | 'tooLong';

/** What a piece of the stream held: complete replies, and behind them perhaps something unreadable. */
export interface ReadReplies {
	readonly replies: readonly ReceivedReply[];
	readonly fault?: { readonly kind: ReadingFault; readonly text: string };
}

/** RFC 5321 §4.5.3.1.5 allows 512 octets in a line; no server needs a thousand such lines. */
const MAX_REPLY_BYTES = 524_288;

const MAX_REPLY_LINES = 2_000;

/** Some servers send a blank line too many, which nodemailer leaves out. */
const MAX_BLANK_LINES = 20;

const REPLY_LINE = /^([2-5]\d\d)(?:([ -])[^\0]*)?$/;

function decode(text: string): string {
	return Buffer.from(text, 'latin1').toString('utf8');
}

/**
 * Reads replies out of what a server sends, in pieces of any size, and keeps to a budget of bytes
 * and lines for each reply. After a fault it is not to be used any more. Takes no time or I/O.
 */
export class ReplyReader {
	/** The lines of the reply under way. */
	#lines: string[] = [];
	#bytes = 0;
	#blankLines = 0;
	/** The beginning of a line whose end has not come. */
	#rest = '';

	/** What has come of a reply that is not complete; empty between replies. */
	get unfinished(): string {
		return decode([...this.#lines, this.#rest].join('\n'));
	}

	take(chunk: Buffer): ReadReplies {
		const replies: ReceivedReply[] = [];
		const text = chunk.toString('latin1');
		let start = 0;
		for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
			const line = `${this.#rest}${text.slice(start, end)}`.replace(/\r$/, '');
			this.#rest = '';
			start = end + 1;
			const result = this.#takeLine(line);
			if (typeof result === 'string') return { replies, fault: this.#fault(result) };
			if (result !== undefined) replies.push(result);
		}
		this.#rest += text.slice(start);
		if (this.#bytes + this.#rest.length > MAX_REPLY_BYTES) {
			return { replies, fault: this.#fault('tooLong') };
		}
		return { replies };
	}

	#fault(kind: ReadingFault): NonNullable<ReadReplies['fault']> {
		return { kind, text: this.unfinished.slice(0, MAX_REPLY_BYTES) };
	}

	#takeLine(line: string): ReceivedReply | ReadingFault | undefined {
		if (line.trim() === '' && this.#lines.length === 0) {
			this.#blankLines += 1;
			return this.#blankLines > MAX_BLANK_LINES ? 'tooLong' : undefined;
		}
		this.#lines.push(line);
		this.#bytes += line.length;
		if (this.#bytes > MAX_REPLY_BYTES || this.#lines.length > MAX_REPLY_LINES) return 'tooLong';
		const [, code, separator] = REPLY_LINE.exec(line) ?? [];
		// All lines of a reply have the same code (RFC 5321 §4.2.1).
		if (code === undefined || this.#lines[0]?.startsWith(code) !== true) return 'malformed';
		if (separator === '-') return undefined;
		const text = decode(this.#lines.join('\n'));
		this.#lines = [];
		this.#bytes = 0;
		this.#blankLines = 0;
		return { code: Number(code), text };
	}
}
