import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkForm } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/forms/check-form.js';
import { formValues } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/forms/form-values.js';
import { readSubmission } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/forms/submission.js';
import type { FormField } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/form-field.js';
import { field, file, submission } from '../../../support/question/questions.js';

type Given = Parameters<typeof submission>[0][string];

const problemOf = (one: FormField, given: Given | undefined) =>
	checkForm([one], submission(given === undefined ? {} : { 'field-0': given })).get(0);

const valueOf = (one: FormField, given: Given | undefined) =>
	Object.fromEntries(
		formValues([one], submission(given === undefined ? {} : { 'field-0': given })).values,
	)['Field'];

describe('a form’s fields, checked by the server', () => {
	it.each([
		'text',
		'textarea',
		'email',
		'number',
		'password',
		'date',
		'dropdown',
		'radio',
		'checkbox',
		'file',
	] as const)(
		'refuses a required %s that is missing or empty, and lets an optional one be',
		(type) => {
			expect(problemOf(field(type, { isRequired: true }), undefined)).toBe(
				'This field is required.',
			);
			expect(problemOf(field(type), undefined)).toBeUndefined();
			if (type === 'file' || type === 'radio' || type === 'checkbox') return;
			expect(problemOf(field(type, { isRequired: true }), ' \r\n ')).toBe(
				'This field is required.',
			);
			expect(problemOf(field(type), '')).toBeUndefined();
		},
	);

	it.each(['1', '-1.5', '.5', '2.', '1e3', ' 7 ', '+3'])('takes %s for a number', (text) => {
		expect(problemOf(field('number'), text)).toBeUndefined();
	});

	it.each(['one', '1,5', '0x10', 'Infinity', 'NaN', '1e999', '--1'])(
		'does not take %s for a number',
		(text) => {
			expect(problemOf(field('number'), text)).toBe('Enter a number.');
		},
	);

	it.each([
		'ada',
		'ada@',
		'@test',
		'a b@sandbox.test',
		'ada@sandbox',
		'ada@@sandbox.test',
		'<ada@sandbox.test>',
	])('does not take %s for an address', (text) => {
		expect(problemOf(field('email'), text)).toBe('Enter an email address.');
	});

	it.each(['2026-02-29', '2026-13-01', '01.02.2026', '2026-1-1', '2026-00-10'])(
		'does not take %s for a date',
		(text) => {
			expect(problemOf(field('date'), text)).toBe('Enter a date.');
		},
	);

	it('takes a leap day', () => {
		expect(problemOf(field('date'), '2028-02-29')).toBeUndefined();
	});

	it.each(['dropdown', 'radio', 'checkbox'] as const)(
		'refuses what a %s does not offer',
		(type) => {
			expect(problemOf(field(type), 'Yellow')).toBe('Choose from the list.');
			expect(problemOf(field(type), 'Green')).toBeUndefined();
		},
	);

	it('refuses two radio buttons', () => {
		expect(problemOf(field('radio'), ['Red', 'Green'])).toBe('Choose at most 1 option.');
	});

	it.each([
		[{ min: 2, max: 2 }, ['Red'], 'Choose exactly 2 options.'],
		[{ min: 1, max: 1 }, [], 'Choose exactly 1 option.'],
		[{ min: 1, max: 2 }, [], 'Choose at least 1 option.'],
		[{ min: 0, max: 1 }, ['Red', 'Blue'], 'Choose at most 1 option.'],
		[{ min: 2, max: 0 }, ['Red', 'Blue', 'Green'], undefined],
	])('holds checkboxes to %j: %j', (limits, taken, problem) => {
		expect(problemOf(field('checkbox', { limits }), taken)).toBe(problem);
	});

	const filesProblem = (one: FormField, ...files: ReturnType<typeof file>[]) =>
		checkForm([one], submission({}, { 'field-0': files })).get(0);

	it('takes one file where one is wanted, and of the accepted types only', () => {
		const images = field('file', { acceptedTypes: '.jpg, PNG, image/*', isRequired: true });
		expect(filesProblem(images, file('a.JPG'))).toBeUndefined();
		expect(filesProblem(images, file('a.png'))).toBeUndefined();
		expect(filesProblem(images, file('a.gif', 'image/gif'))).toBeUndefined();
		expect(filesProblem(images, file('a.exe'))).toContain('a.exe is not accepted');
		expect(filesProblem(images, file('a.jpg'), file('b.jpg'))).toBe('Choose one file only.');
		expect(
			filesProblem({ ...images, isMultiple: true }, file('a.jpg'), file('b.jpg')),
		).toBeUndefined();
	});

	it('takes the nameless empty file that browsers send for none', () => {
		expect(
			filesProblem(field('file', { isRequired: true }), file('', 'application/octet-stream', 0)),
		).toBe('This field is required.');
	});
});

describe('a form’s values', () => {
	it('have the types of n8n’s own forms', () => {
		expect(valueOf(field('text'), ' a ')).toBe('a');
		expect(valueOf(field('email'), ' a@b.test ')).toBe('a@b.test');
		expect(valueOf(field('textarea'), ' a\r\nb ')).toBe(' a\r\nb ');
		expect(valueOf(field('password'), ' secret ')).toBe(' secret ');
		expect(valueOf(field('number'), '1.50')).toBe(1.5);
		expect(valueOf(field('number'), '')).toBe(0);
		expect(valueOf(field('date'), '2026-11-28')).toBe('2026-11-28');
		expect(valueOf(field('dropdown'), 'Red')).toBe('Red');
		expect(valueOf(field('dropdown'), undefined)).toBe('');
		expect(valueOf(field('radio'), 'Red')).toBe('Red');
		expect(valueOf(field('radio'), undefined)).toBeUndefined();
		expect(valueOf(field('checkbox'), ['Red', 'Blue'])).toEqual(['Red', 'Blue']);
		expect(valueOf(field('checkbox'), undefined)).toEqual([]);
		expect(valueOf(field('file'), undefined)).toBeNull();
	});

	it('of hidden fields and HTML are the workflow’s own, whatever was sent', () => {
		expect(valueOf(field('hiddenField', { content: '4711' }), 'forged')).toBe('4711');
		expect(valueOf(field('html', { content: '<b>x</b>' }), 'forged')).toBe('<b>x</b>');
		expect(formValues([field('html', { label: '', content: 'x' })], submission({})).values).toEqual(
			[],
		);
	});

	it('name one file by its field and number several', () => {
		const label = 'Your photo (front)';
		const many = field('file', { label, isMultiple: true });
		const value = { filename: 'a.txt', mimetype: 'text/plain', size: 3 };
		const one = formValues(
			[field('file', { label })],
			submission({}, { 'field-0': [file('a.txt')] }),
		);
		expect(one.values).toEqual([[label, value]]);
		expect(one.files.map(({ property }) => property)).toEqual(['Your_photo__front_']);
		const oneOfMany = formValues([many], submission({}, { 'field-0': [file('a.txt')] }));
		expect(oneOfMany.values).toEqual([[label, [value]]]);
		expect(oneOfMany.files.map(({ property }) => property)).toEqual(['Your_photo__front_']);
		const two = formValues([many], submission({}, { 'field-0': [file('a.txt'), file('b.txt')] }));
		expect(two.files.map(({ property }) => property)).toEqual([
			'Your_photo__front__0',
			'Your_photo__front__1',
		]);
	});

	it.each([
		[
			['履歴書', '証明書'],
			[1, 1],
			['___', '____1'],
		],
		[
			['A-B', 'A B', 'A_B'],
			[1, 1, 1],
			['A_B', 'A_B_1', 'A_B_2'],
		],
		[
			['A', 'A_1', 'A'],
			[2, 1, 1],
			['A_0', 'A_1', 'A_1_1', 'A'],
		],
	])('lose no file of the fields %j, whose names come out alike', (labels, counts, properties) => {
		const fields = labels.map((label) => field('file', { label, isMultiple: true }));
		const sent = counts.map(
			(count, index) => [`field-${index}`, Array(count).fill(file('a.txt'))] as const,
		);
		const { files } = formValues(fields, submission({}, Object.fromEntries(sent)));
		expect(files.map(({ property }) => property)).toEqual(properties);
	});
});

describe('the body of a POST', () => {
	const sent = {
		filepath: '/tmp/upload',
		originalFilename: 'a.txt',
		mimetype: 'text/plain',
		size: 3,
	};

	it('is read from both encodings of a form', () => {
		const { texts } = readSubmission('application/x-www-form-urlencoded', {
			a: '1',
			b: ['2', '3'],
		});
		expect(Object.fromEntries(texts)).toEqual({ a: ['1'], b: ['2', '3'] });
		const multipart = readSubmission('multipart/form-data', {
			data: { a: '1' },
			files: { b: sent },
		});
		expect(Object.fromEntries(multipart.texts)).toEqual({ a: ['1'] });
		expect(multipart.files.get('b')).toEqual([
			{ path: '/tmp/upload', name: 'a.txt', mimeType: 'text/plain', sizeBytes: 3 },
		]);
	});

	it.each(['application/json', 'application/x-www-form-urlencoded', undefined])(
		'names no files of this computer where it is %s',
		(contentType) => {
			const body = { data: { a: '1' }, files: { 'field-0': { ...sent, filepath: '/etc/passwd' } } };
			expect(readSubmission(contentType, body).files.size).toBe(0);
		},
	);

	it('may be anything', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('multipart/form-data', 'application/json'),
				fc.anything(),
				(type, body) => {
					for (const values of readSubmission(type, body).texts.values()) {
						for (const value of values) expect(typeof value).toBe('string');
					}
				},
			),
		);
	});
});
