import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpAccount } from '../auth/smtp-account';
import type { StoredToken } from '../auth/stored-token';
import { classifyFailure, describeFault } from '../failure/classify';
import type { Failure, FailureStage, FaultContext, KnownFault } from '../failure/failure';
import { redact } from '../failure/redact';
import { isTokenRefusal } from '../failure/token-refusal';
import { closeQuietly, connectionEnd } from './connection-end';
import { readEhlo, type ServerCapabilities } from './ehlo';
import { openSocket, SocketFault, type EgressFilter } from './open-socket';
import { chooseMechanism } from './sasl';
import { signIn, SignInRefusal } from './sign-in';
import { withinTime } from './time-box';
import { tlsOptions } from './tls-options';

/** An SMTP session that has signed in, and what is needed to speak of its faults. */
export interface SmtpSession {
	readonly connection: SMTPConnection;
	readonly capabilities: ServerCapabilities;
	readonly tlsVerified: boolean;
	/** What is known of the session when something goes wrong in it, but for the stage. */
	readonly context: Omit<FaultContext, 'stage'>;
	/** Resolves, and never rejects, when the connection is over: with the error, if there was one. */
	readonly ended: Promise<unknown>;
	/** Whether it can still be used. */
	isOpen(): boolean;
	/** Says QUIT where possible and closes. Never fails. */
	close(): void;
}

/** Why there is no session. */
export interface SessionFailure {
	readonly ok: false;
	readonly failure: Failure;
	/** Whether another access token might be accepted. */
	readonly isTokenRefused: boolean;
	/** The server's last reply, redacted. */
	readonly response?: string;
}

export type SessionResult = { readonly ok: true; readonly session: SmtpSession } | SessionFailure;

/** What one attempt to open a session may use. */
export interface SessionLimits {
	/** For everything together. */
	readonly timeoutMs: number;
	/** Ends the wait at once. */
	readonly signal?: AbortSignal | undefined;
	readonly egress?: EgressFilter | undefined;
}

/** Time for one phase of setting up. RFC 5321 §4.5.3.2 would wait 5 minutes for a greeting; nobody at an alert does. */
const SETUP_TIMEOUT_MS = 30_000;

/** A socket silent for so long is dead: the longest wait of SMTP (RFC 5321 §4.5.3.2.6) and a bit. */
const SILENCE_TIMEOUT_MS = 610_000;

type BaseContext = SmtpSession['context'];

/** Connects, secures, greets and signs in. Never throws. */
export async function openSmtpSession(
	account: SmtpAccount,
	token: StoredToken,
	limits: SessionLimits,
): Promise<SessionResult> {
	const base: BaseContext = {
		provider: account.provider,
		host: account.host,
		port: account.port,
		sslMode: account.sslMode,
		user: account.user,
		secrets: token.secrets,
	};
	const startedAtMs = performance.now();
	const setupMs = Math.min(limits.timeoutMs, SETUP_TIMEOUT_MS);
	let socket: Socket;
	try {
		socket = await openSocket(account.host, account.port, { ...limits, timeoutMs: setupMs });
	} catch (error: unknown) {
		return connectFailure(error, base);
	}
	const connection = new SMTPConnection({
		connection: socket,
		host: account.host,
		port: account.port,
		secure: account.sslMode === 'implicit',
		requireTLS: account.sslMode === 'explicit',
		tls: tlsOptions(account),
		connectionTimeout: setupMs,
		greetingTimeout: setupMs,
		socketTimeout: SILENCE_TIMEOUT_MS,
	});
	const ended = connectionEnd(connection);
	const progress: SetUpProgress = { isGreeted: false };
	const result = await withinTime(
		Promise.race([
			setUp(connection, account, token, base, ended, progress).catch((error: unknown) =>
				setUpFailure(error, connection, base, progress),
			),
			ended.then((error) => setUpFailure(error, connection, base, progress)),
		]),
		Math.max(1, limits.timeoutMs - (performance.now() - startedAtMs)),
		limits.signal,
	);
	if (result !== 'cancelled' && result !== 'timedOut') {
		if (!result.ok && progress.isGreeted) closeQuietly(connection);
		else if (!result.ok) connection.close();
		return result;
	}
	const stage = setUpStage(connection, undefined, progress);
	connection.close();
	return result === 'cancelled'
		? known({ code: 'CANCELLED', detail: STOPPED }, { ...base, stage })
		: setUpFailure(new SetUpTimeout(stage), connection, base, progress);
}

/** Our own time limit, in the form nodemailer gives its own, which may come a moment later. */
class SetUpTimeout extends Error {
	readonly code = 'ETIMEDOUT';
	readonly timeoutType?: 'GREETING_TIMEOUT';

	constructor(stage: FailureStage) {
		super('The server did not answer in time');
		if (stage === 'connect') this.timeoutType = 'GREETING_TIMEOUT';
	}
}

const STOPPED = 'The execution was stopped before the message went out.';

interface SetUpProgress {
	/** The EHLO reply that counts has come. */
	isGreeted: boolean;
}

async function setUp(
	connection: SMTPConnection,
	account: SmtpAccount,
	token: StoredToken,
	base: BaseContext,
	ended: Promise<unknown>,
	progress: SetUpProgress,
): Promise<SessionResult> {
	await new Promise<void>((resolve, reject) => {
		connection.connect((error) => {
			if (error === undefined) resolve();
			else reject(error);
		});
	});
	progress.isGreeted = true;
	const capabilities = readEhlo(String(connection.lastServerResponse));
	const mechanism = chooseMechanism(account.saslMechanism, capabilities.mechanisms);
	if (mechanism === undefined) {
		const offered = capabilities.mechanisms.join(', ');
		const wanted =
			account.saslMechanism === 'auto' ? 'XOAUTH2 or OAUTHBEARER' : account.saslMechanism;
		const detail =
			offered === ''
				? `${place(account)} offers no sign-in at all.`
				: `${place(account)} offers ${offered}, but not ${wanted}.`;
		return known(
			{ code: 'MECHANISM_NOT_OFFERED', detail },
			{ ...base, stage: 'auth', offeredMechanisms: capabilities.mechanisms },
		);
	}
	await signIn(connection, account, token.accessToken, mechanism);
	return {
		ok: true,
		session: {
			connection,
			capabilities,
			tlsVerified: connection._socket instanceof TLSSocket && connection._socket.authorized,
			context: base,
			ended,
			isOpen: () => !connection.destroyed,
			close: () => {
				closeQuietly(connection);
			},
		},
	};
}

function place(account: SmtpAccount): string {
	return `${account.host}:${String(account.port)}`;
}

function known(fault: KnownFault, context: FaultContext): SessionFailure {
	return { ok: false, failure: describeFault(fault, context), isTokenRefused: false };
}

function connectFailure(error: unknown, base: BaseContext): SessionFailure {
	const context: FaultContext = { ...base, stage: 'connect' };
	if (!(error instanceof SocketFault)) {
		return { ok: false, failure: classifyFailure(error, context), isTokenRefused: false };
	}
	switch (error.code) {
		case 'CANCELLED':
			return known({ code: 'CANCELLED', detail: STOPPED }, context);
		case 'CONNECT_TIMEOUT':
			return known({ code: 'CONNECTION_TIMEOUT', detail: error.message }, context);
		case 'EGRESS_BLOCKED':
			return known({ code: 'EGRESS_BLOCKED', detail: error.message }, context);
		default: {
			const unreachable: never = error.code;
			return unreachable;
		}
	}
}

function property(error: unknown, name: string): unknown {
	return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** Where a session that is not set up has stopped. */
function setUpStage(
	connection: SMTPConnection,
	error: unknown,
	progress: SetUpProgress,
): FailureStage {
	if (progress.isGreeted) return 'auth';
	if (connection.upgrading === true || property(error, 'command') === 'STARTTLS') return 'tls';
	if (connection.stage === 'init') return 'tls';
	return connection.lastServerResponse === false ? 'connect' : 'ehlo';
}

function setUpFailure(
	cause: unknown,
	connection: SMTPConnection,
	base: BaseContext,
	progress: SetUpProgress,
): SessionFailure {
	const error = cause ?? new Error('Connection closed unexpectedly');
	const saslRefusal = error instanceof SignInRefusal ? error.saslRefusal : undefined;
	const context: FaultContext = {
		...base,
		stage: setUpStage(connection, error, progress),
		...(saslRefusal === undefined ? {} : { saslRefusal }),
	};
	const response = property(error, 'response');
	return {
		ok: false,
		failure: classifyFailure(error, context),
		isTokenRefused: isTokenRefusal(error, context),
		...(typeof response === 'string' ? { response: redact(response, base.secrets ?? []) } : {}),
	};
}
