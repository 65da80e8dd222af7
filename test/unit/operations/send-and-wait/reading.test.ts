import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	parseAddressList,
	writeAddressList,
} from '../../../../nodes/SmtpOAuthSendEmail/message/addresses/address-list.js';
import { claimAnswer } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/answer/claim-answer.js';
import { readTime } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/reading/local-time.js';
import { readDeadline } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/reading/read-deadline.js';
import { readFormFields } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/reading/read-form-fields.js';
import { timedOutItem } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/timed-out-item.js';

const iso = (text: string, timeZone: string) => new Date(readTime(text, timeZone)).toISOString();

describe('a date without a time zone', () => {
	it.each([
		['2026-12-04T17:30:00', 'Europe/Berlin', '2026-12-04T16:30:00.000Z'],
		['2026-07-04 17:30', 'Europe/Berlin', '2026-07-04T15:30:00.000Z'],
		['2026-12-04', 'America/New_York', '2026-12-04T05:00:00.000Z'],
		['2026-12-04T17:30:00', 'Asia/Kolkata', '2026-12-04T12:00:00.000Z'],
		// The clocks change at 01:00 UTC.
		['2026-03-29T01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59.000Z'],
		['2026-03-29T03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
		['2026-10-25T03:30:00', 'Europe/Berlin', '2026-10-25T02:30:00.000Z'],
		['2026-12-04T17:30:00', 'Nowhere/Else', '2026-12-04T17:30:00.000Z'],
	])('counts in the workflow’s: %s in %s', (text, timeZone, expected) => {
		expect(iso(text, timeZone)).toBe(expected);
	});

	it('with one is that moment', () => {
		expect(iso('2026-12-04T17:30:00-05:00', 'Europe/Berlin')).toBe('2026-12-04T22:30:00.000Z');
	});

	it.each(['tomorrow', '', '2026-13-01T00:00', '2026-12-04T25:00:00', '2026-12-32'])(
		'is none where it is something else: "%s"',
		(text) => {
			expect(readTime(text, 'UTC')).toBeNaN();
		},
	);
});

describe('a wait limit', () => {
	const read = (values: object) => readDeadline({ limitWaitTime: { values } }, 'UTC', 5);

	it('is none where the option is not set', () => {
		expect(readDeadline({}, 'UTC', 5)).toBeUndefined();
	});

	it.each(['minutes', 'hours', 'days'])('takes %s', (resumeUnit) => {
		const ms = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 }[resumeUnit];
		expect(read({ resumeAmount: 1, resumeUnit })).toBe(5 + (ms ?? 0));
	});

	it('takes a point in time', () => {
		expect(read({ limitType: 'atSpecifiedTime', maxDateAndTime: new Date(7) })).toBe(7);
		for (const maxDateAndTime of [1795860000, 1795860000000]) {
			const values = { limitType: 'atSpecifiedTime', maxDateAndTime };
			expect(read(values)).toBe(Date.parse('2026-11-28T10:00:00Z'));
		}
	});

	it.each([
		{ resumeAmount: 'soon' },
		{ resumeAmount: Number.NaN },
		{ resumeAmount: 1, resumeUnit: 'weeks' },
		{ limitType: 'atSpecifiedTime', maxDateAndTime: '' },
		{ limitType: 'atSpecifiedTime', maxDateAndTime: '9999-01-01' },
		{ limitType: 'atSpecifiedTime', maxDateAndTime: 46353 },
		{ limitType: 'never' },
	])('refuses %j', (values) => {
		expect(() => read(values)).toThrow(/Limit Wait Time/);
	});
});

describe('a mailbox', () => {
	it('is read again as it was written', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[^\p{C}\s]([^\p{C}]*[^\p{C}\s])?$/u), (name) => {
				const mailbox = { name: name.replace(/\s+/g, ' '), address: 'ada@sandbox.test' };
				const parsed = parseAddressList(writeAddressList([mailbox]), 'To Email');
				expect(parsed).toEqual({ ok: true, value: [mailbox] });
			}),
		);
	});
});

describe('an answer’s claim', () => {
	it('is the first one’s, and no other’s question’s', () => {
		const answered = new Map<string, number>();
		expect(claimAnswer(answered, 'a', 0)).toBe(true);
		expect(claimAnswer(answered, 'a', 1)).toBe(false);
		expect(claimAnswer(answered, 'b', 1)).toBe(true);
	});

	it('ends after ten minutes, so that a question n8n failed to go on with can be answered', () => {
		const answered = new Map<string, number>();
		claimAnswer(answered, 'a', 0);
		expect(claimAnswer(answered, 'a', 600_000)).toBe(false);
		expect(claimAnswer(answered, 'a', 600_001)).toBe(true);
		expect(answered.size).toBe(1);
	});
});

describe('the item of a question that nobody answered', () => {
	it('has nothing of the input where a language model wrote it', () => {
		const input = { json: { approved: true, data: { approved: true } }, binary: {} };
		expect(timedOutItem(input, true)).toEqual({
			json: { data: { timedOut: true, respondedAt: null } },
			pairedItem: { item: 0 },
		});
	});
});

describe('a wrong value in a form', () => {
	const read = (field: object) =>
		readFormFields({
			getNodeParameter: (name: string, _itemIndex: number, fallback?: unknown) =>
				name === 'formFields' ? { values: [{ fieldLabel: 'Size', ...field }] } : fallback,
			evaluateExpression: () => '',
		} as never);

	it.each([
		[{ requiredField: 'maybe' }, 'Form Elements → Required Field'],
		[{ fieldType: 'file', multipleFiles: 3 }, 'Form Elements → Multiple Files'],
		[
			{
				fieldType: 'checkbox',
				fieldOptions: { values: [{ option: 'S' }] },
				limitSelection: 'range',
				maxSelections: 'all',
			},
			'Form Elements → Maximum Selections',
		],
		[{ fieldType: 'slider' }, 'Form Elements → Element Type'],
	])('is named as the editor shows it: %j', (field, label) => {
		expect(() => read(field)).toThrow(`"${label}" must be`);
	});
});
