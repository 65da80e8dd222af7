import net from 'node:net';
import type { EgressFilter } from '../../egress-filter';

/** Our own faults while connecting carry one of these codes. */
export type SocketFaultCode = 'EGRESS_BLOCKED' | 'CONNECT_TIMEOUT' | 'CANCELLED';

/** A connection that we ourselves gave up, told apart from the system's errors by `code`. */
export class SocketFault extends Error {
	constructor(
		readonly code: SocketFaultCode,
		message: string,
	) {
		super(message);
	}
}

/**
 * Opens a TCP connection, trying all of the host's addresses (RFC 8305, done by Node.js).
 *
 * @param options `timeoutMs`: for the look-up and all attempts together; `onLookup`: is told each
 *   address that the name leads to
 * @throws the system's error (`ENOTFOUND`, `ECONNREFUSED`, …) or a `SocketFault`
 */
export async function openSocket(
	host: string,
	port: number,
	options: {
		readonly timeoutMs: number;
		readonly signal?: AbortSignal | undefined;
		readonly egress?: EgressFilter | undefined;
		readonly onLookup?: ((address: string) => void) | undefined;
	},
): Promise<net.Socket> {
	const blocked = new SocketFault(
		'EGRESS_BLOCKED',
		`The settings of this n8n forbid connections to ${host} (egress filter).`,
	);
	const cancelled = new SocketFault('CANCELLED', 'The execution was stopped.');
	// A stopped execution touches the network no more, not even for a look-up.
	if (options.signal?.aborted === true) throw cancelled;
	if (options.egress?.validateConnectionHost(host).ok === false) throw blocked;
	return await new Promise<net.Socket>((resolve, reject) => {
		const socket = net.connect({
			host,
			port,
			...(options.egress === undefined ? {} : { lookup: options.egress.createSecureLookup() }),
		});
		const { onLookup } = options;
		if (onLookup !== undefined) {
			socket.on('lookup', (error: unknown, address: unknown) => {
				if (typeof address === 'string' && !(error instanceof Error)) onLookup(address);
			});
		}
		const giveUp = (fault: Error): void => {
			reconcile();
			socket.on('error', () => undefined);
			socket.destroy();
			reject(fault);
		};
		const onAbort = (): void => {
			giveUp(cancelled);
		};
		const timer = setTimeout(() => {
			giveUp(
				new SocketFault('CONNECT_TIMEOUT', `No connection to ${host}:${String(port)} in time.`),
			);
		}, options.timeoutMs);
		const reconcile = (): void => {
			clearTimeout(timer);
			options.signal?.removeEventListener('abort', onAbort);
			socket.removeAllListeners('error');
			socket.removeAllListeners('connect');
		};
		options.signal?.addEventListener('abort', onAbort, { once: true });
		// The look-up has begun already, and may have taken a while.
		if (options.signal?.aborted === true) {
			onAbort();
			return;
		}
		socket.once('error', (error) => {
			// The filter's own errors have no system error code; those of DNS and TCP do.
			giveUp(options.egress !== undefined && !('code' in error) ? blocked : error);
		});
		socket.once('connect', () => {
			reconcile();
			resolve(socket);
		});
	});
}
