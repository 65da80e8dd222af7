import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { cleanFileName, cleanMediaType } from '../content/attachment-name';
import { linkEmbeddedParts, type LinkedHtml } from '../content/embedded-references';
import type { CalendarInvitation } from '../content/calendar-invitation';
import { collectMessage } from './collect-message';
import type { MessageSegment } from './encoded-message';
import type { AttachmentSource } from '../fields/message-fields';

/** What the composer needs besides the header fields that the caller writes itself. */
export interface MessageContent {
	/** The author's header fields, encoded and folded, each with its CRLF. */
	readonly headerBlock: string;
	readonly messageId: string;
	readonly date: Date;
	readonly text?: string;
	readonly html?: string;
	readonly invitation?: CalendarInvitation;
	readonly attachments: readonly AttachmentSource[];
	/** Those of the attachments that the message is composed without; its HTML still refers to them. */
	readonly leftOut?: ReadonlySet<AttachmentSource>;
	/** Not known to whoever wrote the content; boundaries are derived from it. */
	readonly seed: string;
}

type ComposerOptions = NonNullable<ConstructorParameters<typeof MailComposer>[0]>;
type ComposerAttachment = NonNullable<ComposerOptions['attachments']>[number];

interface BodyPart {
	readonly contentType: string;
	readonly content: string;
}

function useCrlf(text: string): string {
	return text.replace(/\r\n|\r|\n/g, '\r\n');
}

/** What stands in an attachment's place until its turn comes; short enough for a single base64 line. */
function placeholderFor(boundary: string, index: number): Buffer {
	return Buffer.from(`${boundary}/${index.toString().padStart(9, '0')}`);
}

/** What all placeholders of a boundary begin with once they are base64: that of whole groups of three octets. */
function placeholderPrefix(boundary: string): string {
	return Buffer.from(boundary.slice(0, 30)).toString('base64');
}

/**
 * A boundary that stands in none of the texts (RFC 2046 §5.1.1), nor does the mark for an
 * attachment. Random through its seed, and compared, so that knowing the seed is of no use.
 */
function chooseBoundary(seed: string, texts: readonly string[]): string {
	for (let round = 0; ; round++) {
		const boundary = createHash('sha256').update(`${seed}:${round}`).digest('hex').slice(0, 32);
		const prefix = placeholderPrefix(boundary);
		if (!texts.some((text) => text.includes(boundary) || text.includes(prefix))) return boundary;
	}
}

/** The Content-ID of an attachment that may have one, and whether the HTML refers to it. */
export function linkOf(attachment: AttachmentSource, linked: LinkedHtml) {
	return attachment.isEmbeddable ? linked.contentIds.get(attachment.propertyName) : undefined;
}

/** The HTML and the Content-IDs of what can be embedded in it. */
export function linkAttachments({
	html,
	attachments,
}: Pick<MessageContent, 'html' | 'attachments'>): LinkedHtml {
	const embeddable = attachments.filter(({ isEmbeddable }) => isEmbeddable);
	return linkEmbeddedParts(
		html ?? '',
		embeddable.map(({ propertyName }) => propertyName),
	);
}

function composeAttachment(
	attachment: AttachmentSource,
	content: Buffer,
	linked: LinkedHtml,
): ComposerAttachment {
	const link = linkOf(attachment, linked);
	const part = {
		content,
		filename: cleanFileName(attachment),
		contentType: cleanMediaType(attachment.mimeType),
		contentTransferEncoding: 'base64',
	};
	if (link === undefined) return { ...part, contentDisposition: 'attachment' };
	// nodemailer puts what has a cid beside the HTML, and that is for what the HTML shows
	return link.isUsed
		? { ...part, contentDisposition: 'inline', cid: link.contentId }
		: {
				...part,
				contentDisposition: 'attachment',
				headers: { 'Content-ID': `<${link.contentId}>` },
			};
}

function composeAlternatives(content: MessageContent, html: string): BodyPart[] {
	const { text, invitation } = content;
	const parts: BodyPart[] = [];
	if (text !== undefined || (content.html === undefined && invitation === undefined)) {
		parts.push({ contentType: 'text/plain; charset=utf-8', content: useCrlf(text ?? '') });
	}
	if (content.html !== undefined) {
		parts.push({ contentType: 'text/html; charset=utf-8', content: useCrlf(html) });
	}
	if (invitation) {
		parts.push({
			contentType: `text/calendar; charset=utf-8; method=${invitation.method}`,
			content: invitation.content,
		});
	}
	return parts;
}

/**
 * Cuts the message at the placeholders and puts the attachments there.
 *
 * @param bodyStart where to look from: the author's header fields hold no placeholder
 */
function insertAttachments(
	message: Buffer,
	bodyStart: number,
	attachments: readonly AttachmentSource[],
	boundary: string,
): MessageSegment[] {
	const places = attachments
		.map((attachment, index) => {
			const placeholder = placeholderFor(boundary, index).toString('base64');
			const start = message.indexOf(placeholder, bodyStart, 'latin1');
			return { attachment, start, end: start + placeholder.length };
		})
		// Inline parts come before the others, whatever their order in the list
		.sort((one, other) => one.start - other.start);
	const segments: MessageSegment[] = [];
	let copiedTo = 0;
	for (const { attachment, start, end } of places) {
		segments.push(message.subarray(copiedTo, start), attachment);
		copiedTo = end;
	}
	segments.push(message.subarray(copiedTo));
	return segments;
}

/**
 * Composes a message through nodemailer, once: the attachments are represented by placeholders, so
 * that nothing of them is read. All of it is 7-bit but raw addresses in `headerBlock` (RFC 2045
 * §2.7), with CRLF line ends.
 */
export async function composeMessage(content: MessageContent): Promise<MessageSegment[]> {
	const { invitation, leftOut } = content;
	const linked = linkAttachments(content);
	const attachments =
		leftOut === undefined
			? content.attachments
			: content.attachments.filter((attachment) => !leftOut.has(attachment));
	const alternatives = composeAlternatives(content, linked.html);
	const isMultipart = alternatives.length + attachments.length > 1 || invitation !== undefined;
	const boundary = isMultipart
		? chooseBoundary(content.seed, [
				...alternatives.map(({ content: body }) => body),
				...attachments.flatMap(({ fileName, propertyName }) => [fileName ?? '', propertyName]),
			])
		: '';
	const parts = attachments.map((attachment, index) =>
		composeAttachment(attachment, placeholderFor(boundary, index), linked),
	);
	if (invitation) {
		parts.push({
			content: Buffer.from(invitation.content),
			filename: 'invite.ics',
			contentType: 'application/ics',
			contentTransferEncoding: 'base64',
			contentDisposition: 'attachment',
		});
	}
	const composer = new MailComposer({
		messageId: content.messageId,
		date: content.date,
		alternatives,
		attachments: parts,
		baseBoundary: boundary,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const headers = Buffer.from(content.headerBlock);
	const whole = await collectMessage(headers, composer.compile());
	return attachments.length === 0
		? [whole]
		: insertAttachments(whole, headers.length, attachments, boundary);
}
