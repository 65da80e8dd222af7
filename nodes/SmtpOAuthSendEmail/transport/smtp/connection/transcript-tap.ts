import { TLSSocket } from 'node:tls';
import { readProperty } from '../../../untrusted/read-property';
import type { Redaction } from '../../../untrusted/redact';
import type { Transcript } from '../../../status/transcript';

/** Lets a transcript listen to what is said over one connection. */
export interface TranscriptTap {
	/** For nodemailer's `logger`, with `transactionLog`: it tells every command and reply. */
	readonly logger: {
		debug(entry: unknown, text: unknown): void;
		info(entry: unknown): void;
	};
	/** The transcript that listens from now on; `undefined`: none. */
	attach(transcript: Transcript | undefined): void;
}

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
 * Makes the tap of one connection. The access token never gets into the transcript: what answers a
 * server's 334 is not looked at, whatever its form.
 *
 * @param socketOf the connection's socket as it is now
 */
export function createTap(redaction: Redaction, socketOf: () => unknown): TranscriptTap {
	let transcript: Transcript | undefined;
	let isSecured = false;
	let isSigningIn = false;

	const noteTls = (): void => {
		const socket = socketOf();
		if (isSecured || !(socket instanceof TLSSocket)) return;
		const description = describeTls(socket);
		if (description === undefined) return;
		isSecured = true;
		transcript?.remark(description);
	};
	const hear = (speaker: unknown, text: string): void => {
		if (speaker === 'client') {
			noteTls();
			const command = /^AUTH \S+/i.exec(text)?.[0];
			if (command !== undefined) isSigningIn = true;
			transcript?.say('C', command ?? (isSigningIn ? '[SASL response]' : text), redaction);
		} else if (speaker === 'server') {
			noteTls();
			isSigningIn &&= text.startsWith('334');
			transcript?.say('S', isSigningIn ? readableChallenge(text) : text, redaction);
		}
	};
	return {
		logger: {
			debug(entry, text) {
				if (transcript !== undefined) hear(readProperty(entry, 'tnx'), String(text));
			},
			info(entry) {
				const bytes = readProperty(entry, 'inByteCount');
				if (typeof bytes === 'number') {
					transcript?.remark(`${bytes.toLocaleString('en-US')} bytes of message`);
				}
			},
		},
		attach(listener) {
			transcript = listener;
		},
	};
}
