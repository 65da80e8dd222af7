import { PassThrough, type Readable } from 'node:stream';
import type { SMTPConnectionSendInfo, SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { readProperty } from '../../untrusted/read-property';
import type { AttemptLimits } from '../mail-transport';
import { TOOK_TOO_LONG } from '../unreadable';
import { abandon } from './connection/connection-end';
import { UntrustedReply } from './connection/reply-watch';
import type { SmtpSession } from './connection/smtp-session';
import type { Interruption } from '../../timing/with-timeout';

/**
 * How far a message has come:
 * - `envelope`: the server has not asked for the data
 * - `invited`: it has (354), and none has gone out
 * - `data`: some of it has gone out
 * - `ended`: nodemailer has taken all of it
 */
export type Progress = 'envelope' | 'invited' | 'data' | 'ended';

/** What came of handing a message to a connection, and how far the message had come by then. */
export type HandOver = { readonly progress: Progress } & HandOverEnd;

type HandOverEnd =
	| { readonly kind: 'accepted'; readonly info: SMTPConnectionSendInfo }
	/** The server refused by a 4yz or 5yz reply. */
	| { readonly kind: 'refused'; readonly error: unknown }
	/** The connection broke, or what the server says cannot be read or trusted. */
	| { readonly kind: 'broken'; readonly error: unknown }
	/** The message itself could not be read to its end. */
	| { readonly kind: 'unreadable'; readonly error: unknown }
	| { readonly kind: Interruption };

/** RFC 5321 §4.5.3.2.6. */
const REPLY_TIMEOUT_MS = 600_000;

/** After a stop, a file that yields nothing for so long is not waited for. */
const STANDSTILL_MS = 2_000;

/** Enough for what has arrived behind a reply to be read: it may show that the reply was not meant. */
const QUIET_TURNS = 3;

async function quietTurns(): Promise<void> {
	for (let turn = 0; turn < QUIET_TURNS; turn += 1) await new Promise(setImmediate);
}

function isRefusalReply(error: unknown): boolean {
	const replyCode = readProperty(error, 'responseCode');
	return typeof replyCode === 'number' && replyCode >= 400 && replyCode < 600;
}

/** One message on its way over a connection. */
export class MessageHandOver {
	#progress: Progress = 'envelope';
	#isOver = false;
	#isUnreadable = false;
	/** What nodemailer says. */
	#answer: HandOver | undefined;
	#timer: NodeJS.Timeout | undefined;
	/** Runs after a stop. */
	#standstill: NodeJS.Timeout | undefined;
	#stop: (by: Interruption) => void = () => undefined;
	/** What nodemailer reads: the content, from the moment when the data may begin. */
	readonly #gate = new PassThrough();

	constructor(
		private readonly session: Pick<SmtpSession, 'connection' | 'end'>,
		private readonly content: Readable,
		private readonly limits: AttemptLimits,
	) {
		this.#gate.once('resume', () => {
			void this.#begin();
		});
		content.once('error', (error) => {
			this.#isUnreadable = true;
			this.#gate.destroy(error);
		});
		content.once('end', () => {
			this.#noteEnd();
		});
	}

	/**
	 * Hands the message over and watches how far it comes. Afterwards the connection is either ready for
	 * a next command or closed, so that nothing more of the message can reach the server. Never throws.
	 */
	async run(envelope: SMTPEnvelope): Promise<HandOver> {
		const { signal, timeoutMs } = this.limits;
		const onAbort = (): void => {
			// Data that is under way goes on: stopping it would leave its fate unknown.
			if (this.#progress === 'envelope') this.#stop('cancelled');
			else this.#watchForStandstill();
		};
		let stopWatching: () => void = () => undefined;
		const endedEarly = new Promise<HandOver>((resolve) => {
			this.#stop = (kind) => {
				const isStarved = kind === 'timedOut' && this.#isWaitingForContent();
				resolve(this.#at(isStarved ? { kind: 'unreadable', error: TOOK_TOO_LONG } : { kind }));
			};
			stopWatching = this.session.end.onEnd((error) => {
				// The end behind an answer takes nothing away from it, unless it was not meant.
				if (this.#answer !== undefined && !(error instanceof UntrustedReply)) return;
				resolve(this.#at(this.#failed(error)));
			});
		});
		this.#timer = setTimeout(this.#stop, timeoutMs, 'timedOut');
		signal?.addEventListener('abort', onAbort, { once: true });
		const result = await Promise.race([this.#offer(envelope), endedEarly]);
		this.#isOver = true;
		stopWatching();
		clearTimeout(this.#timer);
		clearTimeout(this.#standstill);
		signal?.removeEventListener('abort', onAbort);
		const { kind, progress } = result;
		const isReady =
			(kind === 'accepted' && progress === 'ended') ||
			// A refusal within the data leaves a server that may read the rest as commands.
			(kind === 'refused' && (progress === 'envelope' || progress === 'ended'));
		if (!isReady) abandon(this.session.connection);
		this.#gate.destroy();
		this.content.destroy();
		return result;
	}

	/** Ends the message when nothing more of it can be read: without its end it is not accepted. */
	#watchForStandstill(): void {
		const timer = setTimeout(() => {
			if (this.#isWaitingForContent()) this.#stop('cancelled');
			else timer.refresh();
		}, STANDSTILL_MS);
		this.#standstill = timer;
		this.#gate.on('data', () => timer.refresh());
	}

	/** Whether all that could be read of the message has gone to the server, and more is to come. */
	#isWaitingForContent(): boolean {
		const buffered = [
			this.content.readableLength,
			this.#gate.writableLength,
			this.#gate.readableLength,
		];
		return this.#progress === 'data' && buffered.every((length) => length === 0);
	}

	#at(end: HandOverEnd): HandOver {
		return { ...end, progress: this.#progress };
	}

	async #begin(): Promise<void> {
		this.#progress = 'invited';
		await quietTurns();
		const isAnswered = this.#answer !== undefined;
		if (isAnswered || this.#isOver || this.session.connection.destroyed) return;
		this.#progress = 'data';
		this.content.pipe(this.#gate);
	}

	#noteEnd(): void {
		if (this.#isOver) return;
		this.#progress = 'ended';
		clearTimeout(this.#timer);
		const waitMs = this.limits.replyTimeoutMs ?? REPLY_TIMEOUT_MS;
		this.#timer = setTimeout(this.#stop, waitMs, 'timedOut');
	}

	#failed(error: unknown): HandOverEnd {
		// Asked first: the error of an attachment's source may look like a reply.
		if (this.#isUnreadable) return { kind: 'unreadable', error };
		return { kind: isRefusalReply(error) ? 'refused' : 'broken', error };
	}

	/** Resolves with nodemailer's answer, when what has come behind it has been read as well. */
	async #offer(envelope: SMTPEnvelope): Promise<HandOver> {
		const answer = await new Promise<HandOver>((resolve) => {
			this.session.connection.send(envelope, this.#gate, (error, info) => {
				this.#answer = this.#at(error === null ? { kind: 'accepted', info } : this.#failed(error));
				resolve(this.#answer);
			});
		});
		await quietTurns();
		return answer;
	}
}
