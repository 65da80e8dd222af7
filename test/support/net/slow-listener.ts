import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

const LISTENER = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer(() => {}).listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
	parentPort.postMessage(server.address().port);
	Atomics.wait(workerData, 0, 0);
});
`;

/**
 * Starts a server at 127.0.0.1 to which a connection takes about a second, as over a link that loses
 * the first packet (RFC 6298 §2.1): its queue is full until `answerSoon` is called.
 */
export async function startSlowListener(): Promise<{ port: number; answerSoon: () => void }> {
	const gate = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(LISTENER, { eval: true, workerData: gate });
	const [port] = (await once(worker, 'message')) as [number];
	const queued = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
	for (const socket of queued) socket.on('error', () => undefined);
	await Promise.all(queued.map((socket) => once(socket, 'connect')));
	const answer = (): void => {
		Atomics.store(gate, 0, 1);
		Atomics.notify(gate, 0);
	};
	onTestFinished(async () => {
		answer();
		for (const socket of queued) socket.destroy();
		await worker.terminate();
	});
	return {
		port,
		answerSoon: () => {
			// Behind the first packet, before it is sent again.
			setTimeout(answer, 400);
		},
	};
}
