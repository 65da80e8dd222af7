import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { readProperty } from '../../../untrusted/read-property';
import { quoteSafely } from '../../../untrusted/redact';
import type { ConnectionListener } from '../connection/connection-set-up';
import { readPeer, type Peer } from './peer-certificate';

/** The stages that nodemailer passes in one go. */
export type SetUpStage = 'dns' | 'connect' | 'tls' | 'ehlo';

/** Measures how long each of several stages takes, also one that is entered several times. */
export class StageClock {
	readonly #spentMs = new Map<SetUpStage, number>();
	#current: SetUpStage;
	#since: number;

	/** @param now a clock for durations, in ms */
	constructor(
		first: SetUpStage,
		private readonly now: () => number,
	) {
		this.#current = first;
		this.#since = now();
	}

	/** From now on time is counted for this stage. */
	enter(stage: SetUpStage): void {
		const nowMs = this.now();
		this.#spentMs.set(this.#current, this.spent(this.#current) + nowMs - this.#since);
		this.#current = stage;
		this.#since = nowMs;
	}

	/** No more time is counted. */
	stop(): void {
		this.enter(this.#current);
	}

	/** What was counted for a stage until it was left last, in whole ms. */
	durationOf(stage: SetUpStage): number {
		return Math.round(this.spent(stage));
	}

	private spent(stage: SetUpStage): number {
		return this.#spentMs.get(stage) ?? 0;
	}
}

/** The longest greeting shown. */
const MAX_GREETING_LENGTH = 200;

/**
 * Watches how a connection is set up: which stage it is in, and what the server shows of itself.
 * Nodemailer's log says when a stage begins; nothing of it is kept but the greeting.
 */
export class SetUpWatch implements ConnectionListener {
	readonly clock = new StageClock('dns', () => performance.now());
	/** What the host's name leads to. */
	readonly addresses: string[] = [];
	/** The address that the connection uses. */
	remoteAddress = '';
	greeting: string | undefined;
	peer: Peer | undefined;
	readonly onlyLooks = true;
	#connection: SMTPConnection | undefined;

	/** @param secrets what must not come out, should the server repeat it */
	constructor(private readonly secrets: readonly string[]) {}

	onLookup = (address: string): void => {
		this.addresses.push(address);
		this.clock.enter('connect');
	};

	onSocket = (socket: Socket, connection: SMTPConnection): void => {
		this.remoteAddress = socket.remoteAddress ?? '';
		this.#connection = connection;
		this.clock.enter(connection.secureConnection ? 'tls' : 'connect');
	};

	readonly #note = (entry: unknown, message: unknown): void => {
		const socket = this.#connection?._socket;
		// Before the handshake this is undefined, and true while it lasts.
		const isSecured = this.#connection?.upgrading === false;
		if (this.peer === undefined && isSecured && socket instanceof TLSSocket) {
			this.peer = readPeer(socket, this.secrets);
			this.clock.enter('connect');
		}
		const line = typeof message === 'string' ? message : '';
		const speaker = readProperty(entry, 'tnx');
		if (speaker === 'server')
			this.greeting ??= quoteSafely(line, this.secrets, MAX_GREETING_LENGTH);
		if (speaker !== 'client') return;
		if (line.startsWith('EHLO ')) this.clock.enter('ehlo');
		if (line === 'STARTTLS') this.clock.enter('tls');
	};

	readonly logger: ConnectionListener['logger'] = { debug: this.#note, info: this.#note };
}
