import { PARAMETER_NAMES, refuse, showValue } from '../fields/parameter-problem';
import { trimPasted } from '../fields/pasted-text';
import type { Parsed } from '../fields/parameter-problem';
import { succeed } from '../../result/result';

/** An iCalendar object ready for its two parts: CRLF line ends (RFC 5545 §3.1), its method upper-case. */
export interface CalendarInvitation {
	readonly content: string;
	readonly method: string;
}

const PARAMETER = PARAMETER_NAMES.icalEvent;

/**
 * Reads iCalendar text: one VCALENDAR whose METHOD (RFC 5546 §1.4) is its part's. Where there is none
 * it gets PUBLISH, since the part must not say a method that the object does not (RFC 6047 §2.4).
 */
export function parseCalendarInvitation(text: string): Parsed<CalendarInvitation> {
	const content = trimPasted(text).replace(/\r\n|\r|\n/g, '\r\n');
	const lines = content.replace(/\r\n[ \t]/g, '').split('\r\n');
	const isCalendar =
		/^BEGIN:VCALENDAR\s*$/i.test(lines[0] ?? '') &&
		lines.some((line) => /^END:VCALENDAR\s*$/i.test(line));
	if (!isCalendar) {
		return refuse(
			PARAMETER,
			`${PARAMETER} is ${showValue(content)}, which is not an iCalendar object.`,
			'Give the whole iCalendar text, from BEGIN:VCALENDAR to END:VCALENDAR.',
		);
	}
	const property = lines.find((line) => /^METHOD[;:]/i.test(line));
	const method = property?.slice(property.indexOf(':') + 1).trim() ?? 'PUBLISH';
	if (!/^[a-z\d-]{1,40}$/i.test(method)) {
		return refuse(
			PARAMETER,
			`${PARAMETER} has the METHOD ${showValue(method)}, which is not an iCalendar method.`,
			'Use a method such as REQUEST, CANCEL, REPLY or PUBLISH.',
		);
	}
	const complete =
		property === undefined
			? content.replace(/^[^\r\n]*\r\n/, (begin) => `${begin}METHOD:${method}\r\n`)
			: content;
	return succeed({ content: `${complete}\r\n`, method: method.toUpperCase() });
}
