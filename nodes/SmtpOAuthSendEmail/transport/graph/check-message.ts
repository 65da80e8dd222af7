import type { MailAccount } from '../../auth/mail-account';
import type { MessageFields } from '../../message/fields/message-fields';
import type { PreparedMessage } from '../../message/prepared-message';
import { fail, succeed } from '../../result/result';
import type { TransportCheck } from '../mail-transport';
import { findExcess } from './attachment-split';
import { MAX_MIME_BYTES } from './send-mime';

const USE_SMTP = 'or set Deliver Via in the credential to SMTP.';

function refuse(detail: string, remedy: string): TransportCheck {
	return fail({ code: 'INVALID_PARAMETER', detail, remedy });
}

/** Header fields of a message in MIME form that reach the recipient (users report so). */
const KEPT = /^(?:list-unsubscribe|importance|x-priority|x-msmail-priority)$/i;

/**
 * Exchange removes header fields that it does not know, and X- fields of mailboxes that have never
 * sent one by the JSON form: https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2209 and
 * https://github.com/microsoftgraph/microsoft-graph-docs/issues/17444 (both read in November 2026).
 */
function warnOfHeaders({ headers }: MessageFields): string[] {
	const names = headers
		.filter(({ value }) => value.trim() !== '')
		.map(({ name }) => name.trim())
		.filter((name) => name !== '' && !KEPT.test(name));
	const custom = names.filter((name) => /^x-/i.test(name));
	const others = names.filter((name) => !/^x-/i.test(name));
	return [
		...(others.length === 0
			? []
			: [
					`Exchange removes headers that it does not know from messages handed over by Microsoft Graph: ${others.join(', ')} will most likely not arrive.`,
				]),
		...(custom.length === 0
			? []
			: [
					`Microsoft Graph does not promise to keep custom headers of a MIME message: ${custom.join(', ')} may not arrive.`,
				]),
	];
}

/** Graph's page on messages in MIME form says nothing of RFC 6532. */
function warnOfAddresses({ nonAsciiAddress }: PreparedMessage): string[] {
	if (nonAsciiAddress === undefined) return [];
	return [
		`Microsoft does not document that Graph takes addresses with characters outside ASCII before the @: ${nonAsciiAddress} may not be reached.`,
	];
}

/**
 * Checks what Microsoft Graph cannot carry: it has no envelope, so that neither a delivery status
 * notification can be asked for nor an envelope sender be given, and the size of a request is limited.
 */
export async function checkMessage(
	fields: MessageFields,
	message: PreparedMessage,
	account: MailAccount,
): Promise<TransportCheck> {
	if (message.dsn !== undefined) {
		return refuse(
			'The option "Delivery Status Notification" is set, but Microsoft Graph cannot ask for it.',
			`Remove the option, ${USE_SMTP}`,
		);
	}
	if (message.hasSender === true) {
		return refuse(
			'Options → Sender differs from From Email, or there are several From addresses. Microsoft Graph sets the sender by itself: From, or the connected account on its behalf.',
			`Remove Options → Sender and give one From address, ${USE_SMTP}`,
		);
	}
	const { parts, sizeBytes } = message;
	const isLarge = sizeBytes > MAX_MIME_BYTES;
	if (isLarge && account.graphLargeMessages === false) {
		return fail({
			code: 'MESSAGE_TOO_LARGE',
			detail: `The message has ${String(sizeBytes)} bytes as encoded; without the permission for large messages Microsoft Graph takes ${String(MAX_MIME_BYTES)}.`,
			remedy:
				'Switch on Large Messages in the credential, add the delegated permission Mail.ReadWrite of Microsoft Graph to the app (entra.microsoft.com → App registrations → your app → API permissions), and connect the credential again. Or send smaller attachments.',
		});
	}
	const excess = isLarge && parts !== undefined ? await findExcess(parts) : undefined;
	if (excess !== undefined) return fail(excess);
	return succeed([...warnOfAddresses(message), ...warnOfHeaders(fields)]);
}
