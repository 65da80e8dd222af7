import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/**
 * Waits until the connection's socket is closed. nodemailer destroys that of a server which keeps its
 * side open for 5 seconds after we have closed ours.
 */
async function socketClosed({ _socket: socket }: SMTPConnection): Promise<void> {
	if (socket === null || socket === false || socket.closed) return;
	await new Promise<void>((resolve) => {
		socket.once('close', () => {
			resolve();
		});
	});
}

/**
 * Watches a connection for its end. A command that was under way gets the reply that ended the
 * session first.
 */
export class ConnectionEnd {
	/** Resolves, and never rejects, when the connection is of no more use: with the error that ended it. */
	readonly ended: Promise<unknown>;
	/**
	 * Resolves, and never rejects, when the socket is closed as well. Until then the server counts the
	 * connection. A server that does not close its side in time is cut off.
	 */
	readonly closed: Promise<void>;
	readonly #listeners = new Set<(error: unknown) => void>();
	#isEnded = false;
	#error: unknown;

	constructor(connection: SMTPConnection) {
		connection.on('error', (cause: unknown) => {
			this.#error ??= cause;
		});
		this.ended = new Promise((resolve) => {
			connection.once('end', () => {
				setImmediate(() => {
					this.#isEnded = true;
					// In the form of nodemailer's own errors: it was closed in an orderly way.
					const closed = new Error('Connection closed unexpectedly');
					this.#error ??= Object.assign(closed, { code: 'ECONNECTION' });
					resolve(this.#error);
					for (const listener of this.#listeners) listener(this.#error);
					this.#listeners.clear();
				});
			});
		});
		this.closed = this.ended.then(async () => {
			await socketClosed(connection);
		});
	}

	/**
	 * Tells the listener of the end, until the function returned is called. For what is short-lived
	 * itself: what waits for a promise is kept as long as the promise is open.
	 */
	onEnd(listener: (error: unknown) => void): () => void {
		if (this.#isEnded) listener(this.#error);
		else this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}
}

/** Ends a connection at once, without waiting for the server. */
export function abandon(connection: SMTPConnection): void {
	const socket = connection._socket;
	connection.close();
	if (socket !== null && socket !== false) socket.destroy();
}

/** QUIT is a courtesy (RFC 5321 §4.1.1.10): it must not fail, and its answer is not waited for long. */
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
