import type { FailureDraft } from '../../failure/model/failure';
import { formatSizes } from '../../failure/fill-template';
import type { PreparedMessage } from '../../message/prepared-message';
import { smtpUtf8Missing, type ServerCapabilities } from './connection/ehlo';

/** What the server cannot do that this message needs; `undefined` when nothing is in the way. */
export function findUnsupportedFeature(
	capabilities: ServerCapabilities,
	message: PreparedMessage,
): FailureDraft | undefined {
	const limit = capabilities.maxMessageBytes;
	if (limit !== undefined && message.sizeBytes > limit) {
		const [size, most] = formatSizes(message.sizeBytes, limit);
		return {
			code: 'MESSAGE_TOO_LARGE',
			detail: `The message is too large: it has ${size} as sent, and the server takes ${most}.`,
		};
	}
	if (message.dsn !== undefined && !capabilities.hasDsn) {
		return {
			code: 'INVALID_PARAMETER',
			detail:
				'The option "Delivery Status Notification" is set, but this mail server does not offer it.',
			remedy: 'Remove the option, or use a mail server that offers such reports (DSN).',
		};
	}
	if (!message.needsSmtpUtf8) return undefined;
	const address = message.nonAsciiAddress ?? 'An address';
	if (!capabilities.hasSmtpUtf8) return smtpUtf8Missing(address);
	const isAnnounced = [message.envelope.from, ...message.envelope.to].some((each) =>
		/[^\u0020-\u007e]/.test(each),
	);
	// nodemailer announces SMTPUTF8 for the envelope's addresses only.
	return isAnnounced
		? undefined
		: {
				code: 'SMTPUTF8_NOT_OFFERED',
				detail: `${address} has letters outside a–z before the @, which only a sender or recipient may have.`,
				remedy: 'Use an address without such letters in From Email and Reply To.',
			};
}
