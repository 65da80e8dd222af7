import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import type { ServerCertificate } from '../../../sandbox/net/certificates.js';
import { ScriptedSession } from './scripted-smtp-session.js';
import type { ConnectionRecord, Greeting, Script } from './scripted-smtp-session.js';

export type {
	ConnectionRecord,
	DataRecord,
	Greeting,
	Script,
	ScriptedAnswer,
	ScriptedReply,
	SessionView,
} from './scripted-smtp-session.js';

export interface ScriptedServerOptions {
	/** `implicit`: TLS from the first byte. `starttls`: offers STARTTLS. `none`: neither. */
	readonly tls: 'implicit' | 'starttls' | 'none';
	/** Default: one for localhost, issued by an authority of the server's own. */
	readonly certificate?: ServerCertificate;
	/**
	 * Default `220 scripted.test ESMTP`. `{ then: 'silent' }` never greets. A function is asked for
	 * each connection (counted from 0), within TLS where that is implicit.
	 */
	readonly greeting?: Greeting;
	/** EHLO keywords; default PIPELINING, 8BITMIME, SMTPUTF8, SIZE and (within TLS) both mechanisms. */
	readonly ehlo?: readonly string[];
	/** Answers what it wants to answer; `undefined` leaves a command to the defaults. */
	readonly script?: Script;
}

/** A running scripted server; it accepts everything that its script does not answer. */
export interface ScriptedServer {
	readonly host: 'localhost';
	readonly port: number;
	/** What a client has to trust (PEM). */
	readonly caCertificate: string;
	/** One record for each accepted connection, in order. */
	readonly connections: readonly ConnectionRecord[];
	/** All messages of all connections whose final dot was seen. */
	readonly completeMessages: readonly string[];
	/** Cuts all connections and stops listening. */
	close(): Promise<void>;
}

let sharedCertificate: Promise<ServerCertificate> | undefined;

/**
 * Starts an SMTP server on raw sockets whose every reply, silence and break can be scripted, e.g.
 * `startScriptedServer({ tls: 'implicit', script: (c) => c.startsWith('MAIL') ? '451 4.3.0 later' : undefined })`.
 */
export async function startScriptedServer(options: ScriptedServerOptions): Promise<ScriptedServer> {
	sharedCertificate ??= issueCertificate();
	const certificate = options.certificate ?? (await sharedCertificate);
	const secureContext = createSecureContext({
		key: certificate.privateKey,
		cert: certificate.certificate,
	});
	const sessions: ScriptedSession[] = [];
	const server = createServer((socket) => {
		sessions.push(startSession(socket, options, secureContext, sessions.length));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');

	return {
		host: 'localhost',
		port: (server.address() as AddressInfo).port,
		caCertificate: certificate.caCertificate,
		get connections() {
			return sessions.map(({ record }) => record);
		},
		get completeMessages() {
			return sessions
				.flatMap(({ record }) => record.messages)
				.filter(({ isComplete }) => isComplete)
				.map(({ content }) => content);
		},
		async close() {
			const closed = once(server, 'close');
			server.close();
			for (const session of sessions) session.destroy();
			await closed;
		},
	};
}

function startSession(
	socket: Socket,
	options: ScriptedServerOptions,
	secureContext: SecureContext,
	number: number,
): ScriptedSession {
	const { tls, greeting = '220 scripted.test ESMTP', ehlo, script = () => undefined } = options;
	return new ScriptedSession(socket, { tls, greeting, ehlo, script, secureContext, number });
}

async function issueCertificate(): Promise<ServerCertificate> {
	return (await createCertificateAuthority()).issueServerCertificate();
}
