import { createHash } from 'node:crypto';

const MAX_SLUG_LENGTH = 40;

/**
 * A Content-ID without brackets (RFC 2045 §7, RFC 2392): unique in the world, valid as a msg-id
 * (RFC 5322 §3.6.4) and the same in a URL.
 *
 * @param propertyName what it begins with, as far as its characters allow
 * @param index what tells it from the message's other ones
 * @param message the message's own Message-ID, whose domain it takes, and a text that only it has
 */
export function makeContentId(
	propertyName: string,
	index: number,
	message: { readonly messageId: string; readonly seed: string },
): string {
	const slug = propertyName.replace(/[^A-Za-z0-9-]+/g, '_').slice(0, MAX_SLUG_LENGTH) || 'file';
	const token = createHash('sha256').update(message.seed).digest('hex').slice(0, 24);
	const domain = message.messageId.slice(message.messageId.lastIndexOf('@') + 1, -1);
	const isName = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i.test(domain);
	return `${slug}.${String(index)}.${token}@${isName ? domain : 'localhost'}`;
}
