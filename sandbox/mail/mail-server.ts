import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Refusals } from './mail-policy.js';
import { findUser } from '../accounts/sandbox-user.js';
import type { SaslResponse } from './sasl.js';
import { OAuthSmtpServer } from './smtp-port.js';
import type { MailServerSetting } from './smtp-port.js';
import type { AuthAttempt, AuthRules, SessionRecord, SignInResult } from './smtp-session.js';

/** The running mail server: two ports, one mailbox policy. */
export interface MailServer {
	readonly implicitPort: number;
	readonly starttlsPort: number;
	readonly sessions: readonly SessionRecord[];
	readonly authAttempts: readonly AuthAttempt[];
	/** TCP connections accepted since the start, on both ports. */
	readonly connectionCount: number;
	/** TCP connections that are open now. */
	readonly openConnectionCount: number;
	/** Can be changed while the server runs; counts from the next sign-in or message on. */
	readonly refusals: Refusals;
	/** Cuts all connections, as a restart does; resolves when they are over. */
	disconnectClients(): Promise<void>;
	close(): Promise<void>;
}

/** Starts the mail server on loopback. Fails if a port is taken. */
export async function startMailServer(setting: MailServerSetting): Promise<MailServer> {
	const sessions: SessionRecord[] = [];
	const authAttempts: AuthAttempt[] = [];
	const refusals: Refusals = {
		signIn: setting.refuseSignInWith,
		message: setting.refuseMessageWith,
	};
	const rules: AuthRules = {
		mechanisms: setting.offerMechanisms ?? ['XOAUTH2', 'OAUTHBEARER'],
		maxAuthLineBytes: setting.maxAuthLineBytes ?? 2048,
		refusalStyle: setting.refusalStyle ?? 'challenge',
		refusals,
		scope: setting.scope,
		issuer: setting.issuer,
		authAttempts,
		signIn: (response) => signIn(setting, response),
	};
	const sockets = new Set<Socket>();
	let connectionCount = 0;
	const listen = async (kind: 'implicit' | 'starttls', port: number) => {
		const server = new OAuthSmtpServer(kind, setting, rules, sessions);
		server.server.on('connection', (socket) => {
			connectionCount += 1;
			sockets.add(socket);
			socket.once('close', () => sockets.delete(socket));
		});
		server.listen(port, '127.0.0.1');
		await once(server.server, 'listening');
		return server;
	};
	const implicit = await listen('implicit', setting.ports.implicit);
	const starttls = await listen('starttls', setting.ports.starttls).catch(
		async (error: unknown) => {
			await implicit.shutDown();
			throw error;
		},
	);

	return {
		implicitPort: implicit.port,
		starttlsPort: starttls.port,
		sessions,
		authAttempts,
		refusals,
		get connectionCount() {
			return connectionCount;
		},
		get openConnectionCount() {
			return sockets.size;
		},
		async disconnectClients() {
			await Promise.all(
				[...sockets].map(async (socket) => {
					sockets.delete(socket);
					// STARTTLS takes the listeners off the socket it wraps, so that some stay here after their end.
					if (socket.destroyed) return;
					socket.destroy();
					await once(socket, 'close');
				}),
			);
		},
		async close() {
			await Promise.all([implicit.shutDown(), starttls.shutDown()]);
		},
	};
}

/** An access token opens its own account's mailbox; an application's opens those it is given, or any. */
async function signIn(setting: MailServerSetting, response: SaslResponse): Promise<SignInResult> {
	const check = await setting.checkAccessToken(response.accessToken);
	if (!check.ok) return check;
	const user = findUser(
		setting.users,
		response.user === '' ? (check.accountId ?? '') : response.user,
	);
	if (!user) return { ok: false, error: 'invalid_token', reason: 'no such mailbox' };
	if (check.accountId !== undefined && check.accountId !== user.email) {
		return { ok: false, error: 'invalid_token', reason: 'token of another mailbox' };
	}
	if (check.mailboxes && !check.mailboxes.includes(user.email.toLowerCase())) {
		return { ok: false, error: 'invalid_token', reason: 'no permission for the mailbox' };
	}
	return { ok: true, email: user.email };
}
