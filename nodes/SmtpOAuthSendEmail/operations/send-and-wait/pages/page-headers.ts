import type { Page } from './page-frame';

/** The headers that every page goes out with, by name. */
export function pageHeaders({ policy }: Page): Readonly<Record<string, string>> {
	return {
		'Content-Type': 'text/html; charset=utf-8',
		'Content-Security-Policy': policy,
		'Cache-Control': 'no-store',
		'Referrer-Policy': 'no-referrer',
		'X-Content-Type-Options': 'nosniff',
		'X-Frame-Options': 'DENY',
		'X-Robots-Tag': 'noindex, nofollow',
	};
}
