import { PARAMETER_NAMES, refuse, type Parsed, type Refusal } from './parameter-problem';
import type { MessageFields } from './message-fields';
import { succeed } from '../../result/result';

/**
 * How many characters a field may have. No mail needs more, and servers refuse headers of such a size;
 * bounded before anything reads them, so that no input holds up n8n.
 */
const MAX_CHARACTERS = [
	['fromEmail', 300_000],
	['toEmail', 300_000],
	['ccEmail', 300_000],
	['bccEmail', 300_000],
	['replyTo', 300_000],
	['sender', 300_000],
	['inReplyTo', 100_000],
	['references', 100_000],
	['messageId', 10_000],
	['listUnsubscribe', 20_000],
] as const;

const MAX_HEADER_CHARACTERS = 100_000;
const MAX_HEADERS = 500;
const MAX_SUBJECT_CHARACTERS = 10_000;

function refuseLength(parameter: string, length: number, max: number): Refusal {
	return refuse(
		parameter,
		`has ${String(length)} characters; at most ${String(max)} can stand there`,
		'Check the expression: it may give more than you meant.',
	);
}

function checkHeaders({ headers }: MessageFields): Refusal | undefined {
	if (headers.length > MAX_HEADERS) {
		return refuse(
			PARAMETER_NAMES.headers,
			`has ${String(headers.length)} headers; a message can have ${String(MAX_HEADERS)}`,
			'Give fewer headers.',
		);
	}
	const length = headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
	return length > MAX_HEADER_CHARACTERS
		? refuseLength(PARAMETER_NAMES.headers, length, MAX_HEADER_CHARACTERS)
		: undefined;
}

/**
 * The fields of a message within bounds, and a sentence about each that was cut: the subject, since a
 * message without the end of a very long one is better than none. Fails with the first other field
 * that is too long.
 */
export function limitFields(
	fields: MessageFields,
): Parsed<{ readonly fields: MessageFields; readonly warnings: readonly string[] }> {
	for (const [name, max] of MAX_CHARACTERS) {
		const { length } = fields[name];
		if (length > max) return refuseLength(PARAMETER_NAMES[name], length, max);
	}
	const refusal = checkHeaders(fields);
	if (refusal !== undefined) return refusal;
	const { length } = fields.subject;
	if (length <= MAX_SUBJECT_CHARACTERS) return succeed({ fields, warnings: [] });
	const subject = `${fields.subject.slice(0, MAX_SUBJECT_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
	const warning = `${PARAMETER_NAMES.subject} has ${String(length)} characters. It was cut after ${String(MAX_SUBJECT_CHARACTERS)}.`;
	return succeed({ fields: { ...fields, subject }, warnings: [warning] });
}
