import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPServer } from 'smtp-server';
import { refuseInWords } from './mail-policy.js';
import type { Refusals } from './mail-policy.js';
import { encodeRefusal, parseSaslResponse } from './sasl.js';
import type { TokenError } from '../accounts/access-token-check.js';
import type { SaslMechanism, SaslResponse } from './sasl.js';

/** One AUTH exchange that reached a decision. It holds no token. */
export interface AuthAttempt {
	readonly mechanism: SaslMechanism;
	/** The user as the client named it. */
	readonly user: string;
	readonly accepted: boolean;
	/** Why not. */
	readonly reason?: string;
	/** Whether the response stood on the AUTH line itself. */
	readonly hadInitialResponse: boolean;
	/** Length of the encoded response in octets. */
	readonly responseLength: number;
	/** The line by which the client ended the refusal dialogue; missing until it came. */
	refusalAnswer?: string;
	/** Number of the connection in `mail.sessions`. */
	readonly connection: number;
	/** Unix time. */
	readonly atMs: number;
}

/** A line that a client sent outside of message data. SASL responses are blotted out. */
export interface ReceivedLine {
	readonly line: string;
	readonly isSecure: boolean;
}

/** One connection to the mail server. */
export interface SessionRecord {
	readonly number: number;
	readonly port: 'implicit' | 'starttls';
	readonly lines: ReceivedLine[];
	/** Unix time. */
	readonly openedAtMs: number;
	closedAtMs?: number;
}

/** Who has signed in on a connection. */
export interface SignedInUser {
	readonly username: string;
	readonly mechanism: SaslMechanism;
}

export type SignInResult =
	| { readonly ok: true; readonly email: string }
	| { readonly ok: false; readonly error: TokenError; readonly reason: string };

/** What a connection needs from the server it belongs to. */
export interface AuthRules {
	readonly mechanisms: readonly SaslMechanism[];
	/** An AUTH command longer than this is refused with 500, in octets. */
	readonly maxAuthLineBytes: number;
	/** `challenge`: 334 with JSON, then 535 5.7.8 (Gmail). `plain`: 535 5.7.3 at once (Microsoft). */
	readonly refusalStyle: 'challenge' | 'plain';
	/** What every sign-in gets, with any token. */
	readonly refusals: Readonly<Refusals>;
	readonly scope: string;
	readonly issuer: string;
	readonly authAttempts: AuthAttempt[];
	signIn(response: SaslResponse): Promise<SignInResult>;
}

type Done = () => void;

/** smtp-server's connection with AUTH of our own: token mechanisms, only within TLS. */
export class OAuthSmtpConnection extends SMTPConnection {
	/** The address of the MAIL or RCPT command in hand, as it stood on the wire. */
	lastAddress = '';
	readonly #record: SessionRecord;
	readonly #rules: AuthRules;

	constructor(
		server: SMTPServer,
		socket: Socket | TLSSocket,
		options: SMTPConnectionOptions | null | undefined,
		record: SessionRecord,
		rules: AuthRules,
	) {
		super(server, socket, options);
		this.#record = record;
		this.#rules = rules;
		this._maxAllowedUnauthenticatedCommands = false;
	}

	get number(): number {
		return this.#record.number;
	}

	/** E.g. `TLSv1.3`; empty before TLS. */
	get tlsVersion(): string {
		return this._socket instanceof TLSSocket ? (this._socket.getProtocol() ?? '') : '';
	}

	/** Greets at once: the library's 100 ms wait for early talkers would be in every measurement. */
	override init(): void {
		this._setListeners(() => this.connectionReady());
	}

	override _onCommand(command: Buffer, callback?: Done): void {
		const line = command.toString();
		const commandName = (line.split(' ')[0] ?? '').toUpperCase();
		const isSecure = this.secure;
		this.#record.lines.push({ line: this._redactCredentials(commandName, line).line, isSecure });
		super._onCommand(command, callback);
	}

	override handler_EHLO(command: Buffer, callback: Done): void {
		// RFC 4954 §4: no mechanism is announced that would be refused without TLS.
		if (!this.secure) this.session.disabledCommands = ['AUTH'];
		super.handler_EHLO(command, callback);
		this.session.disabledCommands = undefined;
	}

	override handler_MAIL(command: Buffer, callback: Done): void {
		this.lastAddress = addressOf(command);
		super.handler_MAIL(command, callback);
	}

	override handler_RCPT(command: Buffer, callback: Done): void {
		this.lastAddress = addressOf(command);
		super.handler_RCPT(command, callback);
	}

	override handler_AUTH(command: Buffer, callback: Done): void {
		const [, name = '', initialResponse, ...rest] = command.toString().trim().split(/\s+/);
		const mechanism = this.#rules.mechanisms.find((offered) => offered === name.toUpperCase());
		if (!this.secure) {
			this.send(538, '5.7.11 Encryption required for requested authentication mechanism');
		} else if (command.length > this.#rules.maxAuthLineBytes) {
			this.send(500, '5.5.2 Line too long');
		} else if (this.session.user) {
			this.send(503, '5.5.1 Already authenticated');
		} else if (!mechanism) {
			this.send(504, '5.5.4 Unrecognized authentication type');
		} else if (rest.length > 0) {
			this.send(501, '5.5.4 Syntax: AUTH mechanism [initial-response]');
		} else if (initialResponse === undefined) {
			this._nextHandler = (line: Buffer, done: Done) => {
				void this.#authenticate(mechanism, line.toString(), false).then(done);
			};
			this.send(334);
		} else {
			void this.#authenticate(mechanism, initialResponse, true).then(callback);
			return;
		}
		callback();
	}

	/** Lets a reply's text bring its own enhanced status code (RFC 2034). */
	override send(code: number, text?: string | string[] | null, context?: string | false): void {
		const hasOwnStatus = typeof text === 'string' && /^[245]\.\d{1,3}\.\d{1,3} /.test(text);
		super.send(code, text, hasOwnStatus ? false : context);
	}

	async #authenticate(
		mechanism: SaslMechanism,
		encoded: string,
		hadInitialResponse: boolean,
	): Promise<void> {
		if (encoded === '*') {
			this.send(501, '5.7.0 Authentication aborted');
			return;
		}
		const response = parseSaslResponse(mechanism, encoded);
		if (!response) {
			this.send(501, '5.5.2 Cannot decode response');
			return;
		}
		const { signIn } = this.#rules.refusals;
		const refuseWith = signIn === undefined ? undefined : refuseInWords(signIn);
		const result: SignInResult =
			refuseWith === undefined
				? await this.#rules.signIn(response)
				: { ok: false, error: 'invalid_token', reason: refuseWith.message };
		const attempt: AuthAttempt = {
			mechanism,
			user: response.user,
			accepted: result.ok,
			...(result.ok ? {} : { reason: result.reason }),
			hadInitialResponse,
			responseLength: encoded.length,
			connection: this.#record.number,
			atMs: Date.now(),
		};
		this.#rules.authAttempts.push(attempt);

		if (result.ok) {
			const user: SignedInUser = { username: result.email, mechanism };
			this.session.user = user;
			this.session.transmissionType = this._transmissionType();
			this.send(235, '2.7.0 Authentication successful');
		} else if (refuseWith !== undefined) {
			this.send(refuseWith.responseCode ?? 535, refuseWith.message);
		} else if (this.#rules.refusalStyle === 'plain') {
			this.send(535, '5.7.3 Authentication unsuccessful');
		} else {
			this.#challengeRefused(mechanism, result.error, attempt);
		}
	}

	/** RFC 7628 §3.2.3: a challenge tells the reason; the refusal follows the answer to the challenge. */
	#challengeRefused(mechanism: SaslMechanism, error: TokenError, attempt: AuthAttempt): void {
		const { scope, issuer } = this.#rules;
		this._nextHandler = (line: Buffer, done: Done) => {
			attempt.refusalAnswer = line.toString();
			this.send(535, '5.7.8 Username and token not accepted');
			done();
		};
		this.send(334, encodeRefusal(mechanism, error, scope, issuer));
	}
}

function addressOf(command: Buffer): string {
	return /<([^<>]*)>/.exec(command.toString())?.[1] ?? '';
}
