import {
	type ScriptedServer,
	type SessionView,
	startScriptedServer,
} from '../../test/support/smtp/scripted-smtp-server.js';
import { connectAccount } from '../stage/sandbox-account.js';
import { type Copies, countCopies, subjectOf } from './copies.js';
import type { QueueStage } from './queue-stage.js';

/** How a mail server treats what comes; it takes every token. */
export interface LimitedServerOptions {
	/** A sign-in beyond that many connections is refused by 432 4.3.2; default: no limit. */
	maxConnections?: number;
	/** How long it takes over each message: to accept its sender, and once it has it whole. */
	delayMs?: { sender?: number; reply?: number };
	/** Recipients it refuses for good, as long as they are in here. */
	unknownRecipients?: ReadonlySet<string>;
}

/** A mail server of a check's own. */
export interface LimitedServer {
	/** The most connections that were signed in at once, and the sign-ins refused for their number. */
	readonly connections: { peak: number; refused: number };
	/** The messages that have come whole, whether or not the client has heard of it. */
	copies(): Copies;
	/** Connects an account of the sandbox whose mail goes to this server. */
	connect(
		stage: QueueStage,
		name: string,
		settings?: { maxConnections?: number },
	): Promise<{ id: string; name: string }>;
	close(): Promise<void>;
}

/** Starts it on loopback, with TLS from the first byte. */
export async function startLimitedServer(options: LimitedServerOptions): Promise<LimitedServer> {
	const { maxConnections = Infinity, delayMs = {}, unknownRecipients } = options;
	const connections = { peak: 0, refused: 0 };
	const signedIn = new Set<number>();
	const signIn = (connection: number) => {
		if (signedIn.size >= maxConnections) {
			connections.refused += 1;
			return '432 4.3.2 Concurrent connections limit exceeded';
		}
		signedIn.add(connection);
		connections.peak = Math.max(connections.peak, signedIn.size);
		void server.connections[connection]?.closed.then(() => signedIn.delete(connection));
		return undefined;
	};
	const server: ScriptedServer = await startScriptedServer({
		tls: 'implicit',
		script: (command: string, { phase, connection }: SessionView) => {
			if (phase === 'sasl') return signIn(connection);
			if (phase === 'finalDot') {
				return { reply: '250 2.0.0 Ok: queued', delayMs: delayMs.reply ?? 0 };
			}
			if (command.startsWith('MAIL ')) {
				return { reply: '250 2.1.0 Ok', delayMs: delayMs.sender ?? 0 };
			}
			const recipient = /^RCPT TO:<([^>]*)>/i.exec(command)?.[1];
			return recipient !== undefined && unknownRecipients?.has(recipient)
				? `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown`
				: undefined;
		},
	});
	return {
		connections,
		copies: () => countCopies(server.completeMessages.map(subjectOf)),
		async connect({ client, sandbox }, name, settings = {}) {
			const { host, port, caCertificate } = server;
			const changes = { host, port, caCertificate, sslMode: 'implicit', ...settings };
			return { id: await connectAccount(client, sandbox, name, changes), name };
		},
		close: () => server.close(),
	};
}
