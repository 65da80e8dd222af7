import { readProperty } from '../untrusted/read-property';
import { readEvidence } from '../failure/evidence/evidence';

/** One HTTP request over TLS. */
export interface HttpExchange {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** A buffer goes out byte for byte. */
	readonly body?: string | Buffer | undefined;
	/** From the beginning of the request to the end of the answer. */
	readonly timeoutMs: number;
	readonly signal?: AbortSignal | undefined;
}

/** The answer to a request, of any status; redirects are not followed. */
export interface HttpReply {
	readonly status: number;
	/** By lower-case name. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** n8n's own way to HTTP. Rejects with an `HttpFault` where no answer came, never with anything else. */
export type HttpRequest = (exchange: HttpExchange) => Promise<HttpReply>;

/** Why no answer came. */
export type HttpFaultReason = 'network' | 'timedOut' | 'cancelled';

/**
 * No answer came. The error of n8n's helper, which carries the request with its token, is looked at
 * and left behind: this one holds codes and words only.
 */
export class HttpFault extends Error {
	readonly code: string;

	/**
	 * @param reason what ended the wait
	 * @param isUnsent whether surely nothing of the request had gone out
	 * @param error what n8n's helper threw
	 */
	constructor(
		readonly reason: HttpFaultReason,
		readonly isUnsent: boolean,
		error: unknown,
	) {
		const { codes, messages, names } = readEvidence(error);
		super(reason === 'timedOut' ? 'No answer came in time' : (messages[0] ?? 'No answer came'));
		const isCutOff = codes.length === 0 && PROXY_CUT_OFF.test(messages[0] ?? '');
		const code = isCutOff ? 'ECONNRESET' : (codes.at(-1) ?? '');
		this.code = reason === 'network' ? code : CODES[reason];
		// n8n's egress filter is known by its name.
		this.name = names[0] ?? 'HttpFault';
	}
}

/** The proxy agent that n8n uses gives this fault no code (https-proxy-agent 7). */
const PROXY_CUT_OFF = /^Proxy connection ended before receiving CONNECT response/;

const CODES = { timedOut: 'ETIMEDOUT', cancelled: 'EABORT' } as const;

/** Asked of the name service or of the network, before there is a connection. */
const BEFORE_CONNECTION = ['connect', 'getaddrinfo'];

/**
 * Whether surely nothing of a request had gone out when n8n's helper gave up on it: it asked for a
 * connection and got none, or the TLS handshake had not ended (the request's socket says so, tried
 * with n8n 1.123 and 2.40, November 2026). In doubt it may have gone out.
 */
export function isSurelyUnsent(error: unknown): boolean {
	const links = [error, readProperty(error, 'cause')];
	const calls = links.map((link) => readProperty(link, 'syscall'));
	if (BEFORE_CONNECTION.some((call) => calls.includes(call))) return true;
	const { names } = readEvidence(error);
	if (names.some((name) => name.startsWith('SsrfBlocked'))) return true;
	const socket = readProperty(readProperty(error, 'request'), 'socket');
	return (
		socket === null ||
		readProperty(socket, 'connecting') === true ||
		readProperty(socket, 'secureConnecting') === true
	);
}
