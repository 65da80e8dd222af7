import { createTransport } from 'nodemailer';
import type { MailTarget } from '../mail-server/mail-server.js';
import { ACCESS_TOKEN } from '../mail-server/mail-session.js';
import { SENDER } from './messages.js';
import type { PlainMessage } from './messages.js';

function connectionOptions({ port, sslMode, caCertificate }: MailTarget) {
	return {
		host: '127.0.0.1',
		port,
		secure: sslMode === 'implicit',
		requireTLS: sslMode === 'explicit',
		tls: { ca: caCertificate, minVersion: 'TLSv1.2' as const },
		auth: { type: 'OAuth2' as const, user: SENDER, accessToken: ACCESS_TOKEN },
	};
}

/** Each message on a transport and a connection of its own, one after another: as n8n's Send Email. */
export async function sendOneByOne(
	target: MailTarget,
	messages: readonly PlainMessage[],
): Promise<void> {
	for (const message of messages) {
		await createTransport(connectionOptions(target)).sendMail(message);
	}
}

/** Nodemailer's own pool with nothing around it. */
export class BarePool {
	readonly #transport;

	constructor(target: MailTarget, maxConnections: number) {
		this.#transport = createTransport({
			...connectionOptions(target),
			pool: true,
			maxConnections,
			// By default it would open a new connection after 100 messages.
			maxMessages: Infinity,
		});
	}

	async send(messages: readonly PlainMessage[]): Promise<void> {
		await Promise.all(messages.map(async (message) => await this.#transport.sendMail(message)));
	}

	close(): void {
		this.#transport.close();
	}
}
