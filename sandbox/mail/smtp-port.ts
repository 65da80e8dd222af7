import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { ServerCertificate } from '../net/certificates.js';
import {
	checkHeaderSenders,
	checkMailFrom,
	checkRecipient,
	refuse,
	refuseInWords,
} from './mail-policy.js';
import type { AccessTokenCheck } from '../accounts/access-token-check.js';
import type { EnvelopeArguments, ReceivedMessages } from './received-messages.js';
import { findUser } from '../accounts/sandbox-user.js';
import type { SandboxUser } from '../accounts/sandbox-user.js';
import type { SaslMechanism } from './sasl.js';
import { OAuthSmtpConnection } from './smtp-session.js';
import type { AuthRules, SessionRecord, SignedInUser } from './smtp-session.js';

/** How the mail server behaves; every default is that of a well-equipped provider. */
export interface MailServerOptions {
	/** Default: both, XOAUTH2 first. Empty: AUTH is not announced, and no client can sign in. */
	readonly offerMechanisms?: readonly SaslMechanism[];
	/** Default true (RFC 6531). */
	readonly offerSmtpUtf8?: boolean;
	/** Default true (RFC 3461). */
	readonly offerDsn?: boolean;
	/** Default true (RFC 2920). */
	readonly offerPipelining?: boolean;
	/** Announced as SIZE (RFC 1870) and enforced, in bytes; default 35,882,577. */
	readonly maxMessageBytes?: number;
	/** Longest AUTH command, in octets; default 2,048. A response on a line of its own may have 16 KiB. */
	readonly maxAuthLineBytes?: number;
	/** How a token is refused: 334 with JSON first (default), or 535 5.7.3 at once as Microsoft does. */
	readonly refusalStyle?: 'challenge' | 'plain';
	/** A whole reply, code first, that every sign-in gets; default: the token decides. */
	readonly refuseSignInWith?: string;
	/** A whole reply, code first, that every recipient gets; default: its address decides. */
	readonly refuseRecipientWith?: string;
	/** A whole reply, code first, that every complete message gets; default: its sender decides. */
	readonly refuseMessageWith?: string;
	/** Default: one for the loopback names, issued by the sandbox's own authority. */
	readonly certificate?: ServerCertificate;
}

export interface MailServerSetting extends MailServerOptions {
	readonly ports: { readonly implicit: number; readonly starttls: number };
	readonly certificate: ServerCertificate;
	readonly users: readonly SandboxUser[];
	readonly scope: string;
	readonly issuer: string;
	readonly received: ReceivedMessages;
	checkAccessToken(token: string): Promise<AccessTokenCheck>;
}

type Reply = (error?: Error | null, message?: string) => void;

/** One port of the mail server: takes connections, checks senders and recipients, keeps messages. */
export class OAuthSmtpServer extends SMTPServer {
	readonly #kind: 'implicit' | 'starttls';
	readonly #setting: MailServerSetting;
	readonly #rules: AuthRules;
	readonly #sessions: SessionRecord[];
	readonly #connections = new Map<string, OAuthSmtpConnection>();

	constructor(
		kind: 'implicit' | 'starttls',
		setting: MailServerSetting,
		rules: AuthRules,
		sessions: SessionRecord[],
	) {
		super(optionsOf(kind, setting, rules));
		this.#kind = kind;
		this.#setting = setting;
		this.#rules = rules;
		this.#sessions = sessions;
		// Clients that drop the connection or refuse the certificate are the tests' daily bread.
		this.on('error', () => undefined);
	}

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
		const record: SessionRecord = {
			number: this.#sessions.length,
			port: this.#kind,
			lines: [],
			openedAtMs: Date.now(),
		};
		this.#sessions.push(record);
		const connection = new OAuthSmtpConnection(this, socket, options, record, this.#rules);
		this.#connections.set(connection.id, connection);
		this.connections.add(connection);
		socket.once('close', () => {
			record.closedAtMs = Date.now();
			this.#connections.delete(connection.id);
		});
		connection.on('error', (error: Error) => this._onError(error));
		connection.init();
	}

	override onMailFrom(
		...[address, session, reply]: Parameters<SMTPServer['onMailFrom']>
	): ReturnType<SMTPServer['onMailFrom']> {
		const user = this.#userOf(session);
		if (!user) {
			reply(refuse(530, '5.7.0 Authentication required'));
			return;
		}
		// smtp-server converts A-labels to U-labels; keep what the client sent.
		address.address = this.#connectionOf(session).lastAddress;
		reply(checkMailFrom(user, address, this.#offered) ?? null);
	}

	override onRcptTo(
		...[address, session, reply]: Parameters<SMTPServer['onRcptTo']>
	): ReturnType<SMTPServer['onRcptTo']> {
		address.address = this.#connectionOf(session).lastAddress;
		const isUtf8Transaction = session.envelope.smtpUtf8 ?? false;
		const { refuseRecipientWith } = this.#setting;
		reply(
			refuseRecipientWith === undefined
				? (checkRecipient(address, isUtf8Transaction, this.#offered) ?? null)
				: refuseInWords(refuseRecipientWith),
		);
	}

	override onData(stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply): void {
		this.#receive(stream, session).then(
			(text) => reply(null, text),
			(error: unknown) => reply(error instanceof Error ? error : refuse(451, String(error))),
		);
	}

	/** Stops listening and cuts what is still connected. */
	async shutDown(): Promise<void> {
		if (!this.server.listening) return;
		const closed = once(this.server, 'close');
		this.close();
		for (const { _socket: socket } of this.connections) socket.destroy();
		await closed;
	}

	get #offered() {
		const { offerSmtpUtf8: smtpUtf8 = true, offerDsn: dsn = true } = this.#setting;
		return { smtpUtf8, dsn };
	}

	async #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
		const connection = this.#connectionOf(session);
		const chunks: Buffer[] = [];
		for await (const chunk of stream) {
			// An oversized message is read to its end, but not kept.
			if (stream.sizeExceeded) chunks.length = 0;
			else chunks.push(chunk as Buffer);
		}
		if (stream.sizeExceeded) throw refuse(552, '5.3.4 Message size exceeds fixed limit');
		const raw = Buffer.concat(chunks);
		const user = this.#userOf(session);
		if (!user) throw refuse(530, '5.7.0 Authentication required');
		const { message: refuseMessageWith } = this.#rules.refusals;
		if (refuseMessageWith !== undefined) throw refuseInWords(refuseMessageWith);
		const refusal = await checkHeaderSenders(user, raw);
		if (refusal) throw refusal;

		const { mailFrom, rcptTo } = session.envelope;
		const { mechanism } = session.user as SignedInUser;
		const { queueId } = await this.#setting.received.add({
			envelope: {
				from: mailFrom === false ? '' : mailFrom.address,
				to: rcptTo.map(({ address }) => address),
			},
			mailFromArgs: argumentsOf(mailFrom),
			rcptArgs: rcptTo.map(argumentsOf),
			user: user.email,
			mechanism,
			connection: connection.number,
			port: this.#kind,
			tls: { version: connection.tlsVersion },
			raw,
		});
		return `2.0.0 Ok: queued as ${queueId}`;
	}

	#connectionOf(session: SMTPServerSession): OAuthSmtpConnection {
		const connection = this.#connections.get(session.id);
		if (!connection) throw refuse(421, '4.3.0 The connection is gone');
		return connection;
	}

	#userOf(session: SMTPServerSession): SandboxUser | undefined {
		const signedIn = session.user as SignedInUser | undefined;
		return signedIn && findUser(this.#setting.users, signedIn.username);
	}
}

function argumentsOf(address: { args: EnvelopeArguments | false } | false): EnvelopeArguments {
	return address === false || address.args === false ? {} : address.args;
}

function optionsOf(
	kind: 'implicit' | 'starttls',
	setting: MailServerSetting,
	rules: AuthRules,
): SMTPServerOptions {
	return {
		name: 'mail.sandbox.test',
		banner: 'SMTP OAuth Sandbox',
		secure: kind === 'implicit',
		key: setting.certificate.privateKey,
		cert: setting.certificate.certificate,
		minVersion: 'TLSv1.2',
		disableReverseLookup: true,
		// Without a mechanism the library would fall back to PLAIN and LOGIN.
		...(rules.mechanisms.length > 0
			? { authMethods: [...rules.mechanisms] }
			: { disabledCommands: ['AUTH'] }),
		authRequiredMessage: '5.7.0 Must issue STARTTLS (without TLS) and AUTH first',
		size: setting.maxMessageBytes ?? 35_882_577,
		hideSMTPUTF8: setting.offerSmtpUtf8 === false,
		hideDSN: setting.offerDsn === false,
		hidePIPELINING: setting.offerPipelining === false,
		hideENHANCEDSTATUSCODES: false,
		logger: false,
	};
}
