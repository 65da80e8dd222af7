import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from './certificates.js';

/** Where a stand-in listens, and with what it shows who it is. */
export interface HttpsServerOptions {
	readonly certificate: ServerCertificate;
	/** Default: any that is free. */
	readonly port?: number;
}

/** A stand-in's server, with the port it has got. */
export interface HttpsServer {
	readonly port: number;
	/** Ends all connections; may be called again. */
	close(): Promise<void>;
}

/**
 * Starts an HTTPS server on loopback.
 *
 * @param answer a request whose answer fails is cut off
 */
export async function startHttpsServer(
	{ certificate, port }: HttpsServerOptions,
	answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<HttpsServer> {
	const server = createServer(
		{ cert: certificate.certificate, key: certificate.privateKey },
		(request, response) => {
			answer(request, response).catch(() => response.destroy());
		},
	);
	server.listen(port ?? 0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			if (!server.listening) return;
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
