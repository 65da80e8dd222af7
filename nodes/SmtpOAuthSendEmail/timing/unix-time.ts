/**
 * A Unix time in ms, of one in ms or in seconds: as ms, no time in seconds would lie behind February 1973.
 * NaN for what is too small for both, such as the number of a day in a spreadsheet.
 */
export function unixTimeMs(time: number): number {
	if (time < 1e9) return Number.NaN;
	return time < 1e11 ? time * 1_000 : time;
}
