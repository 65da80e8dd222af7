import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import {
	AccessTokens,
	type CredentialAccess,
} from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { MailAccount } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';
import {
	mailboxStateOf,
	type MailboxState,
} from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import type { DeliveryReport } from '../../../nodes/SmtpOAuthSendEmail/status/delivery-report.js';
import type {
	AttemptLimits,
	MailTransport,
} from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { SmtpTransport } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/smtp-transport.js';
import type { SessionPoolDependencies } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/pool/session-pool.js';
import {
	startScriptedServer,
	type ScriptedServer,
	type ScriptedServerOptions,
} from './scripted-smtp-server.js';

/** Long enough that no test ends by it, short enough that a hanging one says where. */
export const PLENTY: AttemptLimits = { timeoutMs: 15_000 };

/** The user of every account here. */
export const USER = 'user@example.com';

/** An account on a server of the tests. */
export function accountAt(
	server: { readonly port: number; readonly caCertificate?: string },
	changes: Partial<MailAccount> = {},
): MailAccount {
	return {
		provider: 'custom',
		user: USER,
		deliverVia: 'smtp',
		signIn: 'user',
		host: 'localhost',
		port: server.port,
		sslMode: 'implicit',
		saslMechanism: 'auto',
		...(server.caCertificate === undefined ? {} : { caCertificate: server.caCertificate }),
		allowUnauthorizedCerts: false,
		maxConnections: 1,
		messagesPerMinute: 0,
		...changes,
	};
}

/** A credential held in memory, as n8n holds one in its database. */
export interface StoredCredential extends CredentialAccess {
	/** `oauthTokenData`. Tests may change it. */
	tokenData: Record<string, unknown> | undefined;
	readonly refreshCount: number;
}

let credentialCount = 0;

/**
 * A credential that holds the first of the access tokens; each refresh saves and returns the next
 * one. After the last it fails as a token endpoint does that refuses the refresh token.
 */
export function storedCredential(accessTokens: readonly string[]): StoredCredential {
	const next = accessTokens.values();
	let refreshCount = 0;
	const tokenDataOf = (accessToken: string | undefined) =>
		accessToken === undefined
			? undefined
			: { access_token: accessToken, refresh_token: `refresh-${String(refreshCount)}-of-secrets` };
	credentialCount += 1;
	const credential = {
		id: `credential-${String(credentialCount)}`,
		tokenData: tokenDataOf(next.next().value) as Record<string, unknown> | undefined,
		get refreshCount() {
			return refreshCount;
		},
		readTokenData: () => Promise.resolve(credential.tokenData),
		refreshTokenData: () => {
			refreshCount += 1;
			const renewed = tokenDataOf(next.next().value);
			if (renewed === undefined) {
				return Promise.reject(
					Object.assign(new Error('refused'), { body: { error: 'invalid_grant' } }),
				);
			}
			credential.tokenData = renewed;
			return Promise.resolve<unknown>(renewed);
		},
	};
	return credential;
}

/** The access tokens of a credential that holds, and is refreshed to, the given ones. */
export function tokensOf(...accessTokens: string[]): AccessTokens {
	return new AccessTokens(storedCredential(accessTokens), { provider: 'custom' }, Date.now);
}

/** A message of any given bytes. */
export function messageOf(
	content: string | Buffer,
	changes: Partial<PreparedMessage> = {},
): PreparedMessage {
	const bytes = Buffer.from(content);
	return {
		messageId: '<message-1@example.com>',
		envelope: { from: USER, to: ['recipient@example.net'] },
		needsSmtpUtf8: false,
		sizeBytes: bytes.length,
		open: () => Readable.from([bytes], { objectMode: false }),
		...changes,
	};
}

/** A short message that says which one it is. */
export function shortMessage(
	subject = 'Hello',
	changes: Partial<PreparedMessage> = {},
): PreparedMessage {
	return messageOf(
		`From: ${USER}\r\nTo: recipient@example.net\r\nSubject: ${subject}\r\n\r\nHi.\r\n`,
		changes,
	);
}

/** The subjects of messages, in order. */
export function subjectsOf(messages: readonly string[]): string[] {
	return messages.map((message) => /^Subject: (.*)\r$/m.exec(message)?.[1] ?? '');
}

/** The failure of a report that must have one. */
export function failureOf(report: DeliveryReport) {
	if (report.kind === 'accepted') throw new Error(`accepted: ${report.response}`);
	return report.failure;
}

/** A scripted server that lives as long as the test; TLS from the first byte if nothing else is said. */
export async function serve(options: Partial<ScriptedServerOptions> = {}): Promise<ScriptedServer> {
	const server = await startScriptedServer({ tls: 'implicit', ...options });
	onTestFinished(() => server.close());
	return server;
}

/** A transport, and a way to end the idle connections that it leaves. */
export interface ClosableTransport extends Pick<MailTransport, 'deliver'> {
	readonly mailboxState: MailboxState;
	/** Closes the mailbox's idle connections; resolves when they are over. */
	close(): Promise<void>;
}

/** A mailbox's state of its own, not used yet. */
export function freshMailboxState(): MailboxState {
	return mailboxStateOf(new Map(), 'mailbox');
}

/** A transport that is closed at the end of the test; it has one token, `access-token-1`. */
export function transportFor(
	account: MailAccount,
	options: Partial<SessionPoolDependencies> & { readonly tokens?: AccessTokens } = {},
): ClosableTransport {
	const { tokens = tokensOf('access-token-1'), ...dependencies } = options;
	const mailboxState = dependencies.mailboxState ?? freshMailboxState();
	const transport = new SmtpTransport(account, tokens, {
		mailboxState,
		credentialId: 'credential',
		memory: { refusedReplacements: new Set() },
		...dependencies,
	});
	const close = async (): Promise<void> => {
		const idle = [...mailboxState.idle];
		for (const connection of idle) connection.close();
		await Promise.all(idle.map(async ({ ended }) => await ended));
	};
	onTestFinished(close);
	return {
		deliver: async (...offer) => await transport.deliver(...offer),
		mailboxState,
		close,
	};
}

/** Delivers a message to all of its recipients. */
export async function deliver(
	transport: Pick<MailTransport, 'deliver'>,
	message = shortMessage(),
	limits = PLENTY,
): Promise<DeliveryReport> {
	return await transport.deliver(message, message.envelope.to, limits);
}

/** The commands of a kind that a server has got, on all connections, within TLS or not. */
export function commandsOf(server: ScriptedServer, verb: string): string[] {
	return server.connections
		.flatMap(({ clearLines, tlsLines }) => [...clearLines, ...tlsLines])
		.filter((line) => line.split(' ')[0] === verb);
}
