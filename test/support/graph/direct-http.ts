import { request } from 'node:https';
import {
	HttpFault,
	type HttpReply,
	type HttpRequest,
} from '../../../nodes/SmtpOAuthSendEmail/auth/http-client.js';

/**
 * HTTP over TLS as n8n's helper does it, for tests without n8n: every name leads to one port of
 * loopback, whose certificate is checked for the name.
 */
export function directHttp(server: {
	readonly port: number;
	readonly caCertificate: string;
}): HttpRequest {
	return async ({ method, url, headers, body, timeoutMs, signal }) => {
		const { hostname, pathname, search } = new URL(url);
		const end = new AbortController();
		let reason: 'network' | 'timedOut' | 'cancelled' = 'network';
		const give = (because: typeof reason): void => {
			reason = because;
			end.abort();
		};
		const timer = setTimeout(give, timeoutMs, 'timedOut');
		const onAbort = (): void => {
			give('cancelled');
		};
		signal?.addEventListener('abort', onAbort, { once: true });
		if (signal?.aborted === true) onAbort();
		let isSecured = false;
		try {
			return await new Promise<HttpReply>((resolve, reject) => {
				const sent = request(
					{
						host: '127.0.0.1',
						port: server.port,
						servername: hostname,
						path: `${pathname}${search}`,
						method,
						headers: {
							...headers,
							host: hostname,
							...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
						},
						ca: server.caCertificate,
						agent: false,
						signal: end.signal,
					},
					(answer) => {
						let text = '';
						answer.setEncoding('utf8');
						answer.on('data', (chunk: string) => (text += chunk));
						answer.on('error', reject);
						answer.on('end', () => {
							resolve({
								status: answer.statusCode ?? 0,
								headers: answer.headers as Record<string, string>,
								body: text,
							});
						});
					},
				);
				sent.on('socket', (socket) => {
					socket.on('secureConnect', () => (isSecured = true));
				});
				sent.on('error', reject);
				sent.end(body);
			});
		} catch (error) {
			throw new HttpFault(reason, !isSecured, error);
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', onAbort);
		}
	};
}
