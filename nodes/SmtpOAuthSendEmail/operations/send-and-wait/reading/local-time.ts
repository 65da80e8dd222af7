import { tryToParseDateTime } from 'n8n-workflow';
import { knownTimeZone } from '../../../timing/time-zone';

/**
 * The moment that a text names, in Unix ms, as n8n reads dates; one without a time zone counts in the
 * one given. NaN where the text is no date.
 *
 * @param timeZone IANA name; an unknown one counts as UTC
 */
export function readTime(text: string, timeZone: string): number {
	try {
		return tryToParseDateTime(text, knownTimeZone(timeZone)).toMillis();
	} catch {
		return Number.NaN;
	}
}

/**
 * A point in time as people read it, e.g. `Friday, 4 December 2026, 17:30 (Europe/Berlin)`.
 *
 * @param timeZone of the workflow (IANA name); an unknown one gives UTC
 */
export function showTime(atMs: number, timeZone: string): string {
	const zone = knownTimeZone(timeZone);
	const time = tryToParseDateTime(new Date(atMs), zone).setLocale('en-GB');
	return `${time.toFormat('cccc, d LLLL yyyy, HH:mm')} (${zone})`;
}
