import type { MailAccount } from '../../auth/mail-account';
import type { FailureDraft } from '../../failure/model/failure';
import type { MessageFields } from '../../message/fields/message-fields';
import type { PreparedMessage } from '../../message/prepared-message';
import { fail, succeed } from '../../result/result';
import type { TransportCheck } from '../mail-transport';

const USE_SMTP = 'or set Deliver Via in the credential to SMTP.';

function refusal(detail: string, remedy: string): FailureDraft {
	return { code: 'INVALID_PARAMETER', detail, remedy };
}

/** Google replaces such a From without a word: "Send mail as" lists the addresses that it leaves. */
function warnOfSender({ envelope }: PreparedMessage, { user }: MailAccount): readonly string[] {
	const { from } = envelope;
	if (from.toLowerCase() === user.toLowerCase()) return [];
	return [
		`Gmail replaces the sender ${from} by ${user} unless it is listed under "Send mail as" in the settings of ${user}.`,
	];
}

/**
 * Checks what the Gmail API cannot carry: it has no envelope, so that neither a delivery status
 * notification can be asked for nor an envelope sender be given.
 */
export async function checkMessage(
	_fields: MessageFields,
	message: PreparedMessage,
	account: MailAccount,
): Promise<TransportCheck> {
	if (message.dsn !== undefined) {
		return await Promise.resolve(
			fail(
				refusal(
					'The option "Delivery Status Notification" is set, but the Gmail API cannot ask for it.',
					`Remove the option, ${USE_SMTP}`,
				),
			),
		);
	}
	if (message.hasSender === true) {
		return fail(
			refusal(
				'Options → Sender differs from From Email, or there are several From addresses. The Gmail API sets the sender by itself.',
				`Remove Options → Sender and give one From address, ${USE_SMTP}`,
			),
		);
	}
	return succeed(warnOfSender(message, account));
}
