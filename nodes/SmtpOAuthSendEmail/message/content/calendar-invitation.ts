import { PARAMETER_NAMES, refuse, showValue, type Parsed } from '../fields/parameter-problem';
import { splitLines, trimPasted } from '../fields/pasted-text';
import { parseJson } from '../../untrusted/parse-json';
import { succeed } from '../../result/result';

/** An iCalendar object ready for its two parts: CRLF line ends (RFC 5545 §3.1), its method upper-case. */
export interface CalendarInvitation {
	readonly content: string;
	readonly method: string;
}

const PARAMETER = PARAMETER_NAMES.icalEvent;

/** The text with JSON's quotes and escapes undone, as another program may have written it. */
function unescapeJson(text: string): string {
	if (!/^"?BEGIN:VCALENDAR(?:\\r)?\\n/i.test(text)) return text;
	const plain = parseJson(text.startsWith('"') ? text : `"${text}"`);
	return typeof plain === 'string' ? plain : text;
}

/** The lines without what copying leaves: a code fence, an indent of all, empty lines. An empty METHOD goes, too. */
function readLines(text: string): string[] {
	const lines = splitLines(trimPasted(unescapeJson(trimPasted(text)))).filter(
		(line) => !/^(?:```\w{0,20}|(?:METHOD:)?\s*)$/i.test(line),
	);
	// The first line has lost its indent; of folded lines (RFC 5545 §3.1), the second is never one
	const [indent = ''] = /^[ \t]*/.exec(lines[1] ?? '') ?? [];
	return lines.map((line) => {
		const flush = line.startsWith(indent) ? line.slice(indent.length) : line;
		// Programs indent a component, which would make it the rest of the line before
		return /^[ \t]+(?:BEGIN|END):(?:V\w{4,15}|STANDARD|DAYLIGHT)\s*$/i.test(flush)
			? flush.trim()
			: flush;
	});
}

/**
 * Reads iCalendar text: one VCALENDAR whose METHOD (RFC 5546 §1.4) is its part's. Where there is none
 * it gets PUBLISH, since the part must not say a method that the object does not (RFC 6047 §2.4).
 */
export function parseCalendarInvitation(text: string): Parsed<CalendarInvitation> {
	const content = readLines(text).join('\r\n');
	const lines = content.replace(/\r\n[ \t]/g, '').split('\r\n');
	const isCalendar =
		/^BEGIN:VCALENDAR\s*$/i.test(lines[0] ?? '') &&
		lines.some((line) => /^END:VCALENDAR\s*$/i.test(line));
	if (!isCalendar) {
		return refuse(
			PARAMETER,
			`is ${showValue(content)}, which is not an iCalendar object`,
			'Give the whole iCalendar text, from BEGIN:VCALENDAR to END:VCALENDAR.',
		);
	}
	const property = lines.find((line) => /^METHOD[;:]/i.test(line));
	const method = property?.slice(property.indexOf(':') + 1).trim() ?? 'PUBLISH';
	if (!/^[a-z\d-]{1,40}$/i.test(method)) {
		return refuse(
			PARAMETER,
			`has the METHOD ${showValue(method)}, which is not an iCalendar method`,
			'Use a method such as REQUEST, CANCEL, REPLY or PUBLISH.',
		);
	}
	const complete =
		property === undefined
			? content.replace(/^[^\r\n]*\r\n/, (begin) => `${begin}METHOD:${method}\r\n`)
			: content;
	return succeed({ content: `${complete}\r\n`, method: method.toUpperCase() });
}
