import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from '../../../auth/mail-account';
import type { Transcript } from '../../../status/transcript';
import { closeQuietly, watchEnd, type ConnectionEnd } from './connection-end';
import { openSocket } from './open-socket';
import {
	connectFailure,
	interruptedFailure,
	setUpFailure,
	type SessionFailure,
	type SetUpProgress,
} from './session-failure';
import type { EgressFilter } from '../../egress-filter';
import type { SessionContext } from '../../fault-context';
import { withinTime } from '../../../timing/with-timeout';
import { tlsOptions } from './tls-options';

/** What one attempt to open a session may use. */
export interface SessionLimits {
	/** For everything together. */
	readonly timeoutMs: number;
	/** Ends the wait at once. */
	readonly signal?: AbortSignal | undefined;
	readonly egress?: EgressFilter | undefined;
	/** Listens. */
	readonly transcript?: Transcript | undefined;
	/** Asked before signing in with the token; resolves with why not, if so. Never throws. */
	readonly maySignIn?: (accessToken: string) => Promise<SessionFailure | undefined>;
	/** The account's TLS options, where they have been made before. */
	readonly tls?: ConnectionOptions;
}

/** Takes nodemailer's log, every command and reply included. */
export interface ConnectionListener {
	readonly logger: NonNullable<SMTPConnection.Options['logger']>;
}

/** How somebody who only looks wants a connection to differ from one that sends. */
export interface Observation extends ConnectionListener {
	/** Called for each address that the host's name leads to. */
	readonly onLookup: (address: string) => void;
	/** Called when the TCP connection is there. */
	readonly onSocket: (socket: Socket, connection: SMTPConnection) => void;
}

/** A step's result, or why the session has come to nothing. */
export type StepResult<T> = { readonly ok: true; readonly value: T } | SessionFailure;

/** Time for one phase of setting up. RFC 5321 §4.5.3.2 would wait 5 minutes for a greeting; nobody at an alert does. */
const SETUP_TIMEOUT_MS = 30_000;

/** A socket silent for so long is dead: the longest wait of SMTP (RFC 5321 §4.5.3.2.6) and a bit. */
const SILENCE_TIMEOUT_MS = 610_000;

/** A TCP connection to the server on its way to becoming a session, step by step. */
export class ConnectionSetUp {
	readonly end: ConnectionEnd;
	readonly progress: SetUpProgress = { isGreeted: false };
	#isInterrupted = false;

	constructor(
		readonly connection: SMTPConnection,
		readonly context: SessionContext,
		private readonly endsAtMs: number,
		private readonly signal: AbortSignal | undefined,
	) {
		this.end = watchEnd(connection);
	}

	/** Takes one step, unless the connection ends before, or time or patience does. Never throws. */
	async step<T>(task: () => Promise<T>): Promise<StepResult<T>> {
		const { connection, context, progress } = this;
		const fail = (error: unknown): SessionFailure =>
			setUpFailure(error, connection, context, progress);
		const result = await withinTime<StepResult<T>>(
			Promise.race([
				task().then((value) => ({ ok: true, value }) as const, fail),
				this.end.ended.then(fail),
			]),
			Math.max(1, this.endsAtMs - performance.now()),
			this.signal,
		);
		if (result !== 'cancelled' && result !== 'timedOut') return result;
		this.#isInterrupted = true;
		return interruptedFailure(result, connection, context, progress);
	}

	/** Secures the connection as its options say, and greets: for a step. */
	async greet(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.connection.connect((error) => {
				if (error === undefined) resolve();
				else reject(error);
			});
		});
		this.progress.isGreeted = true;
	}

	/** Closes the connection, politely where the server still listens. Resolves when it is over. */
	async close(): Promise<void> {
		if (this.progress.isGreeted && !this.#isInterrupted) closeQuietly(this.connection);
		else this.connection.close();
		await this.end.ended;
	}
}

/**
 * Opens the TCP connection that a session begins with. Never throws.
 *
 * @param listener hears what is said. For an `Observation` the certificate is checked, but not
 *   enforced: whoever only looks must not sign in where it is not trusted
 */
export async function openConnection(
	account: MailAccount,
	context: SessionContext,
	limits: SessionLimits,
	listener: ConnectionListener | Observation,
): Promise<{ readonly ok: true; readonly setUp: ConnectionSetUp } | SessionFailure> {
	const { host, port, sslMode } = account;
	const observation = 'onSocket' in listener ? listener : undefined;
	const endsAtMs = performance.now() + limits.timeoutMs;
	const setupMs = Math.min(limits.timeoutMs, SETUP_TIMEOUT_MS);
	let socket: Socket;
	try {
		const onLookup = observation?.onLookup;
		socket = await openSocket(host, port, { ...limits, timeoutMs: setupMs, onLookup });
	} catch (error: unknown) {
		return connectFailure(error, context);
	}
	const connection = new SMTPConnection({
		connection: socket,
		host,
		port,
		secure: sslMode === 'implicit',
		requireTLS: sslMode === 'explicit',
		tls: {
			...(limits.tls ?? tlsOptions(account)),
			...(observation === undefined ? {} : { rejectUnauthorized: false }),
		},
		connectionTimeout: setupMs,
		greetingTimeout: setupMs,
		socketTimeout: SILENCE_TIMEOUT_MS,
		logger: listener.logger,
		transactionLog: true,
	});
	observation?.onSocket(socket, connection);
	return { ok: true, setUp: new ConnectionSetUp(connection, context, endsAtMs, limits.signal) };
}
