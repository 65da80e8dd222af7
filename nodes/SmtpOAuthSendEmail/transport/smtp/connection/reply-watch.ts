import { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { readProperty } from '../../../untrusted/read-property';
import { ReplyReader, type ReceivedReply } from './reply-reader';
import { SmtpRefusal } from './smtp-refusal';

/**
 * What is wrong with a reply:
 * - `REPLY_UNASKED`: no command is without an answer, or it cannot be the answer to the next one
 * - `REPLY_MALFORMED`: not in the form of RFC 5321 §4.2
 * - `NOT_SMTP`: the first thing the server says is not in that form
 * - `REPLY_TOO_LONG`: more bytes or lines than any server needs
 */
type ReplyFault = 'REPLY_UNASKED' | 'REPLY_MALFORMED' | 'NOT_SMTP' | 'REPLY_TOO_LONG';

/** A reply after which nothing that the server says can be trusted. */
export class UntrustedReply extends Error {
	/** @param said what came, whole: free of nothing */
	constructor(
		readonly code: ReplyFault,
		said: string,
	) {
		super(`Received: ${said}`);
	}
}

/** What still waits for an answer. */
type Question =
	'greeting' | 'ehlo' | 'startTls' | 'auth' | 'envelope' | 'data' | 'message' | 'other';

/** The codes that answer it, besides 4yz and 5yz (RFC 5321 §4.3.2, RFC 4954 §4, RFC 3207 §4). */
const ANSWERS: Readonly<Record<Question, RegExp>> = {
	greeting: /^220/,
	ehlo: /^250/,
	startTls: /^2/,
	auth: /^(?:235|334)/,
	envelope: /^25/,
	data: /^3/,
	message: /^25/,
	other: /^[23]/,
};

const QUESTIONS: Readonly<Record<string, Question>> = {
	EHLO: 'ehlo',
	HELO: 'ehlo',
	STARTTLS: 'startTls',
	AUTH: 'auth',
	MAIL: 'envelope',
	RCPT: 'envelope',
	RSET: 'envelope',
	DATA: 'data',
	'.': 'message',
};

/** The service closes the connection; a reply to any command, or to none (RFC 5321 §3.8). */
const CLOSING = 421;

/** A server that does not know EHLO at all: nodemailer says HELO to it, and finds no way to sign in. */
const UNKNOWN_COMMAND = new Set([500, 502]);

/**
 * Watches over all that a server says on one connection, before nodemailer sees it: each reply must
 * be readable, and there must not be more replies than commands (also with PIPELINING). Otherwise
 * the answer to one command would be taken for the next one's. The first reply that is not trusted
 * ends the connection at once, and nothing behind it is read.
 *
 * It hears of commands by nodemailer's log (`transactionLog`) and reads along on the socket.
 */
export class ReplyWatch {
	readonly #open: Question[] = ['greeting'];
	#reader = new ReplyReader();
	#socket: Socket | undefined;
	/** The server has answered 354, and has neither got all of the message nor refused it. */
	#isTakingData = false;

	/** @param onFault hears why the connection is not to be used any more, and what came */
	constructor(
		private readonly connection: SMTPConnection,
		private readonly onFault: (error: UntrustedReply | SmtpRefusal, said: string) => void,
	) {}

	/** Whether it reads along on the connection's present socket. */
	isWatching(): boolean {
		return this.#socket !== undefined && this.connection._socket === this.#socket;
	}

	/** Takes what nodemailer tells its logger at level debug. */
	noteDebug(entry: unknown, text: unknown): void {
		if (readProperty(entry, 'tnx') !== 'client') return;
		const verb = /^\S*/.exec(String(text))?.[0].toUpperCase() ?? '';
		const question = QUESTIONS[verb] ?? 'other';
		if (question === 'message') this.#isTakingData = false;
		this.#open.push(question);
	}

	/** Takes what nodemailer tells its logger at level info. */
	noteInfo(entry: unknown): void {
		const socket = this.connection._socket;
		// Told before anything is received, and once more after STARTTLS.
		if (socket instanceof Socket && socket !== this.#socket && !socket.destroyed) {
			this.#watch(socket);
		}
		if (readProperty(entry, 'tnx') === 'message' && this.#isTakingData) {
			this.#isTakingData = false;
			this.#open.push('message');
		}
	}

	#watch(socket: Socket): void {
		this.#socket = socket;
		this.#reader = new ReplyReader();
		const isPresent = (): boolean => this.#socket === socket && !this.connection.destroyed;
		socket.prependListener('data', (chunk: unknown) => {
			if (isPresent() && Buffer.isBuffer(chunk)) this.#read(chunk);
		});
		socket.prependListener('close', () => {
			if (isPresent()) this.#noteEnd();
		});
	}

	#read(chunk: Buffer): void {
		const { replies, fault } = this.#reader.take(chunk);
		for (const reply of replies) {
			const error = this.#check(reply);
			if (error !== undefined) {
				this.onFault(error, reply.text);
				return;
			}
		}
		if (fault === undefined) return;
		const code = fault.kind === 'tooLong' ? 'REPLY_TOO_LONG' : this.#malformed();
		this.onFault(new UntrustedReply(code, fault.text), fault.text);
	}

	#malformed(): ReplyFault {
		return this.#open[0] === 'greeting' ? 'NOT_SMTP' : 'REPLY_MALFORMED';
	}

	/** A refusal without a line end is one all the same; nodemailer reads it. */
	#noteEnd(): void {
		const said = this.#reader.unfinished;
		if (said.trim() === '' || /^[45]\d\d[ -]/.test(said)) return;
		this.onFault(new UntrustedReply(this.#malformed(), said), said);
	}

	#check({ code, text }: ReceivedReply): UntrustedReply | SmtpRefusal | undefined {
		const question = this.#open.shift();
		const isRefusal = code >= 400;
		if (question === undefined) {
			// A server may refuse a message before it has all of it, and may close at any time.
			const isAllowed = code === CLOSING || (isRefusal && this.#isTakingData);
			this.#isTakingData = false;
			return isAllowed ? undefined : new UntrustedReply('REPLY_UNASKED', text);
		}
		if (isRefusal) {
			const isFinal = question === 'ehlo' && !UNKNOWN_COMMAND.has(code);
			return isFinal ? new SmtpRefusal('EHLO', text) : undefined;
		}
		if (!ANSWERS[question].test(text)) return new UntrustedReply('REPLY_UNASKED', text);
		if (question === 'data') this.#isTakingData = true;
		return undefined;
	}
}
