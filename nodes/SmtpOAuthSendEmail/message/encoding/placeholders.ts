import { createHash } from 'node:crypto';
import type { MessageSegment } from './encoded-message';
import type { AttachmentSource } from '../fields/message-fields';

/** What stands in an attachment's place until its bytes are read; short enough for a single base64 line. */
export function placeholderFor(boundary: string, index: number): Buffer {
	return Buffer.from(`${boundary}/${index.toString().padStart(9, '0')}`);
}

/**
 * A boundary that stands in none of the texts (RFC 2046 §5.1.1), nor does the placeholder of an
 * attachment. Random through its seed, and compared, so that knowing the seed is of no use.
 */
export function chooseBoundary(seed: string, texts: readonly string[]): string {
	for (let round = 0; ; round++) {
		const boundary = createHash('sha256').update(`${seed}:${round}`).digest('hex').slice(0, 32);
		// What all its placeholders begin with as base64: that of whole groups of three octets
		const prefix = Buffer.from(boundary.slice(0, 30)).toString('base64');
		if (!texts.some((text) => text.includes(boundary) || text.includes(prefix))) return boundary;
	}
}

/**
 * Cuts a message at its placeholders and puts the attachments there.
 *
 * @param bodyStart where to look from: the author's header fields hold no placeholder
 * @throws Error when a placeholder is not there once, which would send a damaged message
 */
export function insertAttachments(
	message: Buffer,
	bodyStart: number,
	attachments: readonly AttachmentSource[],
	boundary: string,
): MessageSegment[] {
	const places = attachments
		.map((attachment, index) => {
			const placeholder = placeholderFor(boundary, index).toString('base64');
			const start = message.indexOf(placeholder, bodyStart, 'latin1');
			const end = start + placeholder.length;
			if (start < 0 || message.includes(placeholder, end, 'latin1')) {
				throw new Error(`The message has no place for the attachment ${attachment.propertyName}`);
			}
			return { attachment, start, end };
		})
		// Inline parts come before the others, in any order of the list
		.sort((one, other) => one.start - other.start);
	const cut = places.flatMap(({ attachment, start }, index): MessageSegment[] => [
		message.subarray(places[index - 1]?.end, start),
		attachment,
	]);
	// `concat` takes just the memory needed, which counts while many messages wait
	return cut.concat(message.subarray(places.at(-1)?.end));
}
