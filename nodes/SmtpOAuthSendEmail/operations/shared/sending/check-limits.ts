import type { TransportId } from '../../../../../credentials/providers/providers';
import { messageLimits } from '../../../../../credentials/providers/transports';
import { formatSizes } from '../../../failure/fill-template';
import type { FailureDraft } from '../../../failure/model/failure';
import type { PreparedMessage } from '../../../message/prepared-message';

/**
 * Recipients in one message where the provider has published no number: what Exchange Online
 * allows at most and Postfix by default (smtpd_recipient_limit).
 */
const MAX_RECIPIENTS = 1_000;

function checkRecipientCount(
	count: number,
	published: number | undefined,
): FailureDraft | undefined {
	const max = published ?? MAX_RECIPIENTS;
	if (count <= max) return undefined;
	const who = published === undefined ? 'This node sends to' : 'The provider accepts';
	return {
		code: 'TOO_MANY_RECIPIENTS',
		detail: `"To Email", CC and BCC name ${String(count)} recipients together. ${who} at most ${String(max)} in one message.`,
		remedy: 'Spread the recipients over several items.',
	};
}

function checkSize(sizeBytes: number, max: number | undefined): FailureDraft | undefined {
	if (max === undefined || sizeBytes <= max) return undefined;
	const [size, limit] = formatSizes(sizeBytes, max);
	return {
		code: 'MESSAGE_TOO_LARGE',
		detail: `The message is too large: it has ${size} as sent, and the provider takes ${limit}.`,
	};
}

/** Finds what of a message exceeds the published limits of its provider, by the transport in use. */
export function checkLimits(
	{ envelope, sizeBytes }: Pick<PreparedMessage, 'envelope' | 'sizeBytes'>,
	{ provider, deliverVia }: { readonly provider: string; readonly deliverVia: TransportId },
): FailureDraft | undefined {
	const limits = messageLimits(provider, deliverVia);
	return (
		checkRecipientCount(envelope.to.length, limits.recipientsPerMessage) ??
		checkSize(sizeBytes, limits.maxMessageBytes)
	);
}
