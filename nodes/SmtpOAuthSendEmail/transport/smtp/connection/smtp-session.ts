import { TLSSocket } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from '../../../auth/mail-account';
import type { StoredToken } from '../../../auth/stored-token';
import { createRedaction, type Redaction } from '../../../untrusted/redact';
import type { ConnectionEnd } from './connection-end';
import { openConnection, type ConnectionSetUp, type SessionLimits } from './connection-set-up';
import { TranscriptTap } from './transcript-tap';
import { readEhlo, type ServerCapabilities } from './ehlo';
import { sessionContext, type SessionContext } from '../../fault-context';
import type { StepResult } from './session-failure';
import { succeed } from '../../../result/result';
import { findMechanism, signIn } from './sign-in';

/** An SMTP session that has signed in, and what is needed to speak of its faults. */
export class SmtpSession {
	readonly connection: SMTPConnection;
	readonly context: SessionContext;
	readonly end: ConnectionEnd;
	readonly tlsVerified: boolean;
	/** Ms of `performance.now()`. */
	readonly openedAtMs = performance.now();

	/**
	 * @param accessToken what it has signed in with
	 * @param redaction removes the token's secrets from what the server says
	 * @param tap where a transcript can listen
	 */
	constructor(
		{ connection, context, end }: ConnectionSetUp,
		readonly capabilities: ServerCapabilities,
		readonly accessToken: string,
		readonly redaction: Redaction,
		readonly tap: TranscriptTap,
	) {
		const { _socket: socket } = connection;
		this.connection = connection;
		this.context = context;
		this.end = end;
		this.tlsVerified = socket instanceof TLSSocket && socket.authorized;
	}
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
	const tap = new TranscriptTap(redaction, transcript);
	transcript?.remark(`connecting to ${account.host}:${String(account.port)}`);
	const context = sessionContext(account, token);
	const opened = await openConnection(account, context, limits, tap);
	if (!opened.ok) return opened;
	transcript?.remark('connected');
	const setUp = opened.value;
	const step = await setUp.step(async () => await greetAndSignIn(setUp, account, token));
	const result = step.ok ? step.value : step;
	if (result.ok) {
		return succeed(new SmtpSession(setUp, result.value, token.accessToken, redaction, tap));
	}
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
