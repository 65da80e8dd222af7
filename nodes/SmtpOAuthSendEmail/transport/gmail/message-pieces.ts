import type { Readable } from 'node:stream';

/** What is in memory of a message at a time: a multiple of 256 KiB, as Google wants it. */
export const PIECE_BYTES = 4 * 1_024 * 1_024;

/** The pieces of a message, cut from its stream. */
export class MessagePieces {
	readonly #chunks: AsyncIterator<unknown>;
	#rest: Buffer = Buffer.alloc(0);

	constructor(private readonly content: Readable) {
		this.#chunks = content[Symbol.asyncIterator]();
	}

	/** The next piece; shorter than `PIECE_BYTES` only at the end, and empty behind it. */
	async next(): Promise<Buffer> {
		const parts: Buffer[] = [this.#rest];
		let bytes = this.#rest.length;
		while (bytes < PIECE_BYTES) {
			const chunk = await this.#chunks.next();
			if (chunk.done === true) break;
			const part = Buffer.isBuffer(chunk.value) ? chunk.value : Buffer.from(String(chunk.value));
			parts.push(part);
			bytes += part.length;
		}
		const all = Buffer.concat(parts, bytes);
		// A copy: a view of it would keep the whole piece in memory.
		this.#rest = Buffer.from(all.subarray(PIECE_BYTES));
		return all.subarray(0, PIECE_BYTES);
	}

	end(): void {
		this.content.destroy();
	}
}
