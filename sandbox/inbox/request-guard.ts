import type { IncomingHttpHeaders } from 'node:http';

/** What of a request decides whether it may be answered. */
export interface GuardedRequest {
	readonly method?: string | undefined;
	readonly headers: Pick<IncomingHttpHeaders, 'host' | 'origin'> & {
		readonly 'sec-fetch-site'?: string | string[] | undefined;
	};
}

/**
 * Why a request must not be answered; `undefined`: it may. The page is for a browser on this machine:
 * - A foreign Host is a name that an attacker has pointed to loopback (DNS rebinding): its pages
 *   would read the mails as their own.
 * - A change is taken from our own pages only; any page can send a form to loopback.
 *
 * @param port that the server listens on
 */
export function refusalOf({ method, headers }: GuardedRequest, port: number): string | undefined {
	const { host = '', origin } = headers;
	if (![`localhost:${port}`, `127.0.0.1:${port}`].includes(host)) {
		return `This inbox answers as localhost:${port} only.`;
	}
	if (method === 'GET' || method === 'HEAD') return undefined;
	const site = headers['sec-fetch-site'];
	if (origin !== `http://${host}` || (site !== undefined && site !== 'same-origin')) {
		return 'Changes are taken from the pages of this inbox only.';
	}
	return undefined;
}
