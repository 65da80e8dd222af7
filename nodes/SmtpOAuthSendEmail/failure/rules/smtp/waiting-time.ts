import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../catalogue/catalogue-entry';

const UNIT_MS: Readonly<Record<string, number>> = {
	s: 1_000,
	m: MINUTE_MS,
	h: HOUR_MS,
	d: DAY_MS,
};

/** "try again in 60 minutes", "reset in 21.99 hours", "Greylisted for 300 seconds", "wait 5 min". */
const AFTER =
	/\b(?:in|after|for|within|wait|another|next)\s{1,3}(?:about |at least |another |the next |approximately )?(\d{1,6}(?:\.\d{1,4})?)[ -]{0,2}(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)\b/;

/** "Greylisted, 00:04:59 left". */
const CLOCK =
	/\b(\d{1,2}):(\d{2}):(\d{2})\b(?! ?(?:utc|gmt|[+-]\d{4}|z\b))(?=.{0,20}(?:left|remain|until))/;

/** Longer waits do not help. */
const MAX_WAIT_MS = 31 * DAY_MS;

/**
 * How long to wait, in ms, where the words of a reply tell it: by a time, else by the period of the
 * limit they name. `undefined` where they tell nothing.
 *
 * @param words lower case
 */
export function readWaitingTime(words: string): number | undefined {
	const [, amount = '', unit = ''] = AFTER.exec(words) ?? [];
	const named = Number(amount) * (UNIT_MS[unit.charAt(0)] ?? 0);
	if (named > 0) return Math.min(Math.ceil(named), MAX_WAIT_MS);
	const [, hours = '', minutes = '', seconds = ''] = CLOCK.exec(words) ?? [];
	const left = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000;
	return left > 0 ? left : undefined;
}
