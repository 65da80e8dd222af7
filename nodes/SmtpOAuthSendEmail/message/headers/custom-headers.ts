import { encodeFieldValue } from './field-value';
import { PARAMETER_NAMES, refuse, showValue, type Parsed } from '../fields/parameter-problem';
import { isBlank, joinLines, trimPasted } from '../fields/pasted-text';
import type { MessageFields } from '../fields/message-fields';
import { succeed } from '../../result/result';

/** A header field, its value encoded but not folded. */
export interface HeaderField {
	readonly name: string;
	readonly value: string;
}

const PARAMETER = PARAMETER_NAMES.headers;
// RFC 5322 §3.6.8 ftext
const FIELD_NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const MAX_NAME_LENGTH = 76;
const SET_BY_NODE = 'Remove it; the node or the mail server sets it.';

const REMEDIES = new Map(
	Object.entries({
		from: `Use the parameter ${PARAMETER_NAMES.fromEmail} instead.`,
		sender: `Use ${PARAMETER_NAMES.sender} instead.`,
		to: `Use the parameter ${PARAMETER_NAMES.toEmail} instead.`,
		cc: `Use ${PARAMETER_NAMES.ccEmail} instead.`,
		bcc: `Use ${PARAMETER_NAMES.bccEmail} instead.`,
		'reply-to': `Use ${PARAMETER_NAMES.replyTo} instead.`,
		subject: `Use the parameter ${PARAMETER_NAMES.subject} instead.`,
		'message-id': `Use ${PARAMETER_NAMES.messageId} instead.`,
		'in-reply-to': `Use ${PARAMETER_NAMES.inReplyTo} instead.`,
		references: `Use ${PARAMETER_NAMES.references} instead.`,
		date: SET_BY_NODE,
		'mime-version': SET_BY_NODE,
		'return-path': `Remove it; the server sets it. The envelope's sender is ${PARAMETER_NAMES.sender}.`,
		received: SET_BY_NODE,
		'dkim-signature': SET_BY_NODE,
	}),
);

/** How to do without a header of this name, if it may not be given. */
function findRemedy(name: string, fields: MessageFields): string | undefined {
	if (name.startsWith('content-')) {
		return 'Remove it; the node sets it from the body and the attachments.';
	}
	if (/^list-unsubscribe(?:-post)?$/.test(name) && !isBlank(fields.listUnsubscribe)) {
		return `Give it either here or in ${PARAMETER_NAMES.listUnsubscribe}, not in both.`;
	}
	const isPriority = /^(?:x-priority|x-msmail-priority|importance)$/.test(name);
	if (isPriority && (fields.priority ?? 'normal') !== 'normal') {
		return `Give it either here or in ${PARAMETER_NAMES.priority}, not in both.`;
	}
	return REMEDIES.get(name);
}

/**
 * Checks the author's own headers: names as RFC 5322 §3.6.8 has them, values in one line, none that
 * the node sets itself. A header without a value is left out; several of one name are allowed.
 */
export function parseCustomHeaders(fields: MessageFields): Parsed<HeaderField[]> {
	const headers: HeaderField[] = [];
	for (const { name: givenName, value: givenValue } of fields.headers) {
		const name = trimPasted(givenName).replace(/\s?:$/, '');
		if (name === '' && isBlank(givenValue)) continue;
		if (name.length > MAX_NAME_LENGTH || !FIELD_NAME.test(name)) {
			return refuse(
				PARAMETER,
				`has the name ${showValue(givenName)}, which is not a header name`,
				'Use letters, digits and hyphens, at most 76 of them, e.g. X-Campaign.',
			);
		}
		const remedy = findRemedy(name.toLowerCase(), fields);
		if (remedy !== undefined) {
			return refuse(PARAMETER, `has ${name}, which is not to be set there`, remedy);
		}
		const checked = joinLines(givenValue, `${PARAMETER} → ${name}`);
		if (!checked.ok) return checked;
		if (checked.value !== '') headers.push({ name, value: encodeFieldValue(name, checked.value) });
	}
	return succeed(headers);
}
