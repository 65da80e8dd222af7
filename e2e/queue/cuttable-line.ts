import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** A way to a port of loopback on which every connection can be cut. */
export interface CuttableLine {
	readonly port: number;
	/** Cuts all connections; new ones get through. */
	cut(): void;
	close(): Promise<void>;
}

/**
 * Starts a forwarder to `targetPort`. Without cuts a worker would go on with its idle connections,
 * which stay signed in when the token they signed in with has ended.
 */
export async function startCuttableLine(targetPort: number): Promise<CuttableLine> {
	const sockets = new Set<Socket>();
	const keep = (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.once('close', () => sockets.delete(socket));
	};
	const server = createServer((client) => {
		const target = connect(targetPort, '127.0.0.1');
		keep(client);
		keep(target);
		client.pipe(target).pipe(client);
		client.once('close', () => target.destroy());
		target.once('close', () => client.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	return {
		port: (server.address() as AddressInfo).port,
		cut,
		async close() {
			const closed = once(server, 'close');
			server.close();
			cut();
			await closed;
		},
	};
}
