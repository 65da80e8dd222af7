import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	parseAddressEntries,
	parseAddressList,
} from '../../../../nodes/SmtpOAuthSendEmail/message/addresses/address-list.js';
import { hostileText } from '../../../support/message/hostile-text.js';
import { problemOf, valueOf } from '../../../support/message/prepared-message.js';

const read = (text: string) => valueOf(parseAddressList(text, 'To Email'));
const addresses = (text: string) => read(text).map(({ address }) => address);
const refused = (text: string) => problemOf(parseAddressList(text, 'To Email'));

describe('parseAddressList reads', () => {
	it.each([
		['a bare address', 'ann@example.com', '', 'ann@example.com'],
		['an address in brackets', '<ann@example.com>', '', 'ann@example.com'],
		['an unquoted name', 'Ann Lee <ann@example.com>', 'Ann Lee', 'ann@example.com'],
		['a quoted name', '"Lee, Ann" <ann@example.com>', 'Lee, Ann', 'ann@example.com'],
		[
			'quotes within a quoted name',
			'"Ann \\"Al\\" Lee" <a@b.example>',
			'Ann "Al" Lee',
			'a@b.example',
		],
		['quotes within an unquoted name', 'Ann "Al" Lee <a@b.example>', 'Ann Al Lee', 'a@b.example'],
		['an unquoted comma in a name', 'Lee, Ann <a@b.example>', 'Lee, Ann', 'a@b.example'],
		['several unquoted commas', 'Lee, Ann, PhD <a@b.example>', 'Lee, Ann, PhD', 'a@b.example'],
		['dots and an apostrophe', "J. R. O'Neil <j@b.example>", "J. R. O'Neil", 'j@b.example'],
		['square brackets in a name', '[EXT] Bob <b@b.example>', '[EXT] Bob', 'b@b.example'],
		['an address as a name', 'ann@a.example <ann@a.example>', 'ann@a.example', 'ann@a.example'],
		['a Unicode name', 'Jörg 山田 <j@b.example>', 'Jörg 山田', 'j@b.example'],
		['no space before the bracket', 'Ann<ann@b.example>', 'Ann', 'ann@b.example'],
		['a comment as a name', 'ann@b.example (Ann Lee)', 'Ann Lee', 'ann@b.example'],
		['nested comments', 'Ann (a (b) \\) c) <ann@b.example>', 'Ann', 'ann@b.example'],
		['comments around the @', 'ann(x)@(y)b.example', 'xy', 'ann@b.example'],
		['spaces around the @', 'ann @ b.example', '', 'ann@b.example'],
		['a plus address', 'ann+tag@b.example', '', 'ann+tag@b.example'],
		['a quoted local part', '"ann lee"@b.example', '', '"ann lee"@b.example'],
		['an @ in a quoted local part', '"ann@x.example"@b.example', '', '"ann@x.example"@b.example'],
		['a Unicode local part', 'jörg@b.example', '', 'jörg@b.example'],
		['a Unicode domain', 'ann@bücher.example', '', 'ann@xn--bcher-kva.example'],
		['an A-label', 'ann@xn--bcher-kva.example', '', 'ann@xn--bcher-kva.example'],
		['an upper-case domain', 'Ann@EXAMPLE.com', '', 'Ann@example.com'],
		['an ideographic full stop', 'ann@例。example', '', 'ann@xn--fsq.example'],
		['an IPv4 literal', 'ann@[192.0.2.1]', '', 'ann@[192.0.2.1]'],
		['an IPv6 literal', '<ann@[IPv6:2001:db8::1]>', '', 'ann@[IPv6:2001:db8::1]'],
		['a host without dots', 'root@localhost', '', 'root@localhost'],
	])('%s', (_, text, name, address) => {
		expect(read(text)).toEqual([{ name, address }]);
	});

	it('several addresses separated by commas, a last comma included', () => {
		expect(addresses('a@x.example, B <b@x.example>,, "C, D" <c@x.example>,')).toEqual([
			'a@x.example',
			'b@x.example',
			'c@x.example',
		]);
	});

	it('lists separated by semicolons', () => {
		expect(addresses('Ann <a@x.example>; Lee, Bob <b@x.example>;')).toEqual([
			'a@x.example',
			'b@x.example',
		]);
	});

	it('groups, among other addresses', () => {
		expect(
			valueOf(
				parseAddressEntries(
					'c@x.example, "My: Team": a@x.example, B <b@x.example>;, d@x.example',
					'To Email',
				),
			),
		).toEqual([
			{ name: '', address: 'c@x.example' },
			{
				groupName: 'My: Team',
				members: [
					{ name: '', address: 'a@x.example' },
					{ name: 'B', address: 'b@x.example' },
				],
			},
			{ name: '', address: 'd@x.example' },
		]);
		expect(addresses('Team: a@x.example, b@x.example; c@x.example')).toHaveLength(3);
	});

	it('an empty group and an empty text as nobody', () => {
		expect(read('undisclosed-recipients:;')).toEqual([]);
		expect(read('')).toEqual([]);
		expect(read(' , ; ')).toEqual([]);
	});

	it('a comment without an address as nobody', () => {
		expect(read('(Recipient list suppressed)')).toEqual([]);
		expect(addresses('a@x.example, (and friends)')).toEqual(['a@x.example']);
	});

	it('a colon of an IPv6 literal not as a group', () => {
		expect(addresses('a@[IPv6:::1], T: b@[IPv6:::2];')).toEqual(['a@[IPv6:::1]', 'b@[IPv6:::2]']);
	});
});

describe('parseAddressList never takes an address out of', () => {
	it.each([
		['a quoted name', '"evil@x.example" <good@b.example>'],
		['a quoted name with brackets', '"<evil@x.example>" <good@b.example>'],
		['a quoted name with a list', '"a, evil@x.example, b" <good@b.example>'],
		['a quoted name with an escaped quote', '"a\\" <evil@x.example>, \\"" <good@b.example>'],
		['a comment', '(evil@x.example) good@b.example'],
		['a comment with brackets', 'Ann (, <evil@x.example>,) <good@b.example>'],
		['an escaped parenthesis', '(\\) <evil@x.example> \\() <good@b.example>'],
		['an unquoted name', 'evil@x.example <good@b.example>'],
	])('%s', (_, text) => {
		expect(addresses(text)).toEqual(['good@b.example']);
	});

	it('a quoted name, whatever it contains', () => {
		fc.assert(
			fc.property(hostileText(), (name) => {
				const text = `"${name.replace(/["\\]/g, '\\$&')}" <good@b.example>`;
				expect(addresses(text)).toEqual(['good@b.example']);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('parseAddressList refuses', () => {
	it.each([
		['no @', 'ann', 'is not an address'],
		['a quoted name alone', '"Ann Lee"', 'is not an address'],
		['empty brackets', 'Ann <>', 'is not an address'],
		['two @', 'ann@x.example@y.example', 'more than one @'],
		['nothing before the @', '@x.example', 'nothing before the @'],
		['nothing after the @', 'ann@', 'no domain'],
		['a name without brackets', 'Ann ann@x.example', 'several words'],
		[
			'addresses before one in brackets',
			'a@x.example b@x.example <c@x.example>',
			'several addresses',
		],
		['words between addresses', 'ann@x.example or bob@x.example', 'more than one @'],
		['an address alone in parentheses', '(a@x.example)', 'comment'],
		['the last of a list in parentheses', 'a@x.example, (b@x.example)', 'comment'],
		['a list of Python in parentheses', "('a@x.example', 'b@x.example')", 'comment'],
		['a typographic apostrophe', 'o’brien@x.example', 'typographic'],
		['a no-break hyphen', 'ann\u2011lee@x.example', 'typographic'],
		['a dash in the domain', 'ann@x–y.example', 'typographic'],
		['a letter of full width in a quoted part', '"ａ"@x.example', 'full width'],
		['a lost character', 'M\ufffdller@x.example', 'lost a character'],
		[
			'a claim beside a quoted name',
			'"A" <a@x.example>, i:0#.f|membership|b@x.example;',
			'SharePoint',
		],
		['a missing user', 'undefined@x.example', 'missing a value'],
		['a missing domain', 'Ann <ann@undefined>', 'missing a value'],
		['text after the brackets', '<a@x.example> b', 'text after the >'],
		['two addresses in brackets', '<a@x.example> <b@x.example>', 'text after the >'],
		['a list in brackets', '<a@x.example, b@x.example>', 'more than one @'],
		['a source route', '<@a.example:b@x.example>', 'nothing before the @|more than one @'],
		['an unclosed bracket', 'Ann <a@x.example', 'never closed'],
		['a bracket too many', 'a@x.example>', 'a > without a <'],
		['nested brackets', '<<a@x.example>>', 'a < within'],
		['an unclosed quote', '"Ann <a@x.example>', 'never closed with "'],
		['an unclosed comment', 'a@x.example (Ann', 'never closed with \\)'],
		['an unclosed literal', 'a@[192.0.2.1', 'never closed with \\]'],
		['an unclosed group', 'Team: a@x.example', 'not closed'],
		['a group in a group', 'A: B: a@x.example;;', 'colon'],
		['a mailto link with more than an address', 'mailto:a@x.example?cc=b@x.example', 'mailto'],
		['a lost @ before another address', 'jane.x.example, Ann <a@x.example>', 'is not an address'],
		['a name before a bare address', 'Lee, a@x.example', 'is not an address'],
		['a dot at the start', '.a@x.example', 'before the @'],
		['dots alone', '..@x.example', 'before the @'],
		['a backslash', 'a\\b@x.example', 'before the @'],
		['brackets in a quoted local part', '"<a>"@x.example', 'before the @'],
		['an underscore in the domain', 'a@x_y.example', 'domain'],
		['a hyphen at the edge', 'a@-x.example', 'domain'],
		['an empty label', 'a@x..example', 'domain'],
		['dots at the end', 'a@x.example..', 'domain'],
		['typographic quotes in it', '“a b@x.example”', 'several words'],
		['a typographic quote before it', '“a@x.example', 'typographic'],
		['a percent sign in the domain', 'a@x%2eexample', 'domain'],
		['a hash in a Unicode domain', 'a@ü#.example', 'domain'],
		['a character that maps to a slash', 'a@℀.example', 'domain'],
		['an invalid A-label', 'a@xn--a.example', 'domain'],
		['an IP address without brackets', 'a@192.0.2.1', 'IP address'],
		['full-width digits', 'a@１.２', 'domain'],
		['an invalid literal', 'a@[300.0.0.1]', 'domain'],
		['a zone in a literal', 'a@[IPv6:fe80::1%eth0]', 'domain'],
		['an invisible character', 'a\u200b@x.example', 'invisible'],
		['a letter that shows nothing', 'a\u3164@x.example', 'invisible'],
		['a blank of Braille in the domain', 'a@x\u2800y.example', 'invisible'],
		['a no-break space within', 'a@x\u00a0y.example', 'invisible'],
		['a no-break space before the @', 'a\u00a0@x.example', 'invisible'],
		['a line separator', '"a\u2028"@x.example', 'invisible'],
		['a C1 control', 'a\u0085@x.example', 'invisible'],
		['half a surrogate pair', 'a\ud800@x.example', 'invisible'],
		['a long local part', `${'a'.repeat(65)}@x.example`, '64 bytes'],
		['a long Unicode local part', `${'ü'.repeat(33)}@x.example`, '64 bytes'],
		['a long label', `a@${'b'.repeat(64)}.example`, 'domain'],
		['a long domain', `a@${'b.'.repeat(130)}example`, 'domain'],
		[
			'a long address',
			`${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`,
			'254 bytes',
		],
		['a line break', 'a@x.example\r\nBcc: b@x.example', 'line break'],
		['a line break in a name', 'Ann\nLee <a@x.example>', 'is not an address'],
		['a line break in a quoted name', '"Ann\nLee" <a@x.example>', 'never closed'],
		['a NUL', 'a@x.example\0', 'control'],
		['an escape character in a name', '"\x1b" <a@x.example>', 'control'],
	])('%s', (_, text, detail) => {
		const problem = refused(text);
		expect(problem).toMatchObject({ code: 'INVALID_PARAMETER', parameter: 'To Email' });
		expect(problem.detail).toMatch(/^To Email /);
		expect(problem.detail).toMatch(new RegExp(detail));
		expect(problem.remedy).not.toBe('');
	});

	it('with the offending address, quoted and shortened, in a single line', () => {
		expect(refused('a@x.example, "b\u2028" b@y.example').detail).toContain(
			'"\\"b\\u2028\\" b@y.example"',
		);
		const long = refused(`${'x'.repeat(10_000)}`).detail;
		expect(long.length).toBeLessThan(200);
		expect(long).toContain('…');
	});

	it('without a line break in its words, whatever is wrong', () => {
		fc.assert(
			fc.property(hostileText(), (text) => {
				const parsed = parseAddressList(text, 'To Email');
				if (parsed.ok) return;
				expect(parsed.failure.detail).not.toMatch(/[\0-\x1f\x7f\u0085\u2028\u2029]/);
				expect(parsed.failure.detail.length).toBeLessThan(1_000);
			}),
			{ numRuns: 500 },
		);
	});
});
