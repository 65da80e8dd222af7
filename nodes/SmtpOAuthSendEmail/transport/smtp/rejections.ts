import { readProperty } from '../../untrusted/read-property';
import { quoteSafely } from '../../untrusted/redact';
import { parseReply } from '../../failure/evidence/reply';
import type { Rejection } from '../../status/status-item';

/** The longest reason that is kept, in characters. */
const MAX_REASON_LENGTH = 1_000;

/** The codes at the beginning of a reply. */
const CODES = /^\d{3}(?:[ -]+|$)(?:#?\d\.\d{1,3}\.\d{1,3}(?!\d)[ ]*)?/;

function readRejection(error: unknown, secrets: readonly string[]): Rejection | undefined {
	const address = readProperty(error, 'recipient');
	if (typeof address !== 'string') return undefined;
	const response = readProperty(error, 'response');
	const text = typeof response === 'string' ? response : '';
	const reply = parseReply(text);
	const enhanced = reply?.enhancedStatusCode;
	const words = (reply?.text ?? text).replace(CODES, '');
	return {
		address,
		replyCode: reply?.replyCode ?? Number(/^\d{3}/.exec(text)?.[0] ?? 0),
		...(enhanced === undefined ? {} : { enhancedStatusCode: enhanced }),
		reason: quoteSafely(words, secrets, MAX_REASON_LENGTH),
	};
}

/**
 * Reads nodemailer's `rejectedErrors` (one error for each RCPT TO the server refused) into the
 * status item's form; anything else gives an empty list. A reply without a code counts as 0.
 */
export function readRejections(errors: unknown, secrets: readonly string[]): readonly Rejection[] {
	if (!Array.isArray(errors)) return [];
	return errors.flatMap((error: unknown) => readRejection(error, secrets) ?? []);
}
