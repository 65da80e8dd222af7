import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpAccount } from '../auth/smtp-account';
import type { StoredToken } from '../auth/stored-token';
import { createRedaction, type Redaction } from '../failure/redact';
import { closeQuietly, watchEnd, type ConnectionEnd } from './connection-end';
import { readEhlo, type ServerCapabilities } from './ehlo';
import { openSocket, type EgressFilter } from './open-socket';
import { chooseMechanism } from './sasl';
import {
	connectFailure,
	interruptedFailure,
	knownFailure,
	setUpFailure,
	type SessionContext,
	type SessionFailure,
	type SetUpProgress,
} from './session-failure';
import { signIn } from './sign-in';
import { withinTime } from './time-box';
import { tlsOptions } from './tls-options';

/** An SMTP session that has signed in, and what is needed to speak of its faults. */
export interface SmtpSession extends ConnectionEnd {
	readonly connection: SMTPConnection;
	readonly capabilities: ServerCapabilities;
	readonly tlsVerified: boolean;
	/** What it has signed in with. */
	readonly accessToken: string;
	readonly context: SessionContext;
	/** Removes the token's secrets from what the server says. */
	readonly redaction: Redaction;
	/** Whether it can still be used. */
	isOpen(): boolean;
	/** Says whether it shall keep the process from ending: not while nothing is under way. */
	holdProcess(isHeld: boolean): void;
	/** Says QUIT where possible and closes. Never fails. */
	close(): void;
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

/**
 * Connects, secures, greets and signs in. Where that fails, no connection is left when it resolves.
 * Never throws.
 */
export async function openSmtpSession(
	account: SmtpAccount,
	token: StoredToken,
	limits: SessionLimits,
): Promise<SessionResult> {
	const base: SessionContext = {
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
	const end = watchEnd(connection);
	const { ended } = end;
	const progress: SetUpProgress = { isGreeted: false };
	const result = await withinTime(
		Promise.race([
			setUp(connection, account, token, base, end, progress).catch((error: unknown) =>
				setUpFailure(error, connection, base, progress),
			),
			ended.then((error) => setUpFailure(error, connection, base, progress)),
		]),
		Math.max(1, limits.timeoutMs - (performance.now() - startedAtMs)),
		limits.signal,
	);
	if (result !== 'cancelled' && result !== 'timedOut') {
		if (result.ok) return result;
		if (progress.isGreeted) closeQuietly(connection);
		else connection.close();
		await ended;
		return result;
	}
	const failure = interruptedFailure(result, connection, base, progress);
	connection.close();
	await ended;
	return failure;
}

async function setUp(
	connection: SMTPConnection,
	account: SmtpAccount,
	token: StoredToken,
	base: SessionContext,
	end: ConnectionEnd,
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
				: `${place(account)} offers the sign-in methods ${offered}, but not ${wanted}.`;
		return knownFailure(
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
			accessToken: token.accessToken,
			context: base,
			redaction: createRedaction(token.secrets),
			...end,
			isOpen: () => !connection.destroyed,
			holdProcess: (isHeld) => {
				const current = connection._socket;
				if (current === null || current === false) return;
				if (isHeld) current.ref();
				else current.unref();
			},
			close: () => {
				closeQuietly(connection);
			},
		},
	};
}

function place(account: SmtpAccount): string {
	return `${account.host}:${String(account.port)}`;
}
