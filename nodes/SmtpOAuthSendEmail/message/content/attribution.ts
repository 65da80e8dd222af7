import { escapeHtml } from '../../untrusted/html-text';

/** The bodies of a message; one that is missing stays missing. */
export interface MessageBodies {
	readonly text?: string;
	readonly html?: string;
}

const SENTENCE = 'This email was sent automatically with';

/**
 * Adds something to the bodies that a message has: at the end of the text, and before the end of the
 * HTML's body.
 */
export function appendToBodies(
	{ text, html }: MessageBodies,
	addition: Required<MessageBodies>,
): MessageBodies {
	// Not by lower-casing, which can change a text's length and so move the place
	const bodyEndAt = Array.from((html ?? '').matchAll(/<\/body\s*>/gi)).at(-1)?.index;
	const insertAt = bodyEndAt ?? html?.length ?? 0;
	return {
		...(text === undefined ? {} : { text: `${text}${addition.text}` }),
		...(html === undefined
			? {}
			: { html: `${html.slice(0, insertAt)}${addition.html}${html.slice(insertAt)}` }),
	};
}

/**
 * Adds the line that n8n's own mail nodes add.
 * @param link where "n8n" leads to
 */
export function appendAttribution(bodies: MessageBodies, link: string): MessageBodies {
	const linkTag = `<a href="${escapeHtml(link)}" target="_blank">n8n</a>`;
	return appendToBodies(bodies, {
		text: `\n\n---\n${SENTENCE} n8n\n${link}`,
		html: `<br><br>---<br><em>${SENTENCE} ${linkTag}</em>`,
	});
}
