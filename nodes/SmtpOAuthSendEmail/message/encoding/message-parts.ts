import type { Readable } from 'node:stream';
import { cleanFileName, cleanMediaType } from '../content/attachment-name';
import { linkAttachments } from '../content/embedded-references';
import { composeMessage, type MessageContent } from './compose-message';
import type { EncodedMessage } from './encoded-message';
import type { AttachmentSource } from '../fields/message-fields';

/** An attachment as its header in the message would describe it. */
export interface AttachmentPart {
	readonly fileName: string;
	readonly mediaType: string;
	/** Before encoding. */
	readonly sizeBytes: number;
	/** Without brackets; where the HTML shows the attachment. */
	readonly contentId?: string;
	/** Whether the HTML shows it. */
	readonly isInline: boolean;
	/** Opens its bytes; a new stream at every call. */
	open(): Promise<Readable>;
}

/** A message whose attachments can be handed over one by one. */
export interface MessageParts {
	readonly attachments: readonly AttachmentPart[];
	/** Composes the message without some of its attachments, which its HTML still refers to. */
	without(leftOut: ReadonlySet<AttachmentPart>): Promise<EncodedMessage>;
}

/** Takes a message apart; nothing of its attachments is read. */
export function takeApart(content: MessageContent): MessageParts {
	const linked = linkAttachments(content);
	const sources = new Map<AttachmentPart, AttachmentSource>(
		content.attachments.map((source) => {
			const contentId = linked.contentIds.get(source);
			const part: AttachmentPart = {
				fileName: cleanFileName(source),
				mediaType: cleanMediaType(source.mimeType),
				sizeBytes: source.sizeBytes,
				...(contentId === undefined ? {} : { contentId }),
				isInline: contentId !== undefined,
				open: async () => await source.open(),
			};
			return [part, source];
		}),
	);
	return {
		attachments: [...sources.keys()],
		async without(leftOut) {
			const kept = new Map(sources);
			for (const part of leftOut) {
				if (!kept.delete(part)) throw new Error('An attachment is not one of this message');
			}
			return await composeMessage(content, [...kept.values()]);
		},
	};
}
