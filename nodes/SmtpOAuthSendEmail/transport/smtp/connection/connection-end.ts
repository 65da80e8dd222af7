import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** A connection that was closed in an orderly way, in the form of nodemailer's own errors. */
class ConnectionClosed extends Error {
	readonly code = 'ECONNECTION';

	constructor() {
		super('Connection closed unexpectedly');
	}
}

/** The end of a connection, for those who wait for it. */
export interface ConnectionEnd {
	/** Resolves, and never rejects, when the connection is over: with the error that ended it. */
	readonly ended: Promise<unknown>;
	/**
	 * Tells the listener of the end, until the function returned is called. For what is short-lived
	 * itself: what waits for a promise is kept as long as the promise is open.
	 */
	onEnd(listener: (error: unknown) => void): () => void;
}

/**
 * Watches a connection for its end. A dialogue that was under way gets the reply that ended the
 * session first.
 */
export function watchEnd(connection: SMTPConnection): ConnectionEnd {
	const listeners = new Set<(error: unknown) => void>();
	let isEnded = false;
	let error: unknown;
	const ended = new Promise<unknown>((resolve) => {
		connection.on('error', (cause: unknown) => {
			error ??= cause;
		});
		connection.once('end', () => {
			setImmediate(() => {
				isEnded = true;
				error ??= new ConnectionClosed();
				resolve(error);
				for (const listener of listeners) listener(error);
				listeners.clear();
			});
		});
	});
	return {
		ended,
		onEnd(listener) {
			if (isEnded) listener(error);
			else listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
}

/** QUIT is a courtesy (RFC 5321 §4.1.1.10): it must not fail, and nobody waits long for its answer. */
export function closeQuietly(connection: SMTPConnection): void {
	if (connection.destroyed) return;
	const timer = setTimeout(() => {
		connection.close();
	}, 1_000);
	connection.once('end', () => {
		clearTimeout(timer);
	});
	connection.quit();
}
