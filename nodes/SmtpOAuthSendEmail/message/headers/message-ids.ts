import { refuse, showValue, type Parsed } from '../fields/parameter-problem';
import {
	refuseExpressionText,
	refuseHeaderLine,
	splitWords,
	trimPasted,
	unescapeAngles,
} from '../fields/pasted-text';
import { succeed } from '../../result/result';

const ATEXT = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]";
// RFC 5322 §3.6.4 msg-id, without its obsolete and quoted forms, and what a missing value gives
const OWN_MESSAGE_ID = new RegExp(
	`^(?!undefined@)${ATEXT}+(?:\\.${ATEXT}+)*@(?:${ATEXT}+(?:\\.${ATEXT}+)*|\\[[\\x21-\\x5a\\x5e-\\x7e]+\\])$`,
);
// Other programs' identifiers are odder than the RFC, and a thread needs them as they are
const FOREIGN_MESSAGE_ID = /^(?!(?:undefined|null|NaN)$)[\x21-\x3b\x3d\x3f-\x7e]+$/;
const MAX_LENGTH = 900;

/**
 * The Message-IDs of a text in their order, without brackets.
 *
 * @param isIdBeside what words count beside those in brackets
 */
function splitIds(text: string, isIdBeside: RegExp): string[] {
	const parts = unescapeAngles(trimPasted(text))
		.replace(/^(?:message-id|in-reply-to|references):/i, '')
		.split(/(?<![\w@])(<[^<>]*>)(?![\w@])/);
	return parts.flatMap((part, index) => {
		if (index % 2 === 1) return [part.slice(1, -1)];
		const words = splitWords(part.replace(/[,;]|\\[nrt]/g, ' '));
		const ids = parts.length === 1 ? words : words.filter((word) => isIdBeside.test(word));
		return ids.map((word) => word.replace(/^["'“‘](.*)["'”’]$/, '$1'));
	});
}

/**
 * Checks a Message-ID that the author chose (RFC 5322 §3.6.4); brackets are added where missing.
 */
export function parseOwnMessageId(text: string, parameter: string): Parsed<string> {
	const expression = refuseExpressionText(text, parameter);
	if (expression !== undefined) return expression;
	const [id = '', ...others] = splitIds(text, /[\w<>]/);
	if (others.length === 0 && id.length <= MAX_LENGTH && OWN_MESSAGE_ID.test(id)) {
		return succeed(`<${id}>`);
	}
	return refuse(
		parameter,
		`is ${showValue(text)}, which is not a Message-ID`,
		'Write it as <unique-part@example.com>, or leave it empty to have one made.',
	);
}

/**
 * Reads Message-IDs of other messages, separated by white space, line breaks, commas, semicolons or
 * their own brackets, for In-Reply-To and References. They come back with brackets, otherwise as given,
 * and unfolded. Words without an @ beside those in brackets are a phrase or a comment (RFC 5322 §4.5.4).
 */
export function parseMessageIdList(text: string, parameter: string): Parsed<string[]> {
	const headerLine = refuseHeaderLine(
		trimPasted(text),
		parameter,
		'Separate Message-IDs by spaces.',
	);
	if (headerLine !== undefined) return headerLine;
	const expression = refuseExpressionText(text, parameter);
	if (expression !== undefined) return expression;
	const ids = splitIds(text, /^[^(]+@|[<>]/).map((id) => id.replace(/[\r\n]+[ \t]*/g, ''));
	const wrong = ids.find((id) => id.length > MAX_LENGTH || !FOREIGN_MESSAGE_ID.test(id));
	if (wrong === undefined) return succeed(ids.map((id) => `<${id}>`));
	return refuse(
		parameter,
		`has ${showValue(wrong)}, which is not a Message-ID`,
		'Use the Message-ID header of the message that is replied to, e.g. <abc@example.com>.',
	);
}
