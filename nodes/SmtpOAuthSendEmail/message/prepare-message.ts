import { parseCalendarInvitation } from './calendar-invitation';
import { composeMessage } from './compose-message';
import { openEncodedMessage } from './encoded-message';
import { base64SizeBytes } from './encoded-size';
import { domainOf, isNonAsciiAddress } from './mail-address';
import { parseMessageAddresses } from './message-addresses';
import { writeHeaderBlock } from './message-headers';
import { parseOwnMessageId } from './message-ids';
import { PARAMETER_NAMES, accept } from './parameter-problem';
import type { MessageFields } from './message-fields';
import type { Parsed, PreparedMessage } from './prepared-message';

/** What a message takes from outside itself. */
export interface PrepareEnvironment {
	/** Becomes the Date header. */
	readonly now: Date;
	/** Unique and not to be guessed, e.g. a random UUID; the left part of a new Message-ID. */
	readonly newMessageIdToken: string;
}

/**
 * Checks one message and composes it, without reading its attachments: they are opened by the
 * result's `open()` only. Fails with the first parameter that has to be corrected, never by
 * throwing.
 */
export async function prepareMessage(
	fields: MessageFields,
	env: PrepareEnvironment,
): Promise<Parsed<PreparedMessage>> {
	const addresses = parseMessageAddresses(fields);
	if (!addresses.ok) return addresses;
	const headerBlock = writeHeaderBlock(fields, addresses.value);
	if (!headerBlock.ok) return headerBlock;
	const fromDomain = domainOf(addresses.value.from[0]?.address ?? '');
	const messageId =
		fields.messageId.trim() === ''
			? accept(`<${env.newMessageIdToken}@${fromDomain}>`)
			: parseOwnMessageId(fields.messageId, PARAMETER_NAMES.messageId);
	if (!messageId.ok) return messageId;
	const invitation =
		fields.icalEvent.trim() === '' ? undefined : parseCalendarInvitation(fields.icalEvent);
	if (invitation?.ok === false) return invitation;

	const segments = await composeMessage({
		headerBlock: headerBlock.value,
		messageId: messageId.value,
		date: env.now,
		...(fields.text === undefined ? {} : { text: fields.text }),
		...(fields.html === undefined ? {} : { html: fields.html }),
		...(invitation === undefined ? {} : { invitation: invitation.value }),
		attachments: fields.attachments,
		seed: env.newMessageIdToken,
	});
	const nonAsciiAddress = addresses.value.all.find(isNonAsciiAddress);
	return accept({
		messageId: messageId.value,
		envelope: addresses.value.envelope,
		needsSmtpUtf8: nonAsciiAddress !== undefined,
		...(nonAsciiAddress === undefined ? {} : { nonAsciiAddress }),
		...(fields.dsn === undefined ? {} : { dsn: fields.dsn }),
		sizeBytes: segments.reduce(
			(total, segment) =>
				total + (Buffer.isBuffer(segment) ? segment.length : base64SizeBytes(segment.sizeBytes)),
			0,
		),
		open: () => openEncodedMessage(segments),
	});
}
