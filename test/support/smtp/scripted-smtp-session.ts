import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the server does about one command. */
export interface ScriptedReply {
	/** The reply with its code, several lines as a list (`['250-a', '250 b']`); none: say nothing. */
	readonly reply?: string | readonly string[];
	/** Replies that no command has asked for, each in a packet of its own behind the reply. */
	readonly stray?: readonly string[];
	/** How long to wait before. */
	readonly delayMs?: number;
	/** For DATA only: `stray` and the break (as `then` says) come after that many octets of the message. */
	readonly afterDataBytes?: number;
	/**
	 * `close` ends the connection in an orderly way, `reset` by a TCP RST, `silent` keeps it open
	 * and never answers again.
	 */
	readonly then?: 'close' | 'reset' | 'silent';
}

export type ScriptedAnswer = string | readonly string[] | ScriptedReply;

/** The greeting, the same for all connections or asked for each. */
export type Greeting =
	ScriptedAnswer | ((connection: number) => ScriptedAnswer | Promise<ScriptedAnswer>);

/** The session as a script sees it. */
export interface SessionView {
	/** Counted from 0. */
	readonly connection: number;
	/** `sasl`: the line answers a 334. `finalDot`: the message has ended; the command is `.`. */
	readonly phase: 'command' | 'sasl' | 'finalDot';
	readonly isSecure: boolean;
	/** The mechanism of the last AUTH command. */
	readonly mechanism: string | undefined;
	/** Messages whose final dot was seen on this connection, the present one included. */
	readonly messageCount: number;
}

/**
 * Called for each command line, each SASL response and each final dot, with the line as it came.
 * `undefined` leaves the answer to the defaults, which accept everything.
 */
export type Script = (
	command: string,
	session: SessionView,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** What came after a 354. */
export interface DataRecord {
	/** The message, dot-stuffing undone, without the final dot. */
	content: string;
	isComplete: boolean;
}

/** Everything one connection has received. */
export interface ConnectionRecord {
	/** Lines outside of message data that came before TLS. */
	readonly clearLines: string[];
	/** Lines outside of message data that came within TLS. */
	readonly tlsLines: string[];
	readonly messages: DataRecord[];
	/** E.g. `TLSv1.3`, once the handshake is done. */
	tlsVersion?: string;
	/** Fulfilled when the connection has ended, on either side. */
	readonly closed: Promise<void>;
}

interface SessionSetting {
	readonly tls: 'implicit' | 'starttls' | 'none';
	readonly greeting: Greeting;
	readonly ehlo: readonly string[] | undefined;
	readonly script: Script;
	readonly secureContext: SecureContext;
	readonly number: number;
}

/** One connection of the scripted server. */
export class ScriptedSession {
	readonly record: ConnectionRecord;
	readonly #rawSocket: Socket;
	readonly #setting: SessionSetting;
	#socket: Socket;
	#phase: 'command' | 'sasl' | 'data' = 'command';
	#mechanism: string | undefined;
	#isGone = false;
	#buffered = '';
	#isBusy = true;
	#dataBreak: ScriptedReply | undefined;
	#dataBytes = 0;

	constructor(socket: Socket, setting: SessionSetting) {
		this.#rawSocket = socket;
		this.#socket = socket;
		this.#setting = setting;
		const closed = new Promise<void>((resolve) => {
			socket.once('close', () => resolve());
		});
		this.record = { clearLines: [], tlsLines: [], messages: [], closed };
		socket.on('error', () => undefined);
		socket.setNoDelay(true);
		if (setting.tls === 'implicit') this.#upgrade(() => this.#greet());
		else {
			this.#listen(socket);
			this.#greet();
		}
	}

	destroy(): void {
		this.#isGone = true;
		this.#socket.destroy();
		this.#rawSocket.destroy();
	}

	get #isSecure(): boolean {
		return this.#socket instanceof TLSSocket;
	}

	#greet(): void {
		const { greeting, number } = this.#setting;
		const asked = typeof greeting === 'function' ? greeting(number) : greeting;
		void Promise.resolve(asked)
			.then(async (answer) => await this.#act(answer))
			.then(() => this.#work());
	}

	#listen(socket: Socket): void {
		socket.on('data', (chunk) => {
			// Octets as they are: UTF-8 is decoded line by line.
			this.#buffered += chunk.toString('latin1');
			if (!this.#isBusy) void this.#work();
		});
	}

	#upgrade(ready: () => void): void {
		this.#rawSocket.removeAllListeners('data');
		const { secureContext } = this.#setting;
		const secure = new TLSSocket(this.#rawSocket, { isServer: true, secureContext });
		secure.on('error', () => this.#rawSocket.destroy());
		secure.once('close', () => this.#rawSocket.destroy());
		secure.once('secure', () => {
			this.#socket = secure;
			this.record.tlsVersion = secure.getProtocol() ?? '';
			this.#listen(secure);
			ready();
		});
	}

	async #work(): Promise<void> {
		this.#isBusy = true;
		while (!this.#isGone) {
			const line = this.#phase === 'data' ? await this.#takeData() : this.#takeLine();
			if (line === undefined) break;
			const isUpgrading = await this.#answer(line);
			if (isUpgrading) return;
		}
		this.#isBusy = false;
	}

	#takeLine(): string | undefined {
		const end = this.#buffered.indexOf('\r\n');
		if (end === -1) return undefined;
		const line = Buffer.from(this.#buffered.slice(0, end), 'latin1').toString('utf8');
		this.#buffered = this.#buffered.slice(end + 2);
		(this.#isSecure ? this.record.tlsLines : this.record.clearLines).push(line);
		return line;
	}

	/** Takes message data; `.` once the final dot was seen. */
	async #takeData(): Promise<string | undefined> {
		const message = this.record.messages.at(-1);
		if (!message) return undefined;
		for (;;) {
			const end = this.#buffered.indexOf('\r\n');
			const limit = this.#dataBreak?.afterDataBytes ?? Infinity;
			const available = end === -1 ? this.#buffered.length : end + 2;
			if (this.#dataBytes + available >= limit) {
				message.content += this.#buffered.slice(0, limit - this.#dataBytes);
				const { stray = [], then = 'reset' } = this.#dataBreak ?? {};
				await this.#act({ stray, then });
				return undefined;
			}
			if (end === -1) return undefined;
			const line = this.#buffered.slice(0, end);
			this.#buffered = this.#buffered.slice(end + 2);
			this.#dataBytes += end + 2;
			if (line === '.') {
				message.isComplete = true;
				message.content = Buffer.from(message.content, 'latin1').toString('utf8');
				return '.';
			}
			message.content += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
		}
	}

	/** Answers a line; `true` when TLS has begun and the work goes on from there. */
	async #answer(line: string): Promise<boolean> {
		const verb = (line.split(' ')[0] ?? '').toUpperCase();
		const phase = this.#phase === 'data' ? 'finalDot' : this.#phase;
		this.#phase = 'command';
		if (phase === 'command' && verb === 'AUTH') this.#mechanism = line.split(' ')[1];
		const scripted = await this.#setting.script(line, {
			connection: this.#setting.number,
			phase,
			isSecure: this.#isSecure,
			mechanism: this.#mechanism,
			messageCount: this.record.messages.filter(({ isComplete }) => isComplete).length,
		});
		const answer = asReply(scripted ?? this.#defaultAnswer(verb, line, phase));
		await this.#act(answer);

		const code = codeOf(answer);
		if (code === '334') this.#phase = 'sasl';
		if (phase !== 'command') return false;
		if (verb === 'DATA' && code === '354') {
			this.#phase = 'data';
			this.#dataBreak = answer.afterDataBytes === undefined ? undefined : answer;
			this.#dataBytes = 0;
			this.record.messages.push({ content: '', isComplete: false });
		}
		if (verb === 'STARTTLS' && code === '220') {
			// RFC 3207 §4.2: discard what was buffered in clear text.
			this.#buffered = '';
			this.#upgrade(() => void this.#work());
			return true;
		}
		return false;
	}

	#defaultAnswer(verb: string, line: string, phase: SessionView['phase']): ScriptedAnswer {
		if (phase === 'sasl') return '235 2.7.0 Accepted';
		if (phase === 'finalDot') return '250 2.0.0 Ok: queued as SCRIPTED';
		switch (verb) {
			case 'EHLO':
				return this.#ehloReply();
			case 'STARTTLS':
				return this.#setting.tls === 'starttls' ? '220 2.0.0 Ready' : '502 5.5.1 Not implemented';
			case 'AUTH':
				return line.split(' ').length > 2 ? '235 2.7.0 Accepted' : '334 ';
			case 'HELO':
			case 'MAIL':
			case 'RCPT':
			case 'RSET':
			case 'NOOP':
				return '250 2.0.0 Ok';
			case 'DATA':
				return '354 Go ahead';
			case 'QUIT':
				return { reply: '221 2.0.0 Bye', then: 'close' };
			default:
				return '500 5.5.1 Unknown command';
		}
	}

	#ehloReply(): string[] {
		const keywords = [
			...(this.#setting.ehlo ?? ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 35882577']),
		];
		if (this.#setting.tls === 'starttls' && !this.#isSecure) keywords.push('STARTTLS');
		else if (!this.#setting.ehlo) keywords.push('AUTH XOAUTH2 OAUTHBEARER');
		const lines = ['scripted.test', ...keywords];
		return lines.map((text, index) => `250${index < lines.length - 1 ? '-' : ' '}${text}`);
	}

	async #act(answer: ScriptedAnswer): Promise<void> {
		const { reply, stray = [], delayMs = 0, then, afterDataBytes } = asReply(answer);
		if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
		if (this.#isGone) return;
		const lines = typeof reply === 'string' ? [reply] : (reply ?? []);
		const text = lines.map((line) => `${line}\r\n`).join('');
		if (text !== '') await this.#write(text);
		// The break of a DATA command comes later, within the message.
		if (afterDataBytes !== undefined) return;
		for (const line of stray) await this.#write(`${line}\r\n`);
		this.#isGone ||= then !== undefined;
		if (then === 'close') this.#socket.end();
		if (then === 'reset') this.#rawSocket.resetAndDestroy();
	}

	async #write(text: string): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#socket.write(text, () => resolve());
		});
	}
}

function asReply(answer: ScriptedAnswer): ScriptedReply {
	return typeof answer === 'string' || isLines(answer) ? { reply: answer } : answer;
}

function isLines(answer: readonly string[] | ScriptedReply): answer is readonly string[] {
	return Array.isArray(answer);
}

function codeOf({ reply }: ScriptedReply): string {
	return (typeof reply === 'string' ? reply : (reply?.[0] ?? '')).slice(0, 3);
}
