import type { FailureDraft } from '../../failure/model/failure';
import type { AttachmentPart, MessageParts } from '../../message/encoding/message-parts';
import { MAX_MIME_BYTES } from './send-mime';

/**
 * The largest attachment that Graph takes at all
 * (https://learn.microsoft.com/en-us/graph/outlook-large-attachments, November 2026).
 */
const MAX_ATTACHMENT_BYTES = 150 * 1_024 * 1_024;

const BODY_TOO_LARGE: FailureDraft = {
	code: 'MESSAGE_TOO_LARGE',
	detail: `The message without its attachments is larger than Microsoft Graph takes in one request (${String(MAX_MIME_BYTES)} bytes encoded).`,
	remedy: 'Shorten the text, or send it as an attachment.',
};

function tooLarge({ fileName }: AttachmentPart): FailureDraft {
	return {
		code: 'MESSAGE_TOO_LARGE',
		detail: `The attachment ${JSON.stringify(fileName)} is larger than Microsoft Graph takes (150 MB).`,
	};
}

async function fitsWithout(
	parts: MessageParts,
	apart: readonly AttachmentPart[],
): Promise<boolean> {
	return (await parts.without(new Set(apart))).sizeBytes <= MAX_MIME_BYTES;
}

/** What of a message above `MAX_MIME_BYTES` is too large even in pieces; nothing is read. */
export async function findExcess(parts: MessageParts): Promise<FailureDraft | undefined> {
	const { attachments } = parts;
	const giant = attachments.find(({ sizeBytes }) => sizeBytes > MAX_ATTACHMENT_BYTES);
	if (giant !== undefined) return tooLarge(giant);
	return (await fitsWithout(parts, attachments)) ? undefined : BODY_TOO_LARGE;
}

/**
 * The attachments to hand over on their own, of a message that is too large for one request: the
 * largest ones, until the others fit.
 */
export async function divide(parts: MessageParts): Promise<ReadonlySet<AttachmentPart>> {
	const bySize = [...parts.attachments].sort((one, other) => other.sizeBytes - one.sizeBytes);
	let count = bySize.length;
	// Halved again and again: to compose a message of many parts takes its time.
	for (let tooFew = 0; count - tooFew > 1;) {
		const middle = Math.floor((tooFew + count) / 2);
		if (await fitsWithout(parts, bySize.slice(0, middle))) count = middle;
		else tooFew = middle;
	}
	return new Set(bySize.slice(0, count));
}
