import { parseCalendarInvitation } from './content/calendar-invitation';
import { composeMessage, type MessageContent } from './encoding/compose-message';
import { domainOf, isNonAsciiAddress } from './addresses/mail-address';
import { parseMessageAddresses } from './addresses/message-addresses';
import { writeHeaderBlock } from './headers/message-headers';
import { parseOwnMessageId } from './headers/message-ids';
import { limitFields } from './fields/limit-fields';
import { PARAMETER_NAMES, showValue, type Parsed } from './fields/parameter-problem';
import { isBlank } from './fields/pasted-text';
import { takeApart } from './encoding/message-parts';
import type { MessageFields } from './fields/message-fields';
import type { PreparedMessage } from './prepared-message';
import { succeed } from '../result/result';

/** What a message takes from outside itself. */
export interface PrepareEnvironment {
	/** Becomes the Date header. */
	readonly now: Date;
	/** Unique and not to be guessed, e.g. a random UUID; the left part of a new Message-ID. */
	readonly newMessageIdToken: string;
	/**
	 * Default `true`. `false` where the transport has no envelope (RFC 5321 §2.3.1) and reads all
	 * recipients from the header: it then holds Bcc, no group hides its members, and an address in no
	 * header gets nothing.
	 */
	readonly hasEnvelope?: boolean;
}

/** HTML that shows a file which is not there, a sentence each. */
function warnOfBrokenPictures(
	{ attachments }: MessageFields,
	unknownNames: readonly string[],
): string[] {
	return unknownNames.map((name) => {
		const isRegular = attachments.some(({ propertyName }) => propertyName === name);
		const why = isRegular
			? 'that file is a regular attachment. Name it in Options → Attachments to show it in place.'
			: 'no attachment has that name. Readers see a broken picture.';
		return `The HTML refers to ${showValue(`cid:${name}`)}, but ${why}`;
	});
}

/**
 * Checks one message and composes it, without reading its attachments: they are opened by the
 * result's `open()` only. Fails with the first parameter that has to be corrected, never by
 * throwing.
 */
export async function prepareMessage(
	given: MessageFields,
	env: PrepareEnvironment,
): Promise<Parsed<PreparedMessage>> {
	const limited = limitFields(given);
	if (!limited.ok) return limited;
	const { fields } = limited.value;
	const addresses = parseMessageAddresses(fields);
	if (!addresses.ok) return addresses;
	const hasEnvelope = env.hasEnvelope ?? true;
	const headerBlock = writeHeaderBlock(fields, addresses.value, hasEnvelope);
	if (!headerBlock.ok) return headerBlock;
	const fromDomain = domainOf(addresses.value.from[0]?.address ?? '');
	const messageId = isBlank(fields.messageId)
		? succeed(`<${env.newMessageIdToken}@${fromDomain}>`)
		: parseOwnMessageId(fields.messageId, PARAMETER_NAMES.messageId);
	if (!messageId.ok) return messageId;
	const invitation = isBlank(fields.icalEvent)
		? undefined
		: parseCalendarInvitation(fields.icalEvent);
	if (invitation?.ok === false) return invitation;

	const content: MessageContent = {
		headerBlock: headerBlock.value,
		messageId: messageId.value,
		date: env.now,
		...(fields.text === undefined ? {} : { text: fields.text }),
		...(fields.html === undefined ? {} : { html: fields.html }),
		...(invitation === undefined ? {} : { invitation: invitation.value }),
		attachments: fields.attachments,
		seed: env.newMessageIdToken,
	};
	const { unknownNames, ...encoded } = await composeMessage(content);
	const nonAsciiAddress = addresses.value.all.find(isNonAsciiAddress);
	const warnings = [...limited.value.warnings, ...warnOfBrokenPictures(fields, unknownNames)];
	return succeed({
		messageId: messageId.value,
		envelope: addresses.value.envelope,
		needsSmtpUtf8: nonAsciiAddress !== undefined,
		...(nonAsciiAddress === undefined ? {} : { nonAsciiAddress }),
		...(fields.dsn === undefined ? {} : { dsn: fields.dsn }),
		...(addresses.value.sender === undefined ? {} : { hasSender: true }),
		...encoded,
		...(hasEnvelope ? {} : { parts: takeApart(content) }),
		...(warnings.length === 0 ? {} : { warnings }),
	});
}
