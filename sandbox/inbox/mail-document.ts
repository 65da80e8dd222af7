import type { Email } from 'postal-mime';

/**
 * What the document of a mail may do, as a Content-Security-Policy: show itself with its own styles
 * and its inline images, and open its links in new tabs. No script, no form, nothing from elsewhere.
 */
export const MAIL_DOCUMENT_POLICY = [
	"default-src 'none'",
	'img-src data:',
	"style-src 'unsafe-inline'",
	"form-action 'none'",
	"base-uri 'none'",
	"frame-ancestors 'self'",
	'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** The same for the `sandbox` attribute of the frame around it. */
export const MAIL_FRAME_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

const NEW_TABS = '<base target="_blank">';

/** The HTML of a mail with its inline images in place; `undefined`: it has none. */
export function mailDocument({ html, attachments }: Email): string | undefined {
	if (html === undefined) return undefined;
	const images = new Map(
		attachments.flatMap(({ contentId, mimeType, content }) =>
			contentId === undefined || !mimeType.startsWith('image/')
				? []
				: [[contentId.replace(/^<|>$/g, ''), dataUrl(mimeType, content)] as const],
		),
	);
	const shown = html.replaceAll(/\bcid:([^"'\s()<>]+)/gi, (reference, id: string) => {
		return images.get(decoded(id)) ?? reference;
	});
	return withNewTabs(shown);
}

/** Before the content, and behind the document type, without which browsers draw as of old. */
function withNewTabs(html: string): string {
	const start =
		/<head\b[^>]*>/i.exec(html) ?? /<html\b[^>]*>/i.exec(html) ?? /<!doctype\b[^>]*>/i.exec(html);
	const at = start === null ? 0 : start.index + start[0].length;
	return `${html.slice(0, at)}${NEW_TABS}${html.slice(at)}`;
}

function dataUrl(mimeType: string, content: Email['attachments'][number]['content']): string {
	const bytes =
		typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
	return `data:${mimeType.replaceAll(/[^\w/+.-]/g, '')};base64,${bytes.toString('base64')}`;
}

function decoded(id: string): string {
	try {
		return decodeURIComponent(id);
	} catch {
		return id;
	}
}
