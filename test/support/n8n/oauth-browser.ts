/** A page a browser has come to rest on. */
export interface Page {
	readonly url: URL;
	readonly status: number;
	readonly html: string;
}

/** A browser without a window: follows redirects, keeps cookies, fills in the consent page. */
export class OAuthBrowser {
	readonly #cookies = new Map<string, string>();

	/** Goes to an address and follows redirects; stops before leaving for `stopAt`. */
	async open(address: string, stopAt: string, form?: URLSearchParams): Promise<Page> {
		let url = new URL(address);
		let body = form;
		for (;;) {
			if (url.href.startsWith(stopAt)) return { url, status: 0, html: '' };
			const response = await fetch(url, {
				method: body ? 'POST' : 'GET',
				redirect: 'manual',
				headers: { cookie: this.#cookieHeader(), accept: 'text/html' },
				...(body ? { body } : {}),
			});
			this.#keepCookies(response);
			const html = await response.text();
			const location = response.headers.get('location');
			if (location === null) return { url, status: response.status, html };
			url = new URL(location, url);
			body = undefined;
		}
	}

	/** Submits the consent page. */
	async submit(page: Page, stopAt: string, fields: Record<string, string>): Promise<Page> {
		const action = /action="([^"]+)"/.exec(page.html)?.[1];
		if (action === undefined) throw new Error('The page has no form');
		return this.open(new URL(action, page.url).href, stopAt, new URLSearchParams(fields));
	}

	#cookieHeader(): string {
		return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	#keepCookies(response: Response): void {
		for (const cookie of response.headers.getSetCookie()) {
			const [pair = ''] = cookie.split(';');
			const separator = pair.indexOf('=');
			const value = pair.slice(separator + 1);
			// An empty value is how the provider deletes a cookie.
			if (value === '') this.#cookies.delete(pair.slice(0, separator));
			else this.#cookies.set(pair.slice(0, separator), value);
		}
	}
}
