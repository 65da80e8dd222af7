import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Exchange } from './sasl';

/** The name under which nodemailer runs our exchanges. With a mechanism's own name it would prefer PLAIN. */
const HANDLER = 'OAUTH';

/**
 * Speaks with the server in lines of our own, by nodemailer's way for sign-ins of one's own: one
 * exchange at a time, on a connection that has had its EHLO reply. Does not settle when the
 * connection breaks meanwhile: that is the connection's to tell.
 *
 * @throws what `speak` throws
 */
export async function converse<T>(
	connection: SMTPConnection,
	user: string,
	speak: (exchange: Exchange) => Promise<T>,
): Promise<T> {
	return await new Promise<T>((resolve, reject) => {
		connection.customAuth.set(HANDLER, async (context) => {
			const exchange: Exchange = async (line) => (await context.sendCommand(line)).response;
			try {
				const result = await speak(exchange);
				context.resolve();
				resolve(result);
			} catch (error: unknown) {
				reject(error instanceof Error ? error : new Error(String(error)));
			}
		});
		connection.login({ method: HANDLER, user }, (error) => {
			if (error !== null) reject(error);
		});
	});
}
