import type { FailureDraft } from '../failure/model/failure';
import { safeText } from '../untrusted/redact';

/** Why an attachment could not be read: the attempt has no more time. */
export const TOOK_TOO_LONG = 'it took longer than the time allowed ("Timeout")';

/**
 * An attachment ended while it was read. Nothing of the message had been accepted.
 *
 * @param cause an error of any form, or a clause
 * @param what the subject of the sentence
 */
export function unreadable(cause: unknown, what = 'An attachment'): FailureDraft {
	const words = safeText(cause, Number.MAX_SAFE_INTEGER);
	return {
		code: 'ATTACHMENT_MISSING',
		detail: `${what} could not be read to its end, so nothing was sent: ${words}`,
	};
}
