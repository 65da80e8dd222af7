import type { FailureDraft } from '../../failure/model/failure';
import type { PreparedMessage } from '../../message/prepared-message';

/**
 * What keeps a message from an API that sends to all recipients of the header: some of them have it
 * already, from an earlier try by SMTP.
 *
 * @param apiName as users know it
 */
export function findMissingRecipients(
	{ envelope }: PreparedMessage,
	recipients: readonly string[],
	apiName: string,
): FailureDraft | undefined {
	if (envelope.to.every((address) => recipients.includes(address))) return undefined;
	return {
		code: 'INVALID_PARAMETER',
		detail: `Some recipients of this message have it from an earlier try over SMTP. ${apiName} sends to all that the header names, so they would get it twice.`,
		remedy:
			'Set Deliver Via in the credential back to SMTP for this retry, or send to the others in a new execution.',
	};
}
