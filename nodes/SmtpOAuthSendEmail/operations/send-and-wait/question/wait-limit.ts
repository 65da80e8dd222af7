/** How long to wait, as the option says it. */
export type WaitLimit =
	| { readonly type: 'none' }
	| { readonly type: 'afterTimeInterval'; readonly intervalMs: number }
	| { readonly type: 'atSpecifiedTime'; readonly atMs: number };

/** Unix ms at which the wait is over; `undefined` where it has no end. */
export function deadlineOf(limit: WaitLimit, nowMs: number): number | undefined {
	switch (limit.type) {
		case 'none':
			return undefined;
		case 'afterTimeInterval':
			return nowMs + limit.intervalMs;
		case 'atSpecifiedTime':
			return limit.atMs;
		default: {
			const unreachable: never = limit;
			return unreachable;
		}
	}
}

function formatTime(atMs: number, timeZone: string): string {
	const parts = new Intl.DateTimeFormat('en-GB', {
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		year: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
		timeZone,
	}).formatToParts(new Date(atMs));
	// Put together here, since what stands between the parts differs from one Node.js to the next.
	const part = (name: Intl.DateTimeFormatPartTypes): string =>
		parts.find(({ type }) => type === name)?.value ?? '';
	const date = `${part('weekday')}, ${part('day')} ${part('month')} ${part('year')}`;
	return `${date}, ${part('hour')}:${part('minute')} (${timeZone})`;
}

/**
 * A point in time as people read it, e.g. `Friday, 4 December 2026, 17:30 (Europe/Berlin)`.
 *
 * @param timeZone of the workflow (IANA name); an unknown one gives UTC
 */
export function showTime(atMs: number, timeZone: string): string {
	try {
		return formatTime(atMs, timeZone);
	} catch {
		return formatTime(atMs, 'UTC');
	}
}
