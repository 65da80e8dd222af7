import type { IDataObject, INodeParameters } from 'n8n-workflow';

/** A body of 2 kB with the one line that differs from recipient to recipient. */
const LINES = Array.from(
	{ length: 28 },
	(_line, index) =>
		`${String(index + 1).padStart(2)} This line of the newsletter is the same for every recipient, as is usual.`,
).join('\r\n');

/** The sender's mailbox, unless a row needs several. */
export const SENDER = 'alice@bench.test';

const SUBJECT = 'The news of the week';

/** The node's parameters for these messages: two expressions, as a mail merge has. */
export const MAIL_PARAMETERS = {
	toEmail: '={{ $json.email }}',
	subject: SUBJECT,
	emailFormat: 'text',
	text: `=Dear {{ $json.name }},\r\n${LINES}`,
	options: { appendAttribution: false },
} satisfies INodeParameters;

/** Whom a message is for. */
export interface Recipient extends IDataObject {
	readonly email: string;
	readonly name: string;
}

/** Input items, one for each recipient. */
export function recipients(count: number): Recipient[] {
	return Array.from({ length: count }, (_item, index) => ({
		email: `reader-${String(index)}@bench.test`,
		name: `Reader ${String(index)}`,
	}));
}

/** A message as nodemailer takes it. */
export interface PlainMessage {
	readonly from: string;
	readonly to: string;
	readonly subject: string;
	readonly text: string;
}

/** The same messages for nodemailer. */
export function plainMessages(count: number): PlainMessage[] {
	return recipients(count).map(({ email, name }) => ({
		from: SENDER,
		to: email,
		subject: SUBJECT,
		text: `Dear ${name},\r\n${LINES}`,
	}));
}
