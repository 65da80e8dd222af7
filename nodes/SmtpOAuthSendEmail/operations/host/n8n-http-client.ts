import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import {
	HttpFault,
	isSurelyUnsent,
	type HttpFaultReason,
	type HttpReply,
	type HttpRequest,
} from '../../auth/http-client';
import { readProperty } from '../../untrusted/read-property';

function readHeaders(headers: unknown): Readonly<Record<string, string>> {
	if (typeof headers !== 'object' || headers === null) return {};
	const entries: [string, unknown][] = Object.entries(headers);
	return Object.fromEntries(
		entries.flatMap(([name, value]) =>
			typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
		),
	);
}

function readReply(response: unknown): HttpReply {
	const status = readProperty(response, 'statusCode');
	const body = readProperty(response, 'body');
	return {
		status: typeof status === 'number' ? status : 0,
		headers: readHeaders(readProperty(response, 'headers')),
		body: typeof body === 'string' ? body : '',
	};
}

/**
 * n8n's HTTP helper, which keeps to the proxy, the certificates and the egress rules of the host.
 * Bound to the node's functions and never to a credential: the caller brings the headers.
 */
export function httpRequest(functions: IExecuteFunctions): HttpRequest {
	return async ({ method, url, headers, body, timeoutMs, signal }) => {
		const end = new AbortController();
		let reason: HttpFaultReason = 'network';
		const give = (because: HttpFaultReason): void => {
			reason = because;
			end.abort();
		};
		const timer = setTimeout(give, timeoutMs, 'timedOut');
		const onAbort = (): void => {
			give('cancelled');
		};
		signal?.addEventListener('abort', onAbort, { once: true });
		if (signal?.aborted === true) onAbort();
		const options: IHttpRequestOptions = {
			method,
			url,
			headers: { ...headers },
			...(body === undefined ? {} : { body }),
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			// The host's own default of five minutes is that of an idle connection; ours comes first.
			timeout: timeoutMs + 1_000,
			abortSignal: end.signal,
		};
		try {
			const response: unknown = await functions.helpers.httpRequest(options);
			return readReply(response);
		} catch (error: unknown) {
			// A rejection and no throw: what leaves the node is made at the boundary (failure/node-errors.ts).
			return await Promise.reject(new HttpFault(reason, isSurelyUnsent(error), error));
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', onAbort);
		}
	};
}
