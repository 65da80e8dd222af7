/** The bodies of a message; one that is missing stays missing. */
export interface MessageBodies {
	readonly text?: string;
	readonly html?: string;
}

const SENTENCE = 'This email was sent automatically with';

function escapeAttribute(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('"', '&quot;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');
}

/**
 * Adds the line that n8n's own mail nodes add, at the end of the text and before the end of the
 * HTML's body.
 * @param link where "n8n" leads to
 */
export function appendAttribution(bodies: MessageBodies, link: string): MessageBodies {
	const { text, html } = bodies;
	const linkTag = `<a href="${escapeAttribute(link)}" target="_blank">n8n</a>`;
	const paragraph = `<br><br>---<br><em>${SENTENCE} ${linkTag}</em>`;
	// Not by lower-casing, which can change a text's length and so move the place
	const bodyEndAt = Array.from((html ?? '').matchAll(/<\/body\s*>/gi)).at(-1)?.index;
	const insertAt = bodyEndAt ?? html?.length ?? 0;
	return {
		...(text === undefined ? {} : { text: `${text}\n\n---\n${SENTENCE} n8n\n${link}` }),
		...(html === undefined
			? {}
			: { html: `${html.slice(0, insertAt)}${paragraph}${html.slice(insertAt)}` }),
	};
}
