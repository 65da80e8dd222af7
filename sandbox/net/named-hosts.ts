import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The real names that the sandbox can stand in for, and so can have certificates for. */
export const NAMED_HOSTS = [
	// Entra's sign-in: worldwide, US Government, operated by 21Vianet.
	'login.microsoftonline.com',
	'login.microsoftonline.us',
	'login.partner.microsoftonline.cn',
	'login.chinacloudapi.cn',
	// Microsoft Graph: worldwide, GCC High, DoD, operated by 21Vianet.
	'graph.microsoft.com',
	'graph.microsoft.us',
	'dod-graph.microsoft.us',
	'microsoftgraph.chinacloudapi.cn',
	// Where Graph's upload sessions are.
	'outlook.office.com',
	'outlook.office365.com',
	'outlook.office365.us',
	'outlook-dod.office365.us',
	'partner.outlook.cn',
	'oauth2.googleapis.com',
	'gmail.googleapis.com',
] as const;

/** One of the names the sandbox can stand in for. */
export type NamedHost = (typeof NAMED_HOSTS)[number];

/** A request to the proxy: where it was to lead, and whether it did. */
export interface ProxiedConnection {
	/** `host:port`, as the client asked for it; of a request without CONNECT its address. */
	readonly target: string;
	readonly isLed: boolean;
}

/** The running proxy. */
export interface NamedHosts {
	/** What a client's HTTPS_PROXY is set to. */
	readonly url: string;
	readonly connections: readonly ProxiedConnection[];
	close(): Promise<void>;
}

/**
 * Starts an HTTP proxy on loopback (CONNECT, RFC 9110 §9.3.6) that leads port 443 of the names to
 * servers on loopback. Every other name, port and method is refused with 403: nothing reaches the
 * internet through it.
 *
 * @param ports the port on loopback that stands in for each name
 * @param listenPort the proxy's own; default 0: any free port
 */
export async function startNamedHosts(
	ports: Readonly<Partial<Record<NamedHost, number>>>,
	listenPort = 0,
): Promise<NamedHosts> {
	const portOf = new Map<string, number>(Object.entries(ports));
	const connections: ProxiedConnection[] = [];
	const sockets = new Set<Socket>();
	const keep = (socket: Socket): void => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		// When one side hangs up, the end of the pipe tells the other side.
		socket.on('error', () => socket.destroy());
	};

	const server = createServer((request, response) => {
		connections.push({ target: request.url ?? '', isLed: false });
		response.writeHead(403, { 'content-type': 'text/plain' });
		response.end('This proxy answers CONNECT only.\n');
	});
	server.on('connection', keep);
	server.on('connect', (request, client: Socket, head) => {
		const target = request.url ?? '';
		const [host = '', port] = target.toLowerCase().split(':');
		const ours = port === '443' ? portOf.get(host) : undefined;
		connections.push({ target, isLed: ours !== undefined });
		if (ours === undefined) {
			client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
			return;
		}
		const upstream = connect(ours, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			upstream.write(head);
			upstream.pipe(client);
			client.pipe(upstream);
		});
		keep(upstream);
		upstream.once('close', () => client.destroy());
		client.once('close', () => upstream.destroy());
	});
	server.listen(listenPort, '127.0.0.1');
	await once(server, 'listening');

	return {
		url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
		connections,
		async close() {
			const closed = once(server, 'close');
			server.close();
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}
