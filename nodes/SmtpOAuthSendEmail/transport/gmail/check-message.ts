import type { MailAccount } from '../../auth/mail-account';
import type { MessageFields } from '../../message/fields/message-fields';
import type { PreparedMessage } from '../../message/prepared-message';
import { fail, succeed } from '../../result/result';
import { findEnvelopeNeed } from '../api/check-envelope';
import type { TransportCheck } from '../mail-transport';

/** Google replaces such a From without a word: "Send mail as" lists the addresses that it leaves. */
function warnOfSender({ envelope }: PreparedMessage, { user }: MailAccount): readonly string[] {
	const { from } = envelope;
	if (from.toLowerCase() === user.toLowerCase()) return [];
	return [
		`Gmail replaces the sender ${from} by ${user} unless it is listed under "Send mail as" in the settings of ${user}.`,
	];
}

/** Checks what the Gmail API cannot carry. */
export async function checkMessage(
	_fields: MessageFields,
	message: PreparedMessage,
	account: MailAccount,
): Promise<TransportCheck> {
	const setsSender = 'The Gmail API sets the sender by itself.';
	const need = findEnvelopeNeed(message, 'the Gmail API', setsSender);
	return await Promise.resolve(
		need === undefined ? succeed(warnOfSender(message, account)) : fail(need),
	);
}
