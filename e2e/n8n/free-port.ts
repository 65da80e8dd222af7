import { createServer } from 'node:net';

/** Finds out that a port of loopback is free, or picks one that is (0). Fails when it is taken. */
export async function reservePort(port: number): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error) =>
			reject(new Error(`Port ${port} is not free (${error.message}). Name another with --port.`)),
		);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
	return address.port;
}
