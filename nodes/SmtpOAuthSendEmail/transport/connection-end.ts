import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** A connection that was closed in an orderly way, in the form of nodemailer's own errors. */
class ConnectionClosed extends Error {
	readonly code = 'ECONNECTION';

	constructor() {
		super('Connection closed unexpectedly');
	}
}

/**
 * Resolves, and never rejects, when the connection is over, with the error that ended it. A
 * dialogue that was under way gets the reply that ended the session first.
 */
export async function connectionEnd(connection: SMTPConnection): Promise<unknown> {
	return await new Promise((resolve) => {
		let error: unknown;
		connection.on('error', (cause: unknown) => {
			error ??= cause;
		});
		connection.once('end', () => {
			setImmediate(() => {
				resolve(error ?? new ConnectionClosed());
			});
		});
	});
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
