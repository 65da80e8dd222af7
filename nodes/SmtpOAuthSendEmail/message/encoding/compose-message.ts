import { Writable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { cleanFileName, cleanMediaType } from '../content/attachment-name';
import {
	linkAttachments,
	type LinkableContent,
	type LinkedHtml,
} from '../content/embedded-references';
import type { CalendarInvitation } from '../content/calendar-invitation';
import { chooseBoundary, insertAttachments, placeholderFor } from './placeholders';
import { encodeSegments, type EncodedMessage } from './encoded-message';
import type { AttachmentSource } from '../fields/message-fields';

/** What the composer needs besides the header fields that the caller writes itself. */
export interface MessageContent extends LinkableContent {
	/** The author's header fields, encoded and folded, each with its CRLF. */
	readonly headerBlock: string;
	readonly date: Date;
	readonly text?: string;
	readonly invitation?: CalendarInvitation;
}

type ComposerOptions = NonNullable<ConstructorParameters<typeof MailComposer>[0]>;
type ComposerAttachment = NonNullable<ComposerOptions['attachments']>[number];

const LINE_FEED = 0x0a;
const LINE_END = Buffer.from('\r\n');

interface BodyPart {
	readonly contentType: string;
	readonly content: string;
}

function useCrlf(text: string): string {
	return text.replace(/\r\n|\r|\n/g, '\r\n');
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

/**
 * The bytes of a composed message behind header fields of our own, with a line end at its end. They
 * lie in memory of their own size: a message may wait for a permit for long, and a small buffer would
 * keep the whole of Node's shared one alive.
 */
async function collectMessage(
	headers: Buffer,
	message: ReturnType<MailComposer['compile']>,
): Promise<Buffer> {
	const chunks = [headers];
	const collector = new Writable({
		write(chunk: Buffer, _encoding, done) {
			chunks.push(chunk);
			done();
		},
	});
	await new Promise<void>((resolve, reject) => {
		message.stream(collector, {}, (error) => {
			if (error instanceof Error) reject(error);
			else collector.end(resolve);
		});
	});
	if (chunks.at(-1)?.at(-1) !== LINE_FEED) chunks.push(LINE_END);
	const size = chunks.reduce((sum, { length }) => sum + length, 0);
	const whole = Buffer.allocUnsafeSlow(size);
	let at = 0;
	for (const chunk of chunks) at += chunk.copy(whole, at);
	return whole;
}

/**
 * Composes a message through nodemailer, once: the attachments are represented by placeholders, so
 * that nothing of them is read. All of it is 7-bit but raw addresses in `headerBlock` (RFC 2045
 * §2.7), with CRLF line ends.
 *
 * @param attachments those that go with it; its HTML refers to the others all the same
 */
export async function composeMessage(
	content: MessageContent,
	attachments = content.attachments,
): Promise<EncodedMessage & Pick<LinkedHtml, 'unknownNames'>> {
	const { invitation } = content;
	const { html, contentIds, unknownNames } = linkAttachments(content);
	const alternatives = composeAlternatives(content, html);
	const isMultipart = alternatives.length + attachments.length > 1 || invitation !== undefined;
	const boundary = isMultipart
		? chooseBoundary(content.seed, [
				...alternatives.map(({ content: body }) => body),
				...attachments.flatMap(({ fileName, propertyName }) => [fileName ?? '', propertyName]),
			])
		: content.seed;
	const parts = attachments.map((attachment, index) =>
		composeAttachment(attachment, placeholderFor(boundary, index), contentIds.get(attachment)),
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
		// Prepared, or it would be folded before a long domain, which some programs cannot read
		headers: { 'Message-ID': { prepared: true, value: content.messageId } },
		alternatives,
		attachments: parts,
		baseBoundary: boundary,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const headers = Buffer.from(content.headerBlock);
	const message = composer.compile();
	const whole = await collectMessage(headers, message);
	const segments = insertAttachments(whole, headers.length, attachments, boundary);
	return { ...encodeSegments(segments), unknownNames };
}
