import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	decide,
	type LinkRequest,
} from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/answer/decide.js';
import {
	readStoredQuestion,
	storeQuestion,
} from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/open-question.js';
import type { Question } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/question.js';
import {
	ADA,
	APPROVAL,
	BOB,
	field,
	formQuestion,
	opened,
	submission,
} from '../../../support/question/questions.js';

const NOW = Date.UTC(2026, 10, 28);

const asked = (question: Question, request: Partial<LinkRequest>, nowMs = NOW) =>
	decide(
		opened(question),
		{ method: 'POST', token: ADA.token, chosen: '', submission: submission({}), ...request },
		nowMs,
	);

const approve = submission({ answer: 'approve' });

describe('a link', () => {
	it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'post', ''])(
		'decides nothing by %s, whatever comes along',
		(method) => {
			fc.assert(
				fc.property(fc.constantFrom('approve', 'decline', 'x'), (chosen) => {
					expect(asked(APPROVAL, { method, chosen, submission: approve }).type).toBe('page');
				}),
			);
		},
	);

	it('answers by POST as the person it was sent to', () => {
		expect(asked(APPROVAL, { submission: approve })).toEqual({
			type: 'answer',
			answer: { respondedBy: ADA.address, values: [['approved', true]], files: [] },
		});
		expect(
			asked(APPROVAL, { token: BOB.token, submission: submission({ answer: 'decline' }) }),
		).toEqual({
			type: 'answer',
			answer: { respondedBy: BOB.address, values: [['approved', false]], files: [] },
		});
	});

	it('does not decide by the button that was pressed in the mail, which scanners press as well', () => {
		const reaction = asked(APPROVAL, { chosen: 'approve' });
		expect(reaction).toMatchObject({ type: 'page', page: { status: 422 } });
	});

	it.each(['', 'yes', 'APPROVE', 'constructor'])('refuses the answer "%s"', (answer) => {
		const reaction = asked(APPROVAL, { submission: submission({ answer }) });
		expect(reaction).toMatchObject({ type: 'page', page: { status: 422 } });
	});

	it('cannot decline where that is not offered', () => {
		const response = { type: 'approval', approveLabel: 'OK' } as const;
		const declined = asked(
			{ ...APPROVAL, response },
			{ submission: submission({ answer: 'decline' }) },
		);
		expect(declined).toMatchObject({ type: 'page', page: { status: 422 } });
	});

	it.each(['GET', 'POST'])('of another question is closed to %s', (method) => {
		for (const token of ['', 'token-of-yesterday', ADA.address]) {
			const reaction = asked(APPROVAL, { method, token, submission: approve });
			expect(reaction).toMatchObject({ type: 'page', page: { status: 410 } });
			expect(JSON.stringify(reaction)).toContain('This question is closed');
			expect(JSON.stringify(reaction)).not.toContain('Order 4711');
		}
	});

	it.each(['GET', 'POST'])('is late for %s from the deadline on', (method) => {
		const limited = { ...APPROVAL, deadline: { atMs: NOW, text: 'now' } };
		const late = asked(limited, { method, submission: approve });
		expect(JSON.stringify(late)).toContain('The time to answer is over');
		const early = asked(limited, { method, submission: approve }, NOW - 1);
		expect(early).toMatchObject(method === 'POST' ? { type: 'answer' } : { page: { status: 200 } });
	});

	it('says so where nothing is known of the question', () => {
		const request = { method: 'POST', token: ADA.token, chosen: '', submission: approve };
		expect(decide(undefined, request, NOW)).toMatchObject({ page: { status: 500 } });
	});
});

describe('a form', () => {
	const fields = [
		field('text', { label: 'Name', isRequired: true }),
		field('number', { label: 'Age' }),
	];

	it('that is complete gives its values by their names', () => {
		const sent = submission({ 'field-0': 'Ada', 'field-1': '36' });
		expect(asked(formQuestion(fields), { submission: sent })).toEqual({
			type: 'answer',
			answer: {
				respondedBy: ADA.address,
				values: [
					['Name', 'Ada'],
					['Age', 36],
				],
				files: [],
			},
		});
	});

	it('that is not goes back to the person', () => {
		const sent = submission({ 'field-1': 'old' });
		const reaction = asked(formQuestion(fields), { submission: sent });
		expect(reaction).toMatchObject({ type: 'page', page: { status: 422 } });
	});

	it('of free text gives the text', () => {
		const response = {
			type: 'freeText',
			fields: [field('textarea', { label: 'Response', isRequired: true })],
			buttonLabel: 'Send',
			css: '',
		} as const;
		const answered = asked(
			{ ...APPROVAL, response },
			{ submission: submission({ 'field-0': 'Fine.' }) },
		);
		expect(answered).toMatchObject({ type: 'answer', answer: { values: [['text', 'Fine.']] } });
		expect(asked({ ...APPROVAL, response }, {})).toMatchObject({ page: { status: 422 } });
	});
});

describe('a stored question', () => {
	it('is the same when it is read again', () => {
		const open = opened(formQuestion([field('text')]));
		expect(readStoredQuestion(storeQuestion(open))).toMatchObject({ ...open });
	});

	it.each([
		undefined,
		null,
		'',
		'{',
		'[]',
		'{"version":2,"respondents":[],"question":{"response":{}}}',
		7,
	])('is not %j', (stored) => {
		expect(readStoredQuestion(stored)).toBeUndefined();
	});
});
