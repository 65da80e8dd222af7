import { tryToParseDateTime } from 'n8n-workflow';
import { knownTimeZone } from '../../../timing/time-zone';

/** A date and time without a time zone (ISO 8601), as n8n's date picker gives it. */
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/;

/** How far a time zone is ahead of UTC at a moment, in ms. */
function offsetAt(atMs: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(new Date(atMs));
	const part = (name: Intl.DateTimeFormatPartTypes): number =>
		Number(parts.find(({ type }) => type === name)?.value ?? 0);
	const local = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second'),
	);
	return local - Math.trunc(atMs / 1_000) * 1_000;
}

/**
 * The moment that a text names, in Unix ms; one without a time zone counts in the one given. NaN
 * where the text is no date.
 *
 * @param timeZone IANA name; an unknown one counts as UTC
 */
export function readTime(text: string, timeZone: string): number {
	const local = LOCAL.exec(text.trim());
	if (local === null) return Date.parse(text);
	const [, year, month, day, hour = 0, minute = 0, second = 0] = local;
	const asUtc = Date.UTC(
		Number(year),
		Number(month) - 1,
		Number(day),
		Number(hour),
		Number(minute),
		Number(second),
	);
	// The second step is for the hours around a change of the clocks.
	const zone = knownTimeZone(timeZone);
	const near = asUtc - offsetAt(asUtc, zone);
	return asUtc - offsetAt(near, zone);
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
