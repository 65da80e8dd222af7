import { TLSSocket } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from '../../../auth/mail-account';
import type { StoredToken } from '../../../auth/stored-token';
import { createRedaction, type Redaction } from '../../../untrusted/redact';
import { closeQuietly, type ConnectionEnd } from './connection-end';
import { openConnection, type ConnectionSetUp, type SessionLimits } from './connection-set-up';
import { createTap, type TranscriptTap } from './transcript-tap';
import { readEhlo, type ServerCapabilities } from './ehlo';
import { sessionContext, type SessionContext } from '../../fault-context';
import type { StepResult } from './session-failure';
import { succeed } from '../../../result/result';
import { findMechanism, signIn } from './sign-in';

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
	/** Where a transcript can listen. */
	readonly tap: TranscriptTap;
	/** Ms of `performance.now()`. */
	readonly openedAtMs: number;
	/** Whether it can still be used. */
	isOpen(): boolean;
	/** Says whether it shall keep the process from ending: not while nothing is under way. */
	holdProcess(isHeld: boolean): void;
	/** Says QUIT where possible and closes. Never fails. */
	close(): void;
}

/**
 * Connects, secures, greets and signs in. Where that fails, no connection is left when it resolves.
 * Never throws.
 */
export async function openSmtpSession(
	account: MailAccount,
	token: StoredToken,
	limits: SessionLimits,
): Promise<StepResult<SmtpSession>> {
	const { transcript } = limits;
	const redaction = createRedaction(token.secrets);
	const current: { connection?: SMTPConnection } = {};
	const tap = createTap(redaction, () => current.connection?._socket);
	tap.attach(transcript);
	transcript?.remark(`connecting to ${account.host}:${String(account.port)}`);
	const context = sessionContext(account, token);
	const opened = await openConnection(account, context, limits, { logger: tap.logger });
	if (!opened.ok) return opened;
	transcript?.remark('connected');
	const setUp = opened.value;
	current.connection = setUp.connection;
	const step = await setUp.step(async () => await greetAndSignIn(setUp, account, token));
	const result = step.ok ? step.value : step;
	if (result.ok) return succeed(sessionOver(setUp, token, result.value, { redaction, tap }));
	await setUp.close();
	return result;
}

async function greetAndSignIn(
	setUp: ConnectionSetUp,
	account: MailAccount,
	token: StoredToken,
): Promise<StepResult<ServerCapabilities>> {
	const { connection, context } = setUp;
	await setUp.greet();
	const capabilities = readEhlo(String(connection.lastServerResponse));
	const found = findMechanism(account, capabilities.mechanisms, context);
	if (!found.ok) return found;
	await signIn(connection, account, token.accessToken, found.value);
	return succeed(capabilities);
}

function sessionOver(
	{ connection, context, end }: ConnectionSetUp,
	token: StoredToken,
	capabilities: ServerCapabilities,
	listening: Pick<SmtpSession, 'redaction' | 'tap'>,
): SmtpSession {
	return {
		connection,
		capabilities,
		tlsVerified: connection._socket instanceof TLSSocket && connection._socket.authorized,
		accessToken: token.accessToken,
		context,
		openedAtMs: performance.now(),
		...listening,
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
	};
}
