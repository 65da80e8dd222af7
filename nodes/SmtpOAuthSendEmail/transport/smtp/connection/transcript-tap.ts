import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Transcript } from '../../../status/transcript';
import { readProperty } from '../../../untrusted/read-property';
import type { Redaction } from '../../../untrusted/redact';
import type { ConnectionListener } from './connection-set-up';

/** A server's challenge (RFC 4954 §4): the reason of a refusal as JSON can be shown, all else may be anything. */
function readableChallenge(reply: string): string {
	const challenge = reply.slice(4).trim();
	if (challenge === '') return '334';
	const text = Buffer.from(challenge, 'base64').toString('utf8');
	return /^\{[\x20-\x7e\s]*\}$/.test(text) ? `334 ${text}` : '334 [SASL challenge]';
}

/** TLS as it was agreed upon; `undefined` for a socket that is over. */
function describeTls(socket: TLSSocket): string | undefined {
	const version = socket.getProtocol();
	const cipher = readProperty(socket.getCipher(), 'name');
	if (version === null || typeof cipher !== 'string') return undefined;
	const trust = socket.authorized ? 'certificate verified' : 'certificate NOT verified';
	return `${version}, ${cipher}, ${trust}`;
}

/**
 * Lets a transcript listen to what is said over one connection. The access token never gets into it:
 * what answers a server's 334 is not looked at.
 */
export class TranscriptTap implements ConnectionListener {
	#connection: SMTPConnection | undefined;
	#isSecured = false;
	#isSigningIn = false;

	/** @param transcript the one that listens; `undefined`: none */
	constructor(
		private readonly redaction: Redaction,
		private transcript: Transcript | undefined,
	) {}

	readonly logger: ConnectionListener['logger'] = {
		debug: (entry, text) => {
			if (this.transcript !== undefined) this.#hear(readProperty(entry, 'tnx'), String(text));
		},
		info: (entry) => {
			const bytes = readProperty(entry, 'inByteCount');
			if (typeof bytes !== 'number') return;
			this.transcript?.remark(`${bytes.toLocaleString('en-US')} bytes of message`);
		},
	};

	onSocket = (_socket: Socket, connection: SMTPConnection): void => {
		this.#connection = connection;
	};

	/** The transcript that listens from now on; `undefined`: none. */
	attach(transcript: Transcript | undefined): void {
		this.transcript = transcript;
	}

	#hear(speaker: unknown, text: string): void {
		if (speaker === 'client') {
			this.#noteTls();
			const command = /^AUTH \S+/i.exec(text)?.[0];
			if (command !== undefined) this.#isSigningIn = true;
			const shown = command ?? (this.#isSigningIn ? '[SASL response]' : text);
			this.transcript?.say('C', shown, this.redaction);
		} else if (speaker === 'server') {
			this.#noteTls();
			this.#isSigningIn &&= text.startsWith('334');
			const shown = this.#isSigningIn ? readableChallenge(text) : text;
			this.transcript?.say('S', shown, this.redaction);
		}
	}

	#noteTls(): void {
		const socket = this.#connection?._socket;
		if (this.#isSecured || !(socket instanceof TLSSocket)) return;
		const description = describeTls(socket);
		if (description === undefined) return;
		this.#isSecured = true;
		this.transcript?.remark(description);
	}
}
