import PostalMime, { addressParser } from 'postal-mime';
import type { SMTPServerAddress, SMTPServerError } from 'smtp-server';
import { maySendAs } from '../accounts/sandbox-user.js';
import type { SandboxUser } from '../accounts/sandbox-user.js';

/** The extensions the mail server announces beyond what it always has. */
export interface OfferedExtensions {
	/** RFC 6531. */
	readonly smtpUtf8: boolean;
	/** RFC 3461. */
	readonly dsn: boolean;
}

/** Whole replies, code first, that take the place of the server's own verdict. */
export interface Refusals {
	/** What every sign-in gets; `undefined`: the token decides. */
	signIn: string | undefined;
	/** What every complete message gets; `undefined`: its sender decides. */
	message: string | undefined;
}

/** A refusal: reply code, enhanced status code and text, as smtp-server takes it. */
export function refuse(replyCode: number, text: string): SMTPServerError {
	return Object.assign(new Error(text), { responseCode: replyCode });
}

/** A refusal in a server's own words, e.g. `432 4.3.2 Too many connections`. */
export function refuseInWords(reply: string): SMTPServerError {
	return refuse(Number(reply.slice(0, 3)), reply.slice(4));
}

/** Whether MAIL FROM is to be refused; `address` as on the wire. */
export function checkMailFrom(
	user: SandboxUser,
	{ address, args }: SMTPServerAddress,
	offered: OfferedExtensions,
): SMTPServerError | undefined {
	if (!offered.smtpUtf8 && hasParameter(args, 'SMTPUTF8')) {
		return refuse(555, '5.5.4 Unsupported option: SMTPUTF8');
	}
	if (!offered.dsn && (hasParameter(args, 'RET') || hasParameter(args, 'ENVID'))) {
		return refuse(555, '5.5.4 Unsupported option: RET or ENVID');
	}
	if (!isAscii(address) && !hasParameter(args, 'SMTPUTF8')) {
		return refuse(553, '5.6.7 Non-ASCII sender address not permitted without SMTPUTF8');
	}
	if (address !== '' && !maySendAs(user, address)) {
		return refuse(
			553,
			`5.7.1 <${address}>: Sender address rejected: not owned by user ${user.email}`,
		);
	}
	return undefined;
}

/**
 * Whether a recipient is to be refused: `unknown@…` and all addresses at `reject.test` for good,
 * `tempfail@…` for now. `address` as on the wire.
 */
export function checkRecipient(
	{ address, args }: SMTPServerAddress,
	isUtf8Transaction: boolean,
	offered: OfferedExtensions,
): SMTPServerError | undefined {
	const [localPart = '', domain = ''] = address.toLowerCase().split('@');
	if (!offered.dsn && (hasParameter(args, 'NOTIFY') || hasParameter(args, 'ORCPT'))) {
		return refuse(555, '5.5.4 Unsupported option: NOTIFY or ORCPT');
	}
	if (!isAscii(address) && !isUtf8Transaction) {
		return refuse(553, '5.6.7 Non-ASCII recipient address not permitted without SMTPUTF8');
	}
	if (localPart === 'unknown' || domain === 'reject.test') {
		return refuse(550, `5.1.1 <${address}>: Recipient address rejected: User unknown`);
	}
	if (localPart === 'tempfail') {
		return refuse(451, `4.3.0 <${address}>: Temporary lookup failure, try again later`);
	}
	return undefined;
}

/** Whether a message is to be refused because its From or Sender is not the user's. */
export async function checkHeaderSenders(
	user: SandboxUser,
	message: Buffer,
): Promise<SMTPServerError | undefined> {
	const end = message.indexOf('\r\n\r\n');
	const header = end === -1 ? message : message.subarray(0, end + 4);
	const { headers } = await PostalMime.parse(header);
	const senders = headers
		.filter(({ key }) => key === 'from' || key === 'sender')
		.flatMap(({ value }) => addressParser(value, { flatten: true }));

	if (senders.length === 0) return refuse(550, '5.6.0 The message has no From header');
	const foreign = senders.find(({ address }) => !maySendAs(user, address ?? ''));
	if (!foreign) return undefined;
	return refuse(
		554,
		`5.2.252 SendAsDenied; ${user.email} not allowed to send as ${foreign.address ?? foreign.name}`,
	);
}

function hasParameter(args: SMTPServerAddress['args'], name: string): boolean {
	return args !== false && name in args;
}

function isAscii(text: string): boolean {
	return !/[^\x20-\x7e]/.test(text);
}
