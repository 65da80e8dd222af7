import { readProperty } from '../../untrusted/read-property';
import { createRedaction } from '../../untrusted/redact';
import { parseReply } from '../../failure/evidence/reply';
import type { Rejection } from '../../status/delivery-report';

/** The longest reason that is kept, in characters. */
const MAX_REASON_LENGTH = 1_000;

/** The codes at the beginning of a reply. */
const CODES = /^\d{3}(?:[ -]+|$)(?:#?\d\.\d{1,3}\.\d{1,3}(?!\d)[ ]*)?/;

/**
 * So many characters of all replies together are looked at: searching for secrets takes time that
 * grows with the text.
 */
const MAX_SEARCHED_LENGTH = 65_536;

/** Shown where the server's words are left out. */
const LEFT_OUT = '…';

/** The reply in the form of a rejection, with the server's words as they came. */
function readRejection(error: unknown): Rejection | undefined {
	const address = readProperty(error, 'recipient');
	if (typeof address !== 'string') return undefined;
	const response = readProperty(error, 'response');
	const text = typeof response === 'string' ? response : '';
	const reply = parseReply(text);
	return {
		address,
		replyCode: reply?.replyCode ?? Number(/^\d{3}/.exec(text)?.[0] ?? 0),
		enhancedStatusCode: reply?.enhancedStatusCode,
		reason: (reply?.text ?? text).replace(CODES, ''),
	};
}

/**
 * Reads nodemailer's `rejectedErrors` (one error for each RCPT TO the server refused) into the
 * status item's form; anything else gives an empty list. A reply without a code counts as 0. Where
 * the server said too much to search it for secrets, the reason is "…".
 */
export function readRejections(errors: unknown, secrets: readonly string[]): readonly Rejection[] {
	if (!Array.isArray(errors)) return [];
	const redaction = createRedaction(secrets);
	let searchedLength = 0;
	return errors.flatMap((error: unknown) => {
		const rejection = readRejection(error);
		if (rejection === undefined) return [];
		searchedLength += rejection.reason.length;
		const isSearched = searchedLength <= MAX_SEARCHED_LENGTH;
		const reason = isSearched ? redaction.quote(rejection.reason, MAX_REASON_LENGTH) : LEFT_OUT;
		return [{ ...rejection, reason }];
	});
}
