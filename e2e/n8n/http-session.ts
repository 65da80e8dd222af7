import { randomUUID } from 'node:crypto';

/** A page or an answer, as received: redirects are not followed. */
export interface Reply {
	status: number;
	body: string;
	/** Where a redirect leads, absolute. */
	location: string | undefined;
}

/** What to send; a form goes URL-encoded, `json` as JSON. */
export interface RequestContent {
	method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	json?: unknown;
	form?: Record<string, string>;
}

/** A cookie as far as it matters on loopback. */
export interface Cookie {
	host: string;
	path: string;
	name: string;
	value: string;
}

/** What a browser or another process needs to go on with a session. */
export interface SessionState {
	/** n8n ties a session to the browser that opened it. */
	browserId: string;
	cookies: Cookie[];
}

/** One browser's worth of cookies, kept per host and path, over `fetch`. */
export class HttpSession {
	private readonly cookies = new Map<string, Cookie>();

	private readonly browserId: string;

	constructor(state?: SessionState) {
		this.browserId = state?.browserId ?? randomUUID();
		for (const cookie of state?.cookies ?? []) this.cookies.set(keyOf(cookie), cookie);
	}

	/** The session as it stands. */
	get state(): SessionState {
		return { browserId: this.browserId, cookies: [...this.cookies.values()] };
	}

	/** Sends one request with the cookies that fit and keeps the cookies that come back. */
	async request(url: string, content: RequestContent = {}): Promise<Reply> {
		const body =
			content.json !== undefined
				? JSON.stringify(content.json)
				: content.form && new URLSearchParams(content.form).toString();
		const response = await fetch(url, {
			method: content.method ?? (body === undefined ? 'GET' : 'POST'),
			redirect: 'manual',
			headers: {
				'browser-id': this.browserId,
				cookie: this.cookiesFor(new URL(url)),
				...(content.json === undefined ? {} : { 'content-type': 'application/json' }),
				...(content.form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
			},
			...(body === undefined ? {} : { body }),
		});
		for (const cookie of response.headers.getSetCookie()) this.keep(new URL(url), cookie);
		const location = response.headers.get('location');
		return {
			status: response.status,
			body: await response.text(),
			location: location === null ? undefined : new URL(location, url).href,
		};
	}

	/** Follows redirects from `url` to the first page that is not one. */
	async follow(url: string, content: RequestContent = {}): Promise<Reply & { url: string }> {
		let current = url;
		let reply = await this.request(current, content);
		for (let hops = 0; reply.location !== undefined; hops += 1) {
			if (hops === 20) throw new Error(`Twenty redirects from ${url} and no page.`);
			current = reply.location;
			reply = await this.request(current);
		}
		return { ...reply, url: current };
	}

	private cookiesFor(url: URL): string {
		return [...this.cookies.values()]
			.filter(({ host, path }) => host === url.host && url.pathname.startsWith(path))
			.map(({ name, value }) => `${name}=${value}`)
			.join('; ');
	}

	private keep(url: URL, header: string) {
		const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
		const separator = pair.indexOf('=');
		const name = pair.slice(0, separator);
		const value = pair.slice(separator + 1);
		const attribute = (wanted: string) =>
			attributes
				.find((part) => part.toLowerCase().startsWith(`${wanted}=`))
				?.slice(wanted.length + 1);
		const cookie = { host: url.host, path: attribute('path') ?? '/', name, value };
		const expires = attribute('expires');
		const isGone =
			attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now());
		if (isGone) this.cookies.delete(keyOf(cookie));
		else this.cookies.set(keyOf(cookie), cookie);
	}
}

function keyOf({ host, path, name }: Cookie): string {
	return `${host} ${path} ${name}`;
}
