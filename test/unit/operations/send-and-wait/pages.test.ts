import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticePage } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/pages/notice-page.js';
import { questionPage } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/pages/question-page.js';
import {
	FIELD_TYPES,
	type FormField,
} from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/form-field.js';
import type { Question } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/question.js';
import {
	ADA,
	APPROVAL,
	field,
	formQuestion,
	submission,
} from '../../../support/question/questions.js';

const MARK = 'MARKMARK';

/** Every kind of field, with a text wherever an author or a respondent can put one. */
const fieldsOf = (text: string): FormField[] =>
	FIELD_TYPES.filter((type) => type !== 'html' && type !== 'hiddenField').map((type) =>
		field(type, {
			label: text,
			placeholder: text,
			...(['checkbox', 'dropdown', 'radio'].includes(type) ? {} : { defaultValue: text }),
			acceptedTypes: text,
			choices: [text],
			isRequired: true,
		}),
	);

const questionOf = (text: string, response: Question['response']): Question => ({
	title: text,
	message: text,
	workflowName: text,
	deadline: { atMs: 0, text },
	response,
});

/** All pages that show somebody's text. */
const pagesOf = (text: string): string[] => {
	const respondent = { address: text, token: text };
	const form = formQuestion(fieldsOf(text)).response;
	const given = submission(
		Object.fromEntries(fieldsOf(text).map((_field, index) => [`field-${index}`, text])),
	);
	const problems = new Map(fieldsOf(text).map((_field, index) => [index, text]));
	const approval = { type: 'approval', approveLabel: text, declineLabel: text } as const;
	return [
		questionPage(questionOf(text, approval), respondent, {}),
		questionPage(questionOf(text, { ...form, buttonLabel: text } as never), respondent, {}),
		questionPage(questionOf(text, form), respondent, { refused: { submission: given, problems } }),
	].map(({ html }) => html);
};

describe('every page', () => {
	it('shows any text as text only', () => {
		const skeletons = pagesOf(MARK).map((html) => html.split(MARK));
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text === text.trim()),
					fc.constantFrom(
						'</textarea><script>',
						'"><img src=x onerror=y>',
						"' onfocus='x",
						'</title>',
						'</style>',
					),
				),
				(text) => {
					for (const [page, html] of pagesOf(text).entries()) {
						let at = 0;
						for (const [index, piece] of (skeletons[page] ?? []).entries()) {
							const found = html.indexOf(piece, at);
							expect(found).toBeGreaterThanOrEqual(at);
							const shown = html.slice(at, found).replaceAll('<br>', '');
							if (index > 0) expect(shown).not.toMatch(/[<>"']/);
							at = found + piece.length;
						}
						expect(at).toBe(html.length);
					}
				},
			),
			{ numRuns: 60 },
		);
	});

	it.each([
		['question', questionPage(APPROVAL, ADA, {})],
		['form', questionPage(formQuestion(fieldsOf('x'), 'h1 { color: red }'), ADA, {})],
		['notice', noticePage('answered')],
	])('of a %s runs no script, loads nothing and cannot be framed or kept', (_name, page) => {
		expect(page.html).not.toMatch(/<script|<link|<img|<iframe|\son[a-z]+=|\sstyle=|url\(/i);
		const { headers } = page;
		expect(headers).toMatchObject({
			'Content-Type': 'text/html; charset=utf-8',
			'Cache-Control': 'no-store',
			'Referrer-Policy': 'no-referrer',
			'X-Content-Type-Options': 'nosniff',
			'X-Frame-Options': 'DENY',
		});
		const policy = headers['Content-Security-Policy'] ?? '';
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(policy).not.toContain('unsafe');
		const styles = [...page.html.matchAll(/<style>([\s\S]*?)<\/style>/g)];
		expect(styles.length).toBeGreaterThan(0);
		for (const [, style = ''] of styles) {
			expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
		}
	});

	it('says its language and fits a phone', () => {
		const { html } = noticePage('recorded');
		expect(html).toContain('<html lang="en">');
		expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"');
		expect(html).toContain('prefers-color-scheme: dark');
	});
});

describe('the page of a question', () => {
	it('says what is asked, by which workflow, until when and as whom one answers', () => {
		const { html } = questionPage(
			{ ...APPROVAL, deadline: { atMs: 0, text: 'Friday at 17:30' } },
			ADA,
			{},
		);
		for (const text of [
			'Approve the order',
			'Order 4711 over 1,200 €.<br>Please decide.',
			'Orders',
			'Friday at 17:30',
			ADA.address,
		]) {
			expect(html).toContain(text);
		}
		expect(html).not.toContain(ADA.token);
	});

	it('has the button of the mail chosen, and no other', () => {
		const checked = (html: string) => /value="(\w+)" required checked/.exec(html)?.[1];
		expect(checked(questionPage(APPROVAL, ADA, { chosen: 'approve' }).html)).toBe('approve');
		expect(checked(questionPage(APPROVAL, ADA, { chosen: 'decline' }).html)).toBe('decline');
		expect(checked(questionPage(APPROVAL, ADA, {}).html)).toBeUndefined();
	});

	it('sends an approval by one press where there is nothing to choose', () => {
		const response = { type: 'approval', approveLabel: 'OK' } as const;
		const { html } = questionPage({ ...APPROVAL, response }, ADA, { chosen: 'approve' });
		expect(html).toContain('<input type="hidden" name="answer" value="approve">');
		expect(html).toContain('<button type="submit">OK</button>');
		expect(html).not.toContain('type="radio"');
	});

	it('asks for files in the encoding that carries them', () => {
		expect(questionPage(formQuestion([field('file')]), ADA, {}).html).toContain(
			'multipart/form-data',
		);
		expect(questionPage(formQuestion([field('text')]), ADA, {}).html).not.toContain('multipart');
	});

	it('names every control by a label', () => {
		const { html } = questionPage(formQuestion(fieldsOf('Name')), ADA, {});
		for (const [, id] of html.matchAll(/ id="(field-\d+)"/g)) expect(html).toContain(`for="${id}"`);
		expect(html.match(/<legend>/g)).toHaveLength(2);
	});

	it('lets decimals into numbers', () => {
		expect(questionPage(formQuestion([field('number')]), ADA, {}).html).toContain('step="any"');
	});

	it('keeps hidden values to the workflow', () => {
		const hidden = field('hiddenField', { content: 'internal-4711' });
		expect(questionPage(formQuestion([hidden]), ADA, {}).html).not.toContain('internal-4711');
	});

	it('shows the defaults of fields', () => {
		const { html } = questionPage(
			formQuestion([
				field('text', { defaultValue: 'Ada' }),
				field('dropdown', { defaultValue: 'Green' }),
				field('checkbox', { defaultValue: 'Red, Blue' }),
				field('radio', { defaultValue: 'Green' }),
			]),
			ADA,
			{},
		);
		expect(html).toContain('value="Ada"');
		expect(html).toContain('<option value="Green" selected>');
		expect([...html.matchAll(/value="(\w+)" checked/g)].map(([, value]) => value)).toEqual([
			'Red',
			'Blue',
			'Green',
		]);
	});
});

describe('the page of a refused form', () => {
	const fields = [
		field('text', { label: 'Name', isRequired: true }),
		field('password', { label: 'Pin' }),
		field('textarea', { label: 'Note' }),
		field('checkbox', { label: 'Colours' }),
	];
	const page = questionPage(formQuestion(fields), ADA, {
		refused: {
			submission: submission({
				'field-0': '',
				'field-1': 'pass-4711',
				'field-2': '\nkept',
				'field-3': ['Red', 'Blue'],
			}),
			problems: new Map([[0, 'This field is required.']]),
		},
	});

	it('keeps what was filled in, but never passwords', () => {
		expect(page.html).toContain('>\n\nkept</textarea>');
		expect([...page.html.matchAll(/value="(\w+)" checked/g)].map(([, value]) => value)).toEqual([
			'Red',
			'Blue',
		]);
		expect(page.html).not.toContain('pass-4711');
	});

	it('tells that nothing is recorded and leads to the wrong field', () => {
		expect(page.status).toBe(422);
		expect(page.html).toContain('role="alert"');
		expect(page.html).toContain('aria-invalid="true" aria-describedby="field-0-error" autofocus');
		expect(page.html).toContain('<p class="error" id="field-0-error">This field is required.</p>');
		expect(page.html.match(/autofocus/g)).toHaveLength(1);
	});
});
