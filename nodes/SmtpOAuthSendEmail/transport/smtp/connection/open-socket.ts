import net, { type LookupFunction } from 'node:net';
import { type FailureDraft, STOPPED } from '../../../failure/model/failure';
import type { TransportDependencies, VerifyLimits } from '../../mail-transport';
import { withinTime } from '../../../timing/with-timeout';

/** A connection that we ourselves gave up, told apart from the system's errors by its class. */
export class SocketFault extends Error {
	readonly code: FailureDraft['code'];

	constructor(readonly draft: FailureDraft) {
		super(draft.detail);
		this.code = draft.code;
	}
}

/** What an attempt to connect may use; the time is for the look-up and all attempts together. */
interface SocketLimits extends VerifyLimits, Pick<TransportDependencies, 'egress'> {
	/** Is told each address that the name leads to. */
	readonly onLookup?: ((address: string) => void) | undefined;
	/** Looks names up instead of the system; the egress filter's goes first. */
	readonly lookup?: LookupFunction | undefined;
}

/**
 * How long one address may take before the next one is tried. Node.js allows 250 ms, in which no
 * connection comes about over a slow link. This is enough for a lost packet, which is sent again after
 * 1 s (RFC 6298 §2.1), and a slow round trip.
 */
const ADDRESS_TIMEOUT_MS = 2_000;

/** Codes of an address that there is no way to: another address's error says more. */
const NO_WAY = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** The most telling of the errors that the addresses of a host gave. */
function tellingError(error: Error): Error {
	if (!(error instanceof AggregateError)) return error;
	const errors = error.errors.filter((each: unknown) => each instanceof Error);
	const isTelling = (each: Error): boolean => !('code' in each && NO_WAY.has(String(each.code)));
	return errors.find(isTelling) ?? errors[0] ?? error;
}

/**
 * Opens a TCP connection, trying all of the host's addresses one after the other (Node.js's
 * `autoSelectFamily`, which n8n's start script switches off as the default).
 *
 * @throws the system's error (`ENOTFOUND`, `ECONNREFUSED`, …) or a `SocketFault`
 */
export async function openSocket(
	host: string,
	port: number,
	limits: SocketLimits,
): Promise<net.Socket> {
	const { signal, egress, onLookup, timeoutMs } = limits;
	const blocked = new SocketFault({
		code: 'EGRESS_BLOCKED',
		detail: `The settings of this n8n forbid connections to ${host} (egress filter).`,
	});
	const cancelled = new SocketFault(STOPPED);
	// A stopped execution touches the network no more, not even for a look-up.
	if (signal?.aborted === true) throw cancelled;
	if (egress?.validateConnectionHost(host).ok === false) throw blocked;
	const lookup = egress?.createSecureLookup() ?? limits.lookup;
	const socket = net.connect({
		host,
		port,
		autoSelectFamily: true,
		autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
		lookup,
	});
	socket.on('lookup', (error: unknown, address: unknown) => {
		if (typeof address === 'string' && !(error instanceof Error)) onLookup?.(address);
	});
	const connected = new Promise<'connected'>((resolve, reject) => {
		socket.once('connect', () => {
			resolve('connected');
		});
		socket.once('error', reject);
	});
	try {
		const result = await withinTime(connected, timeoutMs, signal);
		if (result === 'connected') {
			socket.removeAllListeners('error');
			return socket;
		}
		if (result === 'cancelled') throw cancelled;
		const detail = `No connection to ${host}:${String(port)} in time.`;
		throw new SocketFault({ code: 'CONNECTION_TIMEOUT', detail });
	} catch (error: unknown) {
		socket.on('error', () => undefined);
		socket.destroy();
		connected.catch(() => undefined);
		// The filter's own errors have no system error code; those of DNS, TCP and ours do.
		const isOfFilter = egress !== undefined && error instanceof Error && !('code' in error);
		throw isOfFilter ? blocked : error instanceof Error ? tellingError(error) : error;
	}
}
