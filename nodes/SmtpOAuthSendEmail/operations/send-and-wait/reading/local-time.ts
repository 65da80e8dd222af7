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
	try {
		// The second step is for the hours around a change of the clocks.
		const near = asUtc - offsetAt(asUtc, timeZone);
		return asUtc - offsetAt(near, timeZone);
	} catch {
		return asUtc;
	}
}
