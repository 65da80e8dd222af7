import type { MailAccount } from '../../auth/mail-account';
import type { MessageFields } from '../../message/fields/message-fields';
import type { PreparedMessage } from '../../message/prepared-message';
import { fail, succeed } from '../../result/result';
import { findEnvelopeNeed } from '../api/check-envelope';
import type { TransportCheck } from '../mail-transport';
import { findExcess } from './attachment-split';
import { MAX_MIME_BYTES } from './send-mime';

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
	const warn = (isCustom: boolean, say: (listed: string) => string): string[] => {
		const listed = names.filter((name) => /^x-/i.test(name) === isCustom).join(', ');
		return listed === '' ? [] : [say(listed)];
	};
	return [
		...warn(
			false,
			(listed) =>
				`Exchange removes headers that it does not know from messages handed over by Microsoft Graph: ${listed} will most likely not arrive.`,
		),
		...warn(
			true,
			(listed) =>
				`Microsoft Graph does not promise to keep custom headers of a MIME message: ${listed} may not arrive.`,
		),
	];
}

/** Graph's page on messages in MIME form says nothing of RFC 6532. */
function warnOfAddresses({ nonAsciiAddress }: PreparedMessage): string[] {
	if (nonAsciiAddress === undefined) return [];
	return [
		`Microsoft does not document that Graph takes addresses with characters outside ASCII before the @: ${nonAsciiAddress} may not be reached.`,
	];
}

/** Checks what Microsoft Graph cannot carry: the size of a request is limited, too. */
export async function checkMessage(
	fields: MessageFields,
	message: PreparedMessage,
	account: MailAccount,
): Promise<TransportCheck> {
	const setsSender =
		'Microsoft Graph sets the sender by itself: From, or the connected account on its behalf.';
	const need = findEnvelopeNeed(message, 'Microsoft Graph', setsSender);
	if (need !== undefined) return fail(need);
	const { parts, sizeBytes } = message;
	const isLarge = sizeBytes > MAX_MIME_BYTES;
	if (isLarge && account.graphLargeMessages === false) {
		return fail({
			code: 'MESSAGE_TOO_LARGE',
			detail: `The message has ${String(sizeBytes)} bytes as encoded; without the permission for large messages Microsoft Graph takes ${String(MAX_MIME_BYTES)}.`,
			remedy:
				'Add the delegated permission Mail.ReadWrite of Microsoft Graph to the app: entra.microsoft.com → App registrations → your app → API permissions. Switch on Large Messages in the credential, and connect it again. Or send smaller attachments.',
		});
	}
	const excess = isLarge && parts !== undefined ? await findExcess(parts) : undefined;
	if (excess !== undefined) return fail(excess);
	return succeed([...warnOfAddresses(message), ...warnOfHeaders(fields)]);
}
