import { expect, it } from 'vitest';
import { asFiles } from '../../../nodes/SmtpOAuthSendEmail/operations/shared/parameters/file-parameter.js';

const named = (value: unknown) => ({ label: 'Options → Attachments', value });
const pdf = { mimeType: 'application/pdf', fileName: 'a.pdf', data: 'YQ==' };
const stored = { mimeType: 'image/png', id: 'filesystem-v2:x' };

it.each([
	[' a, b ,,c', ['a', 'b', 'c']],
	['a\r\nb\n', ['a', 'b']],
	['a;b; c', ['a', 'b', 'c']],
	['\u00a0a\ufeff,\u202ab\u202c', ['a', 'b']],
	['["a","b"]', ['a', 'b']],
	[['a ', '', null], ['a']],
	[['a, b'], ['a, b']],
	[{ one: {}, two: pdf }, ['one', pdf]],
	[undefined, []],
	[null, []],
	['', []],
	[[], []],
	[pdf, [pdf]],
	[
		[pdf, 'logo', stored],
		[pdf, 'logo', stored],
	],
	[{ one: pdf, two: stored }, [pdf, stored]],
	[
		[[pdf], ['logo', [stored]]],
		[pdf, 'logo', stored],
	],
	[
		[{ one: pdf }, {}, { two: stored }],
		[pdf, stored],
	],
	[JSON.stringify(pdf), [pdf]],
	['["a", "b",]', ['a', 'b']],
	['"a, b"', ['a', 'b']],
	[{ one: pdf, two: { mimeType: 'text/plain' } }, [pdf, 'two']],
	[{}, []],
])('files are read from %j', (value, files) => {
	expect(asFiles(named(value))).toEqual(files);
});

it.each([
	[7],
	[[1]],
	[true],
	[{ a: 1 }],
	[[{ a: 1 }]],
	[{ id: '1abc', name: 'a.pdf', mimeType: 'application/pdf' }],
	[[{ id: 'att1', url: 'https://x.test/a', filename: 'a.pdf', type: 'application/pdf' }]],
	[[{ filename: 'a.txt', content: 'YQ==' }]],
])('files are not read from %j, and the parameter is named', (value) => {
	expect(() => asFiles(named(value))).toThrow('Options → Attachments');
});

it('a file of another service is answered by how to get it', () => {
	const file = { id: '1abc', name: 'a.pdf', mimeType: 'application/pdf' };
	expect(() => asFiles(named(file))).toThrow(
		expect.objectContaining({
			problem: expect.objectContaining({ remedy: expect.stringContaining('HTTP Request') }),
		}),
	);
});
