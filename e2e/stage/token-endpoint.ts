import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A token endpoint that gives every client the same access token. */
export interface TokenEndpoint {
	url: string;
	close(): Promise<void>;
}

/** Starts one on loopback; for tokens with claims that the sandbox's own would not have. */
export async function startTokenEndpoint(accessToken: string): Promise<TokenEndpoint> {
	const server = createServer((request, response) => {
		request.resume();
		response.setHeader('Content-Type', 'application/json');
		response.end(
			JSON.stringify({
				access_token: accessToken,
				refresh_token: 'refresh-token-of-the-endpoint',
				token_type: 'Bearer',
				expires_in: 3_600,
			}),
		);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://localhost:${(server.address() as AddressInfo).port}/token`,
		async close() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
