import { knownTimeZone } from '../../timing/time-zone';

const SHOWN = {
	day: 'numeric',
	month: 'short',
	year: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
	second: '2-digit',
	timeZoneName: 'short',
} as const;

/** Reads points in time in one time zone. */
export interface LocalTime {
	/** E.g. `28 Nov 2026, 07:21:26 CET`. */
	show(atMs: number): string;
	/** E.g. `2026-11-28`. */
	day(atMs: number): string;
}

function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: knownTimeZone(name) });
}

/**
 * Gets ready to read points in time. What costs time is made at first use.
 *
 * @param timeZone a name of the IANA time zone database; UTC where it is none
 */
export function localTime(timeZone: string): LocalTime {
	let shown: Intl.DateTimeFormat | undefined;
	let dated: Intl.DateTimeFormat | undefined;
	return {
		show: (atMs) => (shown ??= formatter(timeZone, SHOWN)).format(atMs),
		day: (atMs) => {
			dated ??= formatter(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' });
			const parts = new Map(dated.formatToParts(atMs).map(({ type, value }) => [type, value]));
			return (['year', 'month', 'day'] as const).map((type) => parts.get(type) ?? '').join('-');
		},
	};
}
