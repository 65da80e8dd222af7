import MailComposer from 'nodemailer/lib/mail-composer';
import { cleanFileName, cleanMediaType } from '../content/attachment-name';
import { makeContentId } from '../content/content-id';
import { linkEmbeddedParts } from '../content/embedded-references';
import type { CalendarInvitation } from '../content/calendar-invitation';
import { collectMessage } from './collect-message';
import { chooseBoundary, insertAttachments, placeholderFor } from './placeholders';
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
	/** Not known to the author of the content; boundaries and Content-IDs are derived from it. */
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

/** The HTML with its references adapted, and the Content-IDs of the attachments that it shows. */
interface LinkedContent {
	readonly html: string;
	/** Without brackets. */
	readonly contentIds: ReadonlyMap<AttachmentSource, string>;
	/** What the HTML refers to although no attachment has that name. */
	readonly unknownNames: readonly string[];
}

/** Links the HTML to the attachments that it shows; of several with one name, to the first. */
export function linkAttachments(
	content: Pick<MessageContent, 'html' | 'attachments' | 'messageId' | 'seed'>,
): LinkedContent {
	const { html = '', attachments } = content;
	const byName = new Map<string, AttachmentSource>();
	for (const attachment of attachments) {
		const { isEmbeddable, propertyName } = attachment;
		if (isEmbeddable && !byName.has(propertyName)) byName.set(propertyName, attachment);
	}
	const names = [...byName.keys()];
	const linked = linkEmbeddedParts(html, new Set(names), (name) =>
		makeContentId(name, names.indexOf(name), content),
	);
	const contentIds = new Map<AttachmentSource, string>();
	for (const [name, attachment] of byName) {
		const contentId = linked.contentIds.get(name);
		if (contentId !== undefined) contentIds.set(attachment, contentId);
	}
	return { ...linked, contentIds };
}

function composeAttachment(
	attachment: AttachmentSource,
	content: Buffer,
	cid: string | undefined,
): ComposerAttachment {
	const part = {
		content,
		filename: cleanFileName(attachment),
		contentType: cleanMediaType(attachment.mimeType),
		contentTransferEncoding: 'base64',
	};
	// nodemailer puts what has a cid beside the HTML
	return cid === undefined
		? { ...part, contentDisposition: 'attachment' }
		: { ...part, contentDisposition: 'inline', cid };
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

/** A composed message. */
export interface ComposedMessage {
	readonly segments: readonly MessageSegment[];
	/** What the HTML refers to although no attachment has that name; at most three. */
	readonly unknownNames: readonly string[];
}

/**
 * Composes a message through nodemailer, once: the attachments are represented by placeholders, so
 * that nothing of them is read. All of it is 7-bit but raw addresses in `headerBlock` (RFC 2045
 * §2.7), with CRLF line ends.
 */
export async function composeMessage(content: MessageContent): Promise<ComposedMessage> {
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
		composeAttachment(
			attachment,
			placeholderFor(boundary, index),
			linked.contentIds.get(attachment),
		),
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
		date: content.date,
		alternatives,
		attachments: parts,
		baseBoundary: boundary,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const headers = Buffer.from(content.headerBlock);
	const message = composer.compile();
	// Prepared, or it would be folded before a long domain, which some programs cannot read
	message.setHeader('Message-ID', { prepared: true, value: content.messageId });
	const whole = await collectMessage(headers, message);
	const segments =
		attachments.length === 0
			? [whole]
			: insertAttachments(whole, headers.length, attachments, boundary);
	return { segments, unknownNames: linked.unknownNames };
}
