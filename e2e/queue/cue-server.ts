import { once } from 'node:events';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An execution that has come to its cue. */
export interface Arrival {
	/** n8n's ID of it. */
	executionId: string;
	/** Which worker runs it, as `QUEUE_WORKER` names it there. */
	worker: string;
}

/** Items for executions, which wait for them until they are released. */
export interface Cue {
	readonly ticket: string;
	/** The executions that have asked so far, in the order of their coming. */
	readonly arrivals: readonly Arrival[];
	/** Resolves when that many executions wait; fails after a minute. */
	waitFor(count: number): Promise<readonly Arrival[]>;
	/** Hands the items to all that wait, in the same turn of the event loop, and to all that come. */
	release(): void;
}

/** The server that executions ask for their items. */
export interface CueServer {
	/** The address to ask, but for `ticket`, `execution` and `worker`. */
	readonly url: string;
	/** @param items what each execution that names the cue's ticket goes on with */
	open(items: readonly Record<string, unknown>[]): Cue;
	close(): Promise<void>;
}

const WAIT_AT_MOST_MS = 60_000;

/**
 * Starts an HTTP server that holds executions of several workers and lets them go at one moment:
 * what happens "at the same time" is not left to the queue.
 */
export async function startCueServer(): Promise<CueServer> {
	const cues = new Map<string, HeldCue>();
	const server = createServer((request, response) => {
		const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
		const cue = cues.get(query.get('ticket') ?? '');
		if (cue === undefined) {
			response.writeHead(404).end('No such ticket');
			return;
		}
		const executionId = query.get('execution') ?? '';
		cue.arrive({ executionId, worker: query.get('worker') ?? '' }, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/cue`,
		open(items) {
			const cue = new HeldCue(`cue-${cues.size + 1}`, items);
			cues.set(cue.ticket, cue);
			return cue;
		},
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
}

class HeldCue implements Cue {
	readonly arrivals: Arrival[] = [];

	private readonly waiting: ServerResponse[] = [];

	private isReleased = false;

	constructor(
		readonly ticket: string,
		private readonly items: readonly Record<string, unknown>[],
	) {}

	arrive(arrival: Arrival, response: ServerResponse): void {
		this.arrivals.push(arrival);
		if (this.isReleased) this.answer(response);
		else this.waiting.push(response);
	}

	async waitFor(count: number): Promise<readonly Arrival[]> {
		const deadlineMs = Date.now() + WAIT_AT_MOST_MS;
		while (this.arrivals.length < count) {
			if (Date.now() > deadlineMs) {
				throw new Error(
					`Only ${this.arrivals.length} of ${count} executions came to ${this.ticket} within a minute.`,
				);
			}
			await sleep(20);
		}
		return this.arrivals;
	}

	release(): void {
		this.isReleased = true;
		for (const response of this.waiting.splice(0)) this.answer(response);
	}

	private answer(response: ServerResponse): void {
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(this.items));
	}
}
