import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';

/** The access token that the bench's mail server takes, and no other: as long as Microsoft's are. */
export const ACCESS_TOKEN = `eyJ0eXAi.${'BenchAccessToken_0123456789-abcd'.repeat(50)}`;

/** What a session tells of. */
export interface MailEvents {
	/** Octets came. */
	readonly received: (count: number) => void;
	/** MAIL FROM was seen. */
	readonly began: () => void;
	/** A message's final dot was seen. */
	readonly ended: () => void;
}

function ehloReply(last: string): string {
	const extensions = ['bench.test', 'PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 104857600'];
	return `${extensions.map((extension) => `250-${extension}\r\n`).join('')}250 ${last}\r\n`;
}

const CLEAR_EHLO_REPLY = ehloReply('STARTTLS');
const SECURE_EHLO_REPLY = ehloReply('AUTH XOAUTH2 OAUTHBEARER');
/** Of a server that takes any sign-in, for senders with a password. */
const OPEN_EHLO_REPLY = ehloReply('AUTH PLAIN XOAUTH2 OAUTHBEARER');

const GOODBYE = '221 2.0.0 Bye\r\n';
const READY_FOR_TLS = '220 2.0.0 Ready\r\n';

const LINE_END = Buffer.from('\r\n');
const DATA_END = Buffer.from('\r\n.\r\n');

/**
 * One SMTP session (RFC 5321, with PIPELINING of RFC 2920) that costs as little as it can: messages
 * are counted, not kept, and what came in one chunk is answered in one.
 */
export class MailSession {
	#socket: Socket;
	readonly #events: MailEvents;
	#phase: 'command' | 'sasl' | 'data' = 'command';
	#pending: Buffer = Buffer.alloc(0);

	/**
	 * @param isOpen whether any sign-in will do
	 * @param secureContext for STARTTLS; none where the socket is a secure one already
	 */
	constructor(
		socket: Socket,
		events: MailEvents,
		private readonly isOpen: boolean,
		private readonly secureContext?: SecureContext,
	) {
		this.#socket = socket;
		this.#events = events;
		socket.setNoDelay(true);
		this.#listen();
		socket.write('220 bench.test ESMTP\r\n');
	}

	#listen(): void {
		this.#socket.on('error', () => undefined);
		this.#socket.on('data', (chunk: Buffer) => {
			this.#take(chunk);
		});
	}

	get #isSecure(): boolean {
		return this.#socket instanceof TLSSocket;
	}

	#take(chunk: Buffer): void {
		this.#events.received(chunk.length);
		this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
		let replies = '';
		for (let reply = this.#step(); reply !== undefined; reply = this.#step()) replies += reply;
		if (replies === '') return;
		this.#socket.write(replies);
		if (replies.endsWith(GOODBYE)) this.#socket.end();
		if (replies.endsWith(READY_FOR_TLS)) this.#secure();
	}

	/** RFC 3207. */
	#secure(): void {
		const raw = this.#socket;
		raw.removeAllListeners('data');
		this.#socket = new TLSSocket(raw, {
			isServer: true,
			...(this.secureContext ? { secureContext: this.secureContext } : {}),
		});
		raw.once('close', () => this.#socket.destroy());
		this.#listen();
	}

	/** Works off the next line or message; `undefined` when it has not come completely. */
	#step(): string | undefined {
		if (this.#phase === 'data') {
			const end = this.#pending.indexOf(DATA_END);
			if (end === -1) {
				// The last octets may be the beginning of the end.
				this.#pending = Buffer.from(this.#pending.subarray(-(DATA_END.length - 1)));
				return undefined;
			}
			this.#pending = this.#pending.subarray(end + DATA_END.length);
			this.#phase = 'command';
			this.#events.ended();
			return '250 2.0.0 Ok: queued as BENCH\r\n';
		}
		const end = this.#pending.indexOf(LINE_END);
		if (end === -1) return undefined;
		const line = this.#pending.toString('latin1', 0, end);
		this.#pending = this.#pending.subarray(end + LINE_END.length);
		return this.#phase === 'sasl' ? this.#signIn(line) : this.#answer(line);
	}

	#answer(line: string): string {
		switch (line.slice(0, 4).toUpperCase()) {
			case 'EHLO':
				if (!this.#isSecure) return CLEAR_EHLO_REPLY;
				return this.isOpen ? OPEN_EHLO_REPLY : SECURE_EHLO_REPLY;
			case 'STAR':
				return READY_FOR_TLS;
			case 'AUTH': {
				const response = line.split(' ')[2];
				if (response !== undefined) return this.#signIn(response);
				this.#phase = 'sasl';
				return '334 \r\n';
			}
			case 'MAIL':
				this.#events.began();
				return '250 2.1.0 Ok\r\n';
			case 'DATA':
				this.#phase = 'data';
				// A message may be empty: its final dot then stands on the first line.
				this.#pending = Buffer.concat([LINE_END, this.#pending]);
				return '354 Go ahead\r\n';
			case 'QUIT':
				return GOODBYE;
			case 'RCPT':
			case 'RSET':
			case 'NOOP':
				return '250 2.0.0 Ok\r\n';
			default:
				return '500 5.5.1 Unknown command\r\n';
		}
	}

	#signIn(response: string): string {
		this.#phase = 'command';
		const fields = Buffer.from(response, 'base64').toString().split('\x01');
		return this.isOpen || fields.includes(`auth=Bearer ${ACCESS_TOKEN}`)
			? '235 2.7.0 Accepted\r\n'
			: '535 5.7.8 Refused\r\n';
	}
}
