import {
	asChoice,
	asFields,
	fieldReader,
	nameOf,
	refuse,
	type NamedValue,
} from '../../shared/parameters/parameter-reader';
import { unixTimeMs } from '../../../timing/unix-time';
import { readTime } from './local-time';

const LABEL = 'Options → Limit Wait Time';

const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** n8n cannot store what lies behind this year. */
const LAST_MS = Date.UTC(2999, 0, 1);

function readAmount({ label, value }: NamedValue): number {
	if (value === undefined || value === null || value === '') return 1;
	const amount = typeof value === 'string' ? Number(value) : value;
	if (typeof amount === 'number' && amount >= 0 && amount <= 1_000_000) return amount;
	return refuse(
		label,
		`"${label}" must be a number from 0 to 1000000, but is ${nameOf(value)}.`,
		'Enter how long to wait, e.g. 45.',
	);
}

/** A date as text, as a Unix time, as `Date`, or as the date objects of n8n's expressions, which know their moment. */
function readDate({ label, value }: NamedValue, timeZone: string): number {
	const atMs =
		typeof value === 'string'
			? readTime(value, timeZone)
			: typeof value === 'object' && value !== null
				? Number(value.valueOf())
				: typeof value === 'number'
					? unixTimeMs(value)
					: Number.NaN;
	if (Number.isFinite(atMs) && atMs <= LAST_MS) return atMs;
	return refuse(
		label,
		`"${label}" must be a date and time, but is ${nameOf(value)}${typeof value === 'string' && value !== '' ? ' that is none' : ''}.`,
		'Choose a date and time, or write one as 2026-12-31T17:30:00.',
	);
}

/**
 * Reads when the wait for an answer is over, in Unix ms; `undefined` where it has no end.
 *
 * @param options the values of the collection "Options" by name
 * @param timeZone of the workflow (IANA name)
 * @throws ParameterError naming the parameter
 */
export function readDeadline(
	options: Readonly<Record<string, unknown>>,
	timeZone: string,
	nowMs: number,
): number | undefined {
	const limit = asFields({ label: LABEL, value: options['limitWaitTime'] });
	const values = asFields({ label: LABEL, value: limit['values'] });
	if (Object.keys(values).length === 0) return undefined;
	const field = fieldReader(LABEL, values);
	const type = asChoice(
		field('limitType', 'Limit Type'),
		['afterTimeInterval', 'atSpecifiedTime'],
		'afterTimeInterval',
	);
	if (type === 'atSpecifiedTime') {
		return readDate(field('maxDateAndTime', 'Max Date and Time'), timeZone);
	}
	const unit = asChoice(field('resumeUnit', 'Unit'), ['minutes', 'hours', 'days'], 'hours');
	const amount = readAmount(field('resumeAmount', 'Amount'));
	return nowMs + Math.round(amount * UNIT_MS[unit]);
}
