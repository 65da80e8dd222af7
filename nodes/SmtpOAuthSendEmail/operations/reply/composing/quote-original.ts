import type { MessageBodies } from '../../../message/content/attribution';
import { escapeHtml } from '../../../untrusted/html-text';
import { htmlToText } from '../../../message/content/html-to-text';
import { knownTimeZone } from '../../../timing/time-zone';
import type { OriginalMessage } from '../originals/original-message';

/** Longer originals are cut, in characters: a thread grows with each reply. */
const MAX_QUOTED_LENGTH = 30_000;

/** No more of an original's HTML is looked at, in characters. */
const MAX_HTML_LENGTH = 300_000;

/** Lines that quote deeper than this are left out. */
const MAX_DEPTH = 5;

const LEFT_OUT = '[…]';

function depthOf(line: string): number {
	return (/^[> ]*/.exec(line)?.[0] ?? '').replaceAll(' ', '').length;
}

/** The lines to quote: cut, and without what is quoted too deep. */
function quotedLines(text: string): readonly string[] {
	const isCut = text.length > MAX_QUOTED_LENGTH;
	const lines = text
		.slice(0, MAX_QUOTED_LENGTH)
		.replace(/\r\n?/g, '\n')
		// Controls but tab and line feed never show
		.replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
		.trimEnd()
		.split('\n');
	const kept: string[] = [];
	for (const line of lines) {
		if (depthOf(line) < MAX_DEPTH) kept.push(line.trimEnd());
		else if (kept.at(-1) !== LEFT_OUT) kept.push(LEFT_OUT);
	}
	return isCut ? [...kept, LEFT_OUT] : kept;
}

function formatTime(ms: number, timeZone: string): string {
	const zone = knownTimeZone(timeZone);
	const format = { dateStyle: 'long', timeStyle: 'short', timeZone: zone } as const;
	const time = new Intl.DateTimeFormat('en-GB', format).format(ms);
	return zone === timeZone ? time : `${time} UTC`;
}

function introduce({ sentAtMs, from: [author] }: OriginalMessage, timeZone: string): string {
	const { name, address } = author ?? { name: '', address: 'the sender' };
	const who = name === '' ? address : `${name} <${address}>`;
	const when = sentAtMs === undefined ? '' : `On ${formatTime(sentAtMs, timeZone)}, `;
	return `${when}${who} wrote:`;
}

/** What the original says, as text; empty where it says nothing. */
function textOf({ text = '', html = '' }: OriginalMessage): string {
	return text.trim() === '' ? htmlToText(html.slice(0, MAX_HTML_LENGTH)) : text;
}

/**
 * Quotes the original beneath a reply: as text with `>` before each line, as HTML in a blockquote.
 * Everything of the original is escaped, and its HTML is not taken over but given as text.
 *
 * @param timeZone IANA name, for the time in the line above the quote
 */
export function quoteOriginal(
	original: OriginalMessage,
	timeZone: string,
): Required<MessageBodies> | undefined {
	const text = textOf(original);
	if (text.trim() === '') return undefined;
	const introduction = introduce(original, timeZone);
	const lines = quotedLines(text);
	return {
		text: [
			'\n',
			introduction,
			...lines.map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`)),
		]
			.map((line) => line.trimEnd())
			.join('\n'),
		html:
			`<p style="margin:16px 0 8px">${escapeHtml(introduction)}</p>` +
			`<blockquote type="cite" style="margin:0 0 0 8px;padding:0 0 0 12px;border-left:2px solid #8a8a8a">` +
			`${lines.map(escapeHtml).join('<br>\n')}</blockquote>`,
	};
}
