import type { Readable } from 'node:stream';
import type { SMTPConnectionSendInfo, SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { readProperty } from '../../untrusted/read-property';
import type { SmtpSession } from './connection/smtp-session';
import type { Interruption } from '../../timing/with-timeout';

/** How far a message had come: `ended` once nodemailer has taken all of it. */
export type Progress = 'envelope' | 'data' | 'ended';

/** What came of handing a message to a connection, and how far the message had come by then. */
export type HandOver = { readonly progress: Progress } & (
	| { readonly kind: 'accepted'; readonly info: SMTPConnectionSendInfo }
	/** The server refused by a 4yz or 5yz reply. */
	| { readonly kind: 'refused'; readonly error: unknown }
	/** The connection broke, or the server said what nobody can read. */
	| { readonly kind: 'broken'; readonly error: unknown }
	/** The message itself could not be read to its end. */
	| { readonly kind: 'unreadable'; readonly error: unknown }
	| { readonly kind: Interruption }
);

/** What one hand-over may take. */
export interface HandOverLimits {
	/** Until the end of the data. */
	readonly timeoutMs: number;
	/** For the reply to the final dot; default 600,000 (RFC 5321 §4.5.3.2.6). */
	readonly replyTimeoutMs?: number | undefined;
	/** Gives up as long as the data has not begun; data under way is let finish. */
	readonly signal?: AbortSignal | undefined;
}

const REPLY_TIMEOUT_MS = 600_000;

function isRefusalReply(error: unknown): boolean {
	const replyCode = readProperty(error, 'responseCode');
	return typeof replyCode === 'number' && replyCode >= 400 && replyCode < 600;
}

/**
 * Hands a message to a connection and watches how far it comes. Afterwards the connection is
 * either ready for a next command or closed, so that nothing more of the message can reach the
 * server. Never throws.
 */
export async function handOver(
	session: Pick<SmtpSession, 'connection' | 'onEnd'>,
	envelope: SMTPEnvelope,
	content: Readable,
	limits: HandOverLimits,
): Promise<HandOver> {
	const state: { progress: Progress; isSettled: boolean; isUnreadable: boolean } = {
		progress: 'envelope',
		isSettled: false,
		isUnreadable: false,
	};
	let interrupt: (by: Interruption) => void = () => undefined;
	const interrupted = new Promise<{ readonly kind: Interruption }>((resolve) => {
		interrupt = (kind) => {
			resolve({ kind });
		};
	});
	const onAbort = (): void => {
		// Stopping data that is under way would leave nobody knowing.
		if (state.progress === 'envelope') interrupt('cancelled');
	};
	let timer = setTimeout(interrupt, limits.timeoutMs, 'timedOut');
	limits.signal?.addEventListener('abort', onAbort, { once: true });

	content.once('resume', () => {
		state.progress = 'data';
	});
	content.once('error', () => {
		state.isUnreadable = true;
	});
	content.once('end', () => {
		if (state.isSettled) return;
		state.progress = 'ended';
		clearTimeout(timer);
		timer = setTimeout(interrupt, limits.replyTimeoutMs ?? REPLY_TIMEOUT_MS, 'timedOut');
	});
	const fail = (error: unknown): { kind: 'refused' | 'broken' | 'unreadable'; error: unknown } => {
		// Asked first: the error of whatever an attachment was read from may look like a reply.
		if (state.isUnreadable) return { kind: 'unreadable', error };
		return { kind: isRefusalReply(error) ? 'refused' : 'broken', error };
	};
	let stopWatching: () => void = () => undefined;
	const broken = new Promise<ReturnType<typeof fail>>((resolve) => {
		stopWatching = session.onEnd((error) => {
			resolve(fail(error));
		});
	});
	const sent = new Promise<Exclude<HandOver, { kind: Interruption }>>((resolve) => {
		session.connection.send(envelope, content, (error, info) => {
			const { progress } = state;
			resolve(error === null ? { kind: 'accepted', progress, info } : { progress, ...fail(error) });
		});
	});
	const outcome = await Promise.race([sent, broken, interrupted]);
	state.isSettled = true;
	stopWatching();
	clearTimeout(timer);
	limits.signal?.removeEventListener('abort', onAbort);

	// The reply knows best how far the message had come when it arrived.
	const result: HandOver =
		'progress' in outcome ? outcome : { ...outcome, progress: state.progress };
	const isReady =
		(result.kind === 'accepted' && result.progress === 'ended') ||
		// A refusal within the data leaves a server that may read the rest as commands.
		(result.kind === 'refused' && result.progress !== 'data');
	if (!isReady) {
		session.connection.close();
		content.destroy();
	}
	return result;
}
