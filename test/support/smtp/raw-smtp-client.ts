import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A reply of the server: its code and all of its lines. */
export interface RawReply {
	readonly code: number;
	readonly lines: readonly string[];
}

/** Speaks SMTP line by line, for tests that need a client that does exactly what they say. */
export class RawSmtpClient {
	#socket: Socket;
	#buffered = '';
	#isEnded = false;
	#wasReset = false;
	#wake: () => void = () => undefined;

	private constructor(socket: Socket) {
		this.#socket = socket;
		this.#listen(socket);
	}

	/** Connects; with `ca` by TLS from the first byte, else in clear text. Rejects if TLS fails. */
	static async connect(port: number, ca?: string): Promise<RawSmtpClient> {
		if (ca === undefined) {
			const socket = connect(port, '127.0.0.1');
			await once(socket, 'connect');
			return new RawSmtpClient(socket);
		}
		const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca });
		await once(socket, 'secureConnect');
		return new RawSmtpClient(socket);
	}

	/** The next reply. Rejects when the connection ends first. */
	async read(): Promise<RawReply> {
		for (;;) {
			const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r\n/.exec(this.#buffered);
			if (reply) {
				this.#buffered = this.#buffered.slice(reply[0].length);
				const lines = reply[0].trimEnd().split('\r\n');
				return { code: Number(reply[1]), lines };
			}
			if (this.#isEnded) throw new Error('The server has closed the connection');
			await new Promise<void>((resolve) => (this.#wake = resolve));
		}
	}

	/** Sends one line and reads the reply to it. */
	async say(line: string): Promise<RawReply> {
		this.write(`${line}\r\n`);
		return this.read();
	}

	write(text: string): void {
		this.#socket.write(text);
	}

	/** Goes over to TLS after a 220 to STARTTLS. */
	async upgrade(ca: string): Promise<void> {
		this.#socket.removeAllListeners('data');
		const secure = connectTls({ socket: this.#socket, servername: 'localhost', ca });
		await once(secure, 'secureConnect');
		this.#socket = secure;
		this.#listen(secure);
	}

	/** Waits until the server has ended the connection: in an orderly way, or by a TCP RST. */
	async waitForEnd(): Promise<'close' | 'reset'> {
		while (!this.#isEnded) await new Promise<void>((resolve) => (this.#wake = resolve));
		return this.#wasReset ? 'reset' : 'close';
	}

	close(): void {
		this.#socket.destroy();
	}

	#listen(socket: Socket): void {
		socket.on('data', (chunk) => {
			this.#buffered += chunk.toString();
			this.#wake();
		});
		socket.on('error', (error: NodeJS.ErrnoException) => {
			this.#wasReset ||= error.code === 'ECONNRESET';
		});
		socket.once('close', () => {
			this.#isEnded = true;
			this.#wake();
		});
	}
}
