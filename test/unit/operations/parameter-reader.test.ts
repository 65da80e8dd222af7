import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	asBoolean,
	asChoice,
	asFields,
	asInteger,
	asRows,
	asString,
	asText,
	ParameterError,
	readValue,
} from '../../../nodes/SmtpOAuthSendEmail/operations/shared/parameters/parameter-reader.js';
import { asLines } from '../../../nodes/SmtpOAuthSendEmail/operations/shared/parameters/text-list.js';

const LABEL = 'Options → Test';
const named = (value: unknown) => ({ label: LABEL, value });

/** The problem that reading the value ends in. */
function problemOf(read: () => unknown) {
	try {
		read();
	} catch (error: unknown) {
		if (error instanceof ParameterError) return error.problem;
		throw error;
	}
	throw new Error('The value was taken');
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;

describe('a text', () => {
	it.each([
		['text', 'text'],
		[0, '0'],
		[-1.5, '-1.5'],
		[false, 'false'],
		[undefined, ''],
		[null, ''],
		[{ a: 1 }, '{"a":1}'],
		[['a', 2], '["a",2]'],
		[new Date(0), '1970-01-01T00:00:00.000Z'],
	])('of %j is %j', (value, text) => {
		expect(asText(named(value))).toBe(text);
	});

	it('may show JSON over several lines', () => {
		expect(asText(named({ a: 1 }), 2)).toBe('{\n  "a": 1\n}');
	});

	it.each([[circular], [1n], [{ big: 1n }], [() => 'x']])(
		'cannot be made of what JSON has no form for',
		(value) => {
			const problem = problemOf(() => asText(named(value)));
			expect(problem).toMatchObject({ code: 'INVALID_PARAMETER', parameter: LABEL });
			expect(problem.detail).toContain(LABEL);
		},
	);

	it('is made of any JSON value without failing', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(asText(named(value))).toEqual(expect.any(String));
			}),
		);
	});
});

describe('a string', () => {
	it('is taken as it is, nothing as empty', () => {
		expect(asString(named(' a '))).toBe(' a ');
		expect(asString(named(undefined))).toBe('');
		expect(asString(named(null))).toBe('');
	});

	it.each([
		[7, 'a number'],
		[true, 'a boolean'],
		[{}, 'an object'],
		[['a'], 'a list'],
	])('cannot be %j', (value, kind) => {
		expect(problemOf(() => asString(named(value))).detail).toContain(kind);
	});
});

describe('a switch', () => {
	it.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
		['', true],
		[undefined, true],
	])('of %j is %j, with the fallback true', (value, expected) => {
		expect(asBoolean(named(value), true)).toBe(expected);
	});

	it.each([['yes'], [1], [{}]])('cannot be %j', (value) => {
		expect(problemOf(() => asBoolean(named(value), true)).parameter).toBe(LABEL);
	});
});

describe('a whole number', () => {
	const bounds = { min: 1, max: 20, fallback: 3 };

	it.each([
		[1, 1],
		[20, 20],
		['7', 7],
		['', 3],
		[undefined, 3],
		[null, 3],
	])('of %j is %j', (value, expected) => {
		expect(asInteger(named(value), bounds)).toBe(expected);
	});

	it.each([[0], [21], [1.5], [NaN], [Infinity], ['1e1'], ['-1'], ['three'], [true], [[1]]])(
		'cannot be %j',
		(value) => {
			expect(problemOf(() => asInteger(named(value), bounds)).detail).toContain('from 1 to 20');
		},
	);
});

describe('a choice', () => {
	it('is one of what the list offers, or the fallback', () => {
		expect(asChoice(named('b'), ['a', 'b'], 'a')).toBe('b');
		expect(asChoice(named(''), ['a', 'b'], 'a')).toBe('a');
		expect(asChoice(named(undefined), ['a', 'b'], 'a')).toBe('a');
	});

	it.each([['c'], ['A'], [0], [['a']], ['constructor']])('cannot be %j', (value) => {
		expect(problemOf(() => asChoice(named(value), ['a', 'b'], 'a')).detail).toContain('a, b');
	});
});

describe('collections', () => {
	it('are read as fields and rows', () => {
		expect(asFields(named({ a: 1 }))).toEqual({ a: 1 });
		expect(asFields(named(''))).toEqual({});
		expect(asRows(named([{ a: 1 }, {}]))).toEqual([{ a: 1 }, {}]);
		expect(asRows(named({ a: 1 }))).toEqual([{ a: 1 }]);
		expect(asRows(named(undefined))).toEqual([]);
	});

	it.each([['text'], [['a']], [7]])('cannot be %j', (value) => {
		expect(problemOf(() => asFields(named(value))).parameter).toBe(LABEL);
	});
});

describe('a text or a list of texts', () => {
	it.each([
		[' a@x.test, b@x.test\n', ' a@x.test, b@x.test\n'],
		[['a@x.test', ' b@x.test '], 'a@x.test\nb@x.test'],
		[['a@x.test', '', null, undefined, 'b@x.test'], 'a@x.test\nb@x.test'],
		[[], ''],
		[null, ''],
		[undefined, ''],
		['["a@x.test","b@x.test"]', 'a@x.test\nb@x.test'],
		['```json\n["a@x.test","b@x.test"]\n```', 'a@x.test\nb@x.test'],
		[' [] ', ''],
		['[EXT] Bob <b@x.test>', '[EXT] Bob <b@x.test>'],
	])('of %j is %j', (value, lines) => {
		expect(asLines(named(value))).toBe(lines);
	});

	it.each([
		[7, 'the expression gives a number'],
		[false, 'the expression gives a boolean'],
		[{ address: 'a@x.test', name: 'A' }, 'the expression gives an object'],
		[[{ address: 'a@x.test' }], 'the list holds an object'],
		[['a@x.test', 7], 'the list holds a number'],
		['["a@x.test", 7]', 'the list holds a number'],
		['{"email":"a@x.test"}', 'the expression gives an object'],
		[[['a@x.test']], 'the list holds a list'],
	])('cannot be %j', (value, detail) => {
		const problem = problemOf(() => asLines(named(value)));
		expect(problem).toMatchObject({ code: 'INVALID_PARAMETER', parameter: LABEL });
		expect(problem.detail).toContain(detail);
	});

	it('given as objects is answered by how to pick a field', () => {
		expect(problemOf(() => asLines(named([{ a: 1 }]))).remedy).toContain('.map(');
	});
});

describe('an object where an address should be', () => {
	it.each<[string, unknown, string]>([
		[
			'of Email Trigger (IMAP)',
			{ value: [{ address: 'a@x.test', name: 'A' }], html: '<a>', text: 'A <a@x.test>' },
			'add .text to',
		],
		['of its list', [{ address: 'a@x.test', name: 'A' }], 'add .map((entry) => entry.address) to'],
		[
			'of Microsoft Outlook',
			{ emailAddress: { name: 'A', address: 'a@x.test' } },
			'add .emailAddress.address to',
		],
		['of a form', [{ 'Your e-mail': 'a@x.test' }], 'add .map((entry) => entry["Your e-mail"]) to'],
		[
			'beside a text',
			['b@x.test', { name: 'A', address: 'a@x.test' }],
			'add .map((entry) => entry.address ?? entry) to',
		],
		[
			'of several rows',
			{ rows: [{ mail: 'a@x.test' }, { mail: 'b@x.test' }] },
			'add .rows.map((entry) => entry.mail) to',
		],
		[
			'with lists in lists',
			[{ 'log readers': [['a@x.test', 'b@x.test']] }],
			'add .flatMap((entry) => entry["log readers"].flatMap((entry) => entry)) to',
		],
		[
			'of mails to several people',
			[{ to: { value: [{ address: 'a@x.test' }] } }],
			'add .flatMap((entry) => entry.to.value.map((entry) => entry.address)) to',
		],
		['with a list of texts', { mails: ['a@x.test', 'b@x.test'] }, 'add .mails to'],
		['of a table', { rows: [{ id: 1, mail: 'a@x.test' }] }, 'add .rows[0].mail to'],
		['without an address', { name: 'A' }, 'add e.g. .email to'],
		['in a list of lists', [['a@x.test'], ['b@x.test']], 'Add .flat() to'],
	])('is answered by the way to the address: %s', (_what, value, remedy) => {
		for (const given of [value, JSON.stringify(value)]) {
			expect(problemOf(() => asLines(named(given))).remedy).toContain(remedy);
		}
	});

	it('is searched without end neither in depth nor in width', () => {
		const wide = Object.fromEntries(
			Array.from({ length: 100_000 }, (_, at) => [`f${String(at)}`, {}]),
		);
		expect(problemOf(() => asLines(named([circular, wide]))).remedy).toContain('.email');
	});
});

describe('an expression that fails', () => {
	it('names its parameter, with n8n’s words in one line', () => {
		const functions = {
			getNodeParameter: () => {
				throw new Error('Referenced node\nis unexecuted');
			},
		};
		const problem = problemOf(() => readValue(functions as never, 'subject', 'Subject', 0, ''));
		expect(problem.parameter).toBe('Subject');
		expect(problem.detail).toContain('Referenced node is unexecuted');
	});
});
