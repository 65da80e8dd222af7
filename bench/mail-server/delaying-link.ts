import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

interface Underway {
	readonly dueAtMs: number;
	/** `undefined` stands for the end of the stream. */
	readonly chunk: Buffer | undefined;
}

/** One direction of a connection: what goes in comes out later, in order, any amount under way. */
class DelayLine {
	readonly #underway: Underway[] = [];
	#isWaiting = false;

	constructor(private readonly out: Socket) {}

	carry(chunk: Buffer | undefined, dueAtMs: number): void {
		this.#underway.push({ dueAtMs, chunk });
		if (!this.#isWaiting) this.#wait();
	}

	#wait(): void {
		const first = this.#underway[0];
		this.#isWaiting = first !== undefined;
		if (first === undefined) return;
		const waitMs = first.dueAtMs - performance.now();
		// Timers come up to a millisecond late, so the last stretch goes without them.
		if (waitMs > 2) setTimeout(() => this.#wait(), Math.floor(waitMs - 1));
		else if (waitMs > 0) setImmediate(() => this.#wait());
		else this.#deliver();
	}

	#deliver(): void {
		const nowMs = performance.now();
		while (this.#underway[0] !== undefined && this.#underway[0].dueAtMs <= nowMs) {
			const { chunk } = this.#underway.shift() as Underway;
			if (chunk === undefined) this.out.end();
			else if (!this.out.destroyed) this.out.write(chunk);
		}
		this.#wait();
	}
}

/**
 * Listens on loopback and stands for a long link to a port of the same host. Each chunk arrives half
 * a round trip after it was sent, also if other data is under way. On loopback TCP's own handshake is
 * over at once. So what a client sends within the first round trip counts as sent at its end, and the
 * server sees the connection when the handshake's third packet would have come. Bandwidth and loss
 * are not simulated.
 *
 * @returns the port it listens on
 */
export async function startDelayingLink(targetPort: number, roundTripMs: number): Promise<number> {
	const oneWayMs = roundTripMs / 2;
	const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
		const connectedAtMs = performance.now() + roundTripMs;
		const target = connect({
			port: targetPort,
			host: '127.0.0.1',
			noDelay: true,
			allowHalfOpen: true,
		});
		const towardsServer = new DelayLine(target);
		const towardsClient = new DelayLine(client);
		const sentAtMs = (): number => Math.max(performance.now(), connectedAtMs);
		client.on('data', (chunk: Buffer) => {
			towardsServer.carry(chunk, sentAtMs() + oneWayMs);
		});
		client.on('end', () => {
			towardsServer.carry(undefined, sentAtMs() + oneWayMs);
		});
		target.on('data', (chunk: Buffer) => {
			towardsClient.carry(chunk, Math.max(performance.now(), connectedAtMs + oneWayMs) + oneWayMs);
		});
		target.on('end', () => {
			towardsClient.carry(undefined, performance.now() + oneWayMs);
		});
		for (const [socket, other] of [
			[client, target],
			[target, client],
		] as const) {
			socket.on('error', () => other.destroy());
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}
