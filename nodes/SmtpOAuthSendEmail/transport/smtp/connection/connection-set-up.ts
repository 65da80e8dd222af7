import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from '../../../auth/mail-account';
import type { FailureStage } from '../../../failure/catalogue/failure-stage';
import { STOPPED } from '../../../failure/model/failure';
import { succeed } from '../../../result/result';
import { readProperty } from '../../../untrusted/read-property';
import { abandon, closeQuietly, ConnectionEnd } from './connection-end';
import { openSocket } from './open-socket';
import { ReplyWatch } from './reply-watch';
import {
	connectFailure,
	knownFailure,
	setUpFailure,
	type SessionFailure,
	type StepResult,
} from './session-failure';
import type { AttemptLimits, TransportDependencies } from '../../mail-transport';
import type { SessionContext } from '../../fault-context';
import { countDown } from '../../../timing/count-down';
import { withinTime } from '../../../timing/with-timeout';
import { ehloName } from './ehlo-name';
import { tlsOptions } from './tls-options';

/** What one attempt to open a session may use; the time is for everything together. */
export interface SessionLimits extends AttemptLimits, Pick<TransportDependencies, 'egress'> {
	/** The account's TLS options, where they have been made before. */
	readonly tls?: ConnectionOptions;
}

/** Takes nodemailer's log, every command and reply included. */
export interface ConnectionListener {
	readonly logger: {
		debug(entry: unknown, text: unknown): void;
		info(entry: unknown, text: unknown): void;
	};
	/** Called for each address that the host's name leads to. */
	readonly onLookup?: (address: string) => void;
	/** Called when the TCP connection is there. */
	readonly onSocket?: (socket: Socket, connection: SMTPConnection) => void;
	/**
	 * Whether the connection only looks: the certificate is checked, but not enforced. The caller must
	 * not sign in where it is not trusted.
	 */
	readonly onlyLooks?: boolean;
}

/** Time for the look-up and the TCP connection. The greeting may take all that is left (RFC 5321 §4.5.3.2.1). */
const CONNECT_TIMEOUT_MS = 30_000;

/** A socket silent for so long is dead: the longest wait of SMTP (RFC 5321 §4.5.3.2.6) and a bit. */
const SILENCE_TIMEOUT_MS = 610_000;

/** A TCP connection to the server on its way to becoming a session, step by step. */
export class ConnectionSetUp {
	readonly end: ConnectionEnd;
	/** Whether the sign-in has been accepted. */
	isSignedIn = false;
	/** Whether the EHLO reply that counts has come. */
	#isGreeted = false;
	#isInterrupted = false;

	constructor(
		readonly connection: SMTPConnection,
		readonly context: SessionContext,
		private readonly remaining: () => SessionLimits,
		private readonly watch: ReplyWatch,
	) {
		this.end = new ConnectionEnd(connection);
	}

	/** Takes one step, unless the connection ends before, or time or patience does. Never throws. */
	async step<T>(task: () => Promise<T>): Promise<StepResult<T>> {
		const { timeoutMs, signal } = this.remaining();
		const fail = (error: unknown): SessionFailure =>
			setUpFailure(error, { ...this.context, stage: this.#stageOf(error) });
		const result = await withinTime<StepResult<T>>(
			Promise.race([task().then(succeed, fail), this.end.ended.then(fail)]),
			timeoutMs,
			signal,
		);
		if (result !== 'cancelled' && result !== 'timedOut') return result;
		this.#isInterrupted = true;
		const stage = this.#stageOf(undefined);
		if (result === 'cancelled') return knownFailure(STOPPED, { ...this.context, stage });
		// In the form that nodemailer gives its own time limit, which may come a moment later.
		const timeoutType = stage === 'connect' ? 'GREETING_TIMEOUT' : undefined;
		const late = new Error('The server did not answer in time');
		return fail(Object.assign(late, { code: 'ETIMEDOUT', timeoutType }));
	}

	/** Secures the connection as its options say, and greets: for a step. */
	async greet(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.connection.connect((error) => {
				if (error === undefined) resolve();
				else reject(error);
			});
		});
		if (!this.watch.isWatching()) throw new Error('The replies are not watched.');
		this.#isGreeted = true;
	}

	/** Closes the connection, politely where the server still listens. Resolves when its socket is closed. */
	async close(): Promise<void> {
		if (this.#isGreeted && !this.#isInterrupted) closeQuietly(this.connection);
		else abandon(this.connection);
		await this.end.closed;
	}

	/** Where it has stopped. */
	#stageOf(error: unknown): FailureStage {
		const { upgrading, stage, lastServerResponse } = this.connection;
		if (this.isSignedIn) return 'mailFrom';
		if (this.#isGreeted) return 'auth';
		if (upgrading === true || readProperty(error, 'command') === 'STARTTLS') return 'tls';
		if (stage === 'init') return 'tls';
		return lastServerResponse === false ? 'connect' : 'ehlo';
	}
}

/** nodemailer's connection over a socket, whose replies are watched from the first one on. */
function watchedConnection(
	socket: Socket,
	account: MailAccount,
	limits: SessionLimits,
	listener: ConnectionListener,
): { readonly connection: SMTPConnection; readonly watch: ReplyWatch } {
	const { logger } = listener;
	const connection = new SMTPConnection({
		connection: socket,
		host: account.host,
		port: account.port,
		secure: account.sslMode === 'implicit',
		requireTLS: account.sslMode === 'explicit',
		name: ehloName(account.ehloName, socket.localAddress),
		tls: {
			...(limits.tls ?? tlsOptions(account)),
			...(listener.onlyLooks === true ? { rejectUnauthorized: false } : {}),
		},
		connectionTimeout: limits.timeoutMs,
		greetingTimeout: limits.timeoutMs,
		socketTimeout: SILENCE_TIMEOUT_MS,
		logger: {
			debug: (entry: unknown, text: unknown) => {
				watch.noteDebug(entry, text);
				logger.debug(entry, text);
			},
			info: (entry: unknown, text: unknown) => {
				watch.noteInfo(entry);
				logger.info(entry, text);
			},
		},
		transactionLog: true,
	});
	const watch = new ReplyWatch(connection, (error, said) => {
		logger.debug({ tnx: 'server' }, said);
		connection.emit('error', error);
		abandon(connection);
	});
	return { connection, watch };
}

/** Opens the TCP connection that a session begins with. Never throws. */
export async function openConnection(
	account: MailAccount,
	context: SessionContext,
	limits: SessionLimits,
	listener: ConnectionListener,
): Promise<StepResult<ConnectionSetUp>> {
	const { host, port } = account;
	const remaining = countDown(limits);
	let socket: Socket;
	try {
		socket = await openSocket(host, port, {
			...limits,
			timeoutMs: Math.min(limits.timeoutMs, CONNECT_TIMEOUT_MS),
			onLookup: listener.onLookup,
		});
	} catch (error: unknown) {
		return connectFailure(error, context);
	}
	const { connection, watch } = watchedConnection(socket, account, limits, listener);
	listener.onSocket?.(socket, connection);
	return succeed(new ConnectionSetUp(connection, context, remaining, watch));
}
