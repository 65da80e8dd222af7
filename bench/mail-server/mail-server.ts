import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import type {
	MailAddress,
	MailAnswer,
	MailReceipts,
	MailRequest,
	SslMode,
} from './mail-protocol.js';
import { median } from '../measuring.js';

type Question = MailRequest extends infer R
	? R extends MailRequest
		? Omit<R, 'id'>
		: never
	: never;

/** Where a sender sends to. */
export interface MailTarget {
	readonly port: number;
	readonly sslMode: SslMode;
	readonly caCertificate: string;
}

/** The bench's mail server, which runs in a process of its own. */
export class MailServer {
	readonly #waiting = new Map<number, (answer: MailAnswer['answer']) => void>();
	#lastId = 0;

	private constructor(
		private readonly child: ChildProcess,
		private readonly address: MailAddress,
	) {
		child.on('message', ({ id, answer }: MailAnswer) => {
			this.#waiting.get(id)?.(answer);
			this.#waiting.delete(id);
		});
	}

	/**
	 * @param roundTripsMs the links to set up beside the direct way
	 * @param isOpen whether any sign-in will do
	 */
	static async start(roundTripsMs: readonly number[] = [], isOpen = false): Promise<MailServer> {
		const child = fork(
			fileURLToPath(new URL('./mail-process.ts', import.meta.url)),
			[Number(isOpen), ...roundTripsMs].map(String),
			{ execArgv: ['--import', 'tsx'] },
		);
		child.once('exit', (code) => {
			if (code !== null && code !== 0) throw new Error('The bench’s mail server ended');
		});
		const [first] = (await once(child, 'message')) as [MailAnswer];
		return new MailServer(child, first.answer as MailAddress);
	}

	/** The server itself, or behind one of its links. */
	target(roundTripMs = 0, sslMode: SslMode = 'explicit'): MailTarget {
		const { ports, caCertificate } = this.address;
		const port = ports[sslMode][roundTripMs];
		if (port === undefined) throw new Error(`There is no link of ${String(roundTripMs)} ms`);
		return { port, sslMode, caCertificate };
	}

	async receipts(): Promise<MailReceipts> {
		return (await this.#ask({ ask: 'receipts' })) as MailReceipts;
	}

	/** Starts counting again at 0. */
	async forget(): Promise<void> {
		await this.#ask({ ask: 'forget' });
	}

	async whenReceived(count: number): Promise<void> {
		await this.#ask({ ask: 'whenReceived', count });
	}

	/** The round trip of a link as it really is: the median of 30, in ms. */
	async measureRoundTrip(roundTripMs: number): Promise<number> {
		const port = this.address.echoPorts[roundTripMs];
		if (port === undefined) throw new Error(`There is no link of ${String(roundTripMs)} ms`);
		const socket = connect({ port, host: '127.0.0.1', noDelay: true });
		const times: number[] = [];
		for (let index = 0; index < 31; index += 1) {
			const beganAtMs = performance.now();
			socket.write('.');
			await once(socket, 'data');
			// The first one includes the connection.
			if (index > 0) times.push(performance.now() - beganAtMs);
		}
		socket.destroy();
		return median(times);
	}

	stop(): void {
		this.child.disconnect();
	}

	async #ask(question: Question): Promise<MailAnswer['answer']> {
		this.#lastId += 1;
		const id = this.#lastId;
		return await new Promise((resolve) => {
			this.#waiting.set(id, resolve);
			this.child.send({ ...question, id });
		});
	}
}
