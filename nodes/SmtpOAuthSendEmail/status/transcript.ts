import type { Redaction } from '../untrusted/redact';
import { createRedaction, safeText } from '../untrusted/redact';
import { maskAddresses } from './mask-addresses';

/** Lines of one transcript. */
const MAX_LINES = 200;

/** The first ones are kept always, of the others the last ones. */
const MAX_FIRST_LINES = 60;

/** Characters in one line. */
const MAX_LINE_LENGTH = 500;

/** Lines of one reply. */
const MAX_REPLY_LINES = 40;

const NO_SECRETS = createRedaction([]);

/**
 * What was said between us and the mail server for one item, in all of its attempts: lines of the
 * client (`C:`), of the server (`S:`) and remarks in brackets, each with the time since the item's
 * beginning. Free of secrets and safe to show: `maskAddresses` hides people, too.
 */
export class Transcript {
	readonly #startedAtMs: number;
	readonly #first: string[] = [];
	readonly #last: string[] = [];
	#leftOut = 0;

	/** @param uptimeMs a clock for durations */
	constructor(private readonly uptimeMs: () => number) {
		this.#startedAtMs = uptimeMs();
	}

	/**
	 * Writes down a command or a reply, which may have several lines.
	 *
	 * @param redaction removes the secrets that may stand in it
	 */
	say(speaker: 'C' | 'S', text: string, redaction: Redaction): void {
		const lines = redaction.lines(text);
		for (const line of lines.slice(0, MAX_REPLY_LINES)) this.#write(`${speaker}: ${line}`);
		const more = lines.length - MAX_REPLY_LINES;
		if (more > 0) this.remark(`further lines: ${String(more)}`);
	}

	/** Writes down what happened between the lines that were said. */
	remark(text: string): void {
		this.#write(`(${NO_SECRETS.redact(text)})`);
	}

	/** At most 200 lines of at most 500 characters; of a longer transcript the middle is left out. */
	lines(): readonly string[] {
		if (this.#leftOut === 0) return [...this.#first, ...this.#last];
		return [...this.#first, `(lines left out: ${String(this.#leftOut)})`, ...this.#last];
	}

	#write(text: string): void {
		const elapsedMs = Math.round(this.uptimeMs() - this.#startedAtMs);
		const line = safeText(`${String(elapsedMs)} ms ${maskAddresses(text)}`, MAX_LINE_LENGTH);
		if (this.#first.length < MAX_FIRST_LINES) {
			this.#first.push(line);
			return;
		}
		this.#last.push(line);
		// One line is for saying that some are missing.
		if (this.#last.length >= MAX_LINES - MAX_FIRST_LINES) {
			this.#last.shift();
			this.#leftOut += 1;
		}
	}
}
