import type { Address, Email } from 'postal-mime';
import type { ReceivedMessage } from '../mail/received-messages.js';
import { escapeHtml } from '../net/escape-html.js';
import { MAIL_FRAME_SANDBOX } from './mail-document.js';

/** The ways to look at a message, in the order of their tabs. */
export const VIEWS = ['html', 'text', 'headers', 'source'] as const;
export type View = (typeof VIEWS)[number];

const VIEW_LABELS: Readonly<Record<View, string>> = {
	html: 'HTML',
	text: 'Text',
	headers: 'Headers',
	source: 'Source',
};

/** How wide the mail is shown. */
export type Width = 'desktop' | 'phone';

/** More of a source is for downloading. */
const SHOWN_SOURCE_BYTES = 200_000;

/** Where a message is shown. */
export function messagePath(queueId: string): string {
	return `/messages/${encodeURIComponent(queueId)}`;
}

/** A message as HTML: who wrote it to whom, its attachments, and one view of it. */
export function renderMessage(message: ReceivedMessage, view: View, width: Width): string {
	const { parsed } = message;
	return `<h2 class="subject" data-test="subject">${escapeHtml(parsed.subject ?? '(no subject)')}</h2>
		<dl>${factsOf(message)
			.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`)
			.join('')}${renderAttachments(message)}</dl>
		${renderTabs(message, view, width)}
		${renderView(message, view, width)}`;
}

/** The view of a message that a person would see first. */
export function firstViewOf({ html }: Email): View {
	return html === undefined ? 'text' : 'html';
}

function factsOf({ parsed, envelope, user, mechanism, tls, receivedAtMs, raw }: ReceivedMessage) {
	const named = [...(parsed.to ?? []), ...(parsed.cc ?? [])].flatMap(addressesOf);
	const blind = envelope.to.filter((address) => !named.includes(address.toLowerCase()));
	const facts: ReadonlyArray<readonly [string, string]> = [
		['From', parsed.from ? formatAddress(parsed.from) : ''],
		['To', (parsed.to ?? []).map(formatAddress).join(', ')],
		['Cc', (parsed.cc ?? []).map(formatAddress).join(', ')],
		['Bcc', blind.join(', ')],
		['Reply to', (parsed.replyTo ?? []).map(formatAddress).join(', ')],
		['Received', `${formatTime(receivedAtMs)}, ${formatSize(raw.length)}`],
		['Sent by', `${user}, ${mechanism}, ${tls.version}, envelope sender ${envelope.from || '<>'}`],
	];
	return facts.filter(([, value]) => value !== '');
}

function renderAttachments({ queueId, parsed }: ReceivedMessage): string {
	if (parsed.attachments.length === 0) return '';
	const links = parsed.attachments.map(({ filename, mimeType }, index) => {
		const name = escapeHtml(`${filename ?? 'attachment'} (${mimeType})`);
		return `<a href="${messagePath(queueId)}/attachments/${index}" data-test="attachment">${name}</a>`;
	});
	return `<dt>Files</dt><dd>${links.join('<br>')}</dd>`;
}

function renderTabs({ queueId, parsed }: ReceivedMessage, view: View, width: Width): string {
	const link = (label: string, query: string, isCurrent: boolean) =>
		`<a href="${messagePath(queueId)}?${query}"${isCurrent ? ' aria-current="page"' : ''}>${label}</a>`;
	const views = VIEWS.filter((one) => one !== 'html' || parsed.html !== undefined).map((one) =>
		link(VIEW_LABELS[one], `view=${one}`, one === view),
	);
	const widths =
		view === 'html'
			? link('Desktop', 'view=html', width === 'desktop') +
				link('Phone', 'view=html&amp;width=phone', width === 'phone')
			: '';
	return `<div class="tabs">${views.join('')}<span class="gap"></span>${widths}
		<a href="${messagePath(queueId)}/source.eml">Download</a></div>`;
}

function renderView(message: ReceivedMessage, view: View, width: Width): string {
	const { parsed, queueId, raw } = message;
	switch (view) {
		case 'html':
			return `<iframe class="${width}" sandbox="${MAIL_FRAME_SANDBOX}" title="The mail"
				src="${messagePath(queueId)}/body.html" data-test="mail"></iframe>`;
		case 'text':
			return `<pre data-test="text">${escapeHtml(parsed.text ?? 'This mail has no text part.')}</pre>`;
		case 'headers':
			return `<dl>${parsed.headers
				.map(
					({ originalKey, value }) =>
						`<dt>${escapeHtml(originalKey)}</dt><dd>${escapeHtml(value)}</dd>`,
				)
				.join('')}</dl>`;
		case 'source': {
			const rest = raw.length - SHOWN_SOURCE_BYTES;
			const end = rest > 0 ? `\n… ${formatSize(rest)} more: use Download` : '';
			const shown = raw.subarray(0, SHOWN_SOURCE_BYTES).toString('utf8');
			return `<pre data-test="source">${escapeHtml(shown + end)}</pre>`;
		}
		default: {
			const none: never = view;
			return none;
		}
	}
}

function addressesOf(address: Address): string[] {
	return address.group
		? address.group.flatMap(addressesOf)
		: [(address.address ?? '').toLowerCase()];
}

function formatAddress(address: Address): string {
	if (address.group) return `${address.name}: ${address.group.map(formatAddress).join(', ')};`;
	return address.name === ''
		? (address.address ?? '')
		: `${address.name} <${address.address ?? ''}>`;
}

/** A time for people, in the zone of this machine. */
export function formatTime(atMs: number): string {
	return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(
		atMs,
	);
}

function formatSize(bytes: number): string {
	return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} kB`;
}
