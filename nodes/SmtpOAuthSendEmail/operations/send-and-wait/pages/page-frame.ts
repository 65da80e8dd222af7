import { createHash } from 'node:crypto';
import { escapeHtml } from '../../../untrusted/html-text';
import { PAGE_STYLE } from './page-style';

/** A page ready to be sent. */
export interface Page {
	/** HTTP status code. */
	readonly status: number;
	readonly html: string;
	/** The headers that it goes out with, by name. */
	readonly headers: Readonly<Record<string, string>>;
}

function hashOf(style: string): string {
	return `'sha256-${createHash('sha256').update(style, 'utf8').digest('base64')}'`;
}

/**
 * What the browser may do with a page: show its own styles, and send its form back to n8n. Nothing is
 * loaded from anywhere and no script runs, with any content of the page (CSP Level 3).
 */
function policyOf(styles: readonly string[]): string {
	return [
		"default-src 'none'",
		`style-src ${styles.map(hashOf).join(' ')}`,
		"form-action 'self'",
		"base-uri 'none'",
	].join('; ');
}

/**
 * Puts a page together.
 *
 * @param title plain text
 * @param content HTML of the page's main part
 * @param css the author's, sanitized; empty = none
 */
export function framePage(status: number, title: string, content: string, css = ''): Page {
	const styles = css === '' ? [PAGE_STYLE] : [PAGE_STYLE, css];
	const policy = policyOf(styles);
	const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
	return {
		status,
		html,
		headers: {
			'Content-Type': 'text/html; charset=utf-8',
			// Browsers take the last part from the header only (CSP Level 3 §6.4.2).
			'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
			'Cache-Control': 'no-store',
			'Referrer-Policy': 'no-referrer',
			'X-Content-Type-Options': 'nosniff',
			'X-Frame-Options': 'DENY',
			'X-Robots-Tag': 'noindex, nofollow',
		},
	};
}
