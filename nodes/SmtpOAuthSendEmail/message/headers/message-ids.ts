import { refuse, showValue } from '../fields/parameter-problem';
import { refuseHeaderLine, splitWords, trimPasted } from '../fields/pasted-text';
import type { Parsed } from '../fields/parameter-problem';
import { succeed } from '../../result/result';

const ATEXT = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]";
// RFC 5322 §3.6.4 msg-id, without its obsolete and quoted forms
const OWN_MESSAGE_ID = new RegExp(
	`^${ATEXT}+(?:\\.${ATEXT}+)*@(?:${ATEXT}+(?:\\.${ATEXT}+)*|\\[[\\x21-\\x5a\\x5e-\\x7e]+\\])$`,
);
// Other programs' identifiers are odder than the RFC, and a thread needs them as they are
const FOREIGN_MESSAGE_ID = /^[\x21-\x3b\x3d\x3f-\x7e]+$/;
const MAX_LENGTH = 900;

function withoutBrackets(text: string): string {
	return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}

/**
 * Checks a Message-ID that the author chose (RFC 5322 §3.6.4); brackets are added where missing.
 */
export function parseOwnMessageId(text: string, parameter: string): Parsed<string> {
	const inner = withoutBrackets(trimPasted(text));
	if (inner.length <= MAX_LENGTH && OWN_MESSAGE_ID.test(inner)) return succeed(`<${inner}>`);
	return refuse(
		parameter,
		`${parameter} is ${showValue(text)}, which is not a Message-ID.`,
		'Write it as <unique-part@example.com>, or leave it empty to have one made.',
	);
}

/**
 * Reads Message-IDs of other messages, separated by white space, line breaks, commas or their own
 * brackets, for In-Reply-To and References. They come back with brackets, otherwise as given.
 */
export function parseMessageIdList(text: string, parameter: string): Parsed<string[]> {
	const headerLine = refuseHeaderLine(
		trimPasted(text),
		parameter,
		'Separate Message-IDs by spaces.',
	);
	if (headerLine !== undefined) return headerLine;
	const ids: string[] = [];
	for (const item of splitWords(text.replaceAll(',', ' ').replace(/>;?</g, '> <'))) {
		const inner = withoutBrackets(item);
		if (inner.length > MAX_LENGTH || !FOREIGN_MESSAGE_ID.test(inner)) {
			return refuse(
				parameter,
				`${parameter} has ${showValue(item)}, which is not a Message-ID.`,
				'Use the Message-ID header of the message that is replied to, e.g. <abc@example.com>.',
			);
		}
		ids.push(`<${inner}>`);
	}
	return succeed(ids);
}
