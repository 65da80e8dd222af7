import type { FailureDraft } from '../../failure/model/failure';
import type { PreparedMessage } from '../../message/prepared-message';

const USE_SMTP = 'or set Deliver Via in the credential to SMTP.';

/**
 * What a message needs an envelope for, which an API does not have: neither can it ask for a delivery
 * status notification, nor be given a sender for the envelope. `undefined` where it needs none.
 *
 * @param api within a sentence
 * @param setsSender a sentence that says how the API sets the sender
 */
export function findEnvelopeNeed(
	{ dsn, hasSender }: PreparedMessage,
	api: string,
	setsSender: string,
): FailureDraft | undefined {
	if (dsn !== undefined) {
		return {
			code: 'INVALID_PARAMETER',
			detail: `The option "Delivery Status Notification" is set, but ${api} cannot ask for it.`,
			remedy: `Remove the option, ${USE_SMTP}`,
		};
	}
	if (hasSender !== true) return undefined;
	return {
		code: 'INVALID_PARAMETER',
		detail: `Options → Sender differs from From Email, or there are several From addresses. ${setsSender}`,
		remedy: `Remove Options → Sender and give one From address, ${USE_SMTP}`,
	};
}
