import { describe, expect, it } from 'vitest';
import { parseAddressList } from '../../../../nodes/SmtpOAuthSendEmail/message/addresses/address-list.js';
import {
	headerValues,
	prepare,
	problemOf,
	send,
	valueOf,
} from '../../../support/message/prepared-message.js';

const read = (text: string) =>
	valueOf(parseAddressList(text, 'To Email')).map(({ name, address }) =>
		name === '' ? address : `${name} <${address}>`,
	);

describe('addresses as programs copy them', () => {
	it.each([
		['a link', 'mailto:a@x.test', ['a@x.test']],
		[
			'a link in brackets',
			'Ann <mailto:a@x.test>; <MAILTO:b@x.test>',
			['Ann <a@x.test>', 'b@x.test'],
		],
		['Outlook’s plain text', 'Ann <a@x.test<mailto:a@x.test>>', ['Ann <a@x.test>']],
		['Outlook’s plain text without a name', 'a@x.test<mailto:a@x.test>', ['a@x.test']],
		['Slack’s links', '<mailto:a@x.test|a@x.test>, b@x.test', ['a@x.test', 'b@x.test']],
		['Markdown', '[a@x.test](mailto:a@x.test)', ['a@x.test']],
		[
			'a bulleted list',
			'- a@x.test\n• Bo <b@x.test>\n* c@x.test',
			['a@x.test', 'Bo <b@x.test>', 'c@x.test'],
		],
		['a numbered list', '1. a@x.test\r\n2) b@x.test', ['a@x.test', 'b@x.test']],
		['the cells of a row', 'a@x.test\tb@x.test\t\tc@x.test', ['a@x.test', 'b@x.test', 'c@x.test']],
		['a CSV row', '"a@x.test","b@x.test";"c@x.test"', ['a@x.test', 'b@x.test', 'c@x.test']],
		['a JSON text', '"a@x.test"', ['a@x.test']],
		['a Python list', "['a@x.test', 'b@x.test']", ['a@x.test', 'b@x.test']],
		['a list in brackets', '[a@x.test, Bo <b@x.test>]', ['a@x.test', 'Bo <b@x.test>']],
		['apostrophes', "'a@x.test'; 'b@x.test'", ['a@x.test', 'b@x.test']],
		[
			'typographic quotes',
			'“a@x.test”, ‘b@x.test’, „c@x.test“, «d@x.test»',
			['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test'],
		],
		['typographic quotes around a name', '“Lee, Ann” <a@x.test>', ['“Lee, Ann” <a@x.test>']],
		[
			'escaped HTML',
			'Ann &lt;a@x.test&gt;; Bo &lt;b@x.test&gt;',
			['Ann <a@x.test>', 'Bo <b@x.test>'],
		],
		[
			'line breaks written out',
			'a@x.test,\\r\\n b@x.test\\nc@x.test\\n',
			['a@x.test', 'b@x.test', 'c@x.test'],
		],
		[
			'full-width punctuation',
			'a@x.test，b＠x.test；Ann＜c@x.test＞、d@x.test',
			['a@x.test', 'b@x.test', 'Ann <c@x.test>', 'd@x.test'],
		],
		[
			'line and paragraph separators',
			'a@x.test\u2028b@x.test\u2029c@x.test\u0085d@x.test',
			['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test'],
		],
		['spaces', 'a@x.test b@x.test\u3000c@x.test', ['a@x.test', 'b@x.test', 'c@x.test']],
		['commas and spaces', 'a@x.test, b@x.test c@x.test', ['a@x.test', 'b@x.test', 'c@x.test']],
		['bars and slashes', 'a@x.test|b@x.test / c@x.test', ['a@x.test', 'b@x.test', 'c@x.test']],
		[
			'Arabic punctuation',
			'a@x.test، b@x.test؛ Ann <c@x.test>',
			['a@x.test', 'b@x.test', 'Ann <c@x.test>'],
		],
		['letters of full width', 'ａｎｎ．ｌｅｅ＠ｘ．ｔｅｓｔ', ['ann.lee@x.test']],
		['a small @', 'a﹫x.test', ['a@x.test']],
		['HTML line breaks', 'a@x.test<br>b@x.test<br />', ['a@x.test', 'b@x.test']],
		[
			'HTML links',
			'<p><a href="mailto:a@x.test">a@x.test</a>, <b>b@x.test</b></p>',
			['a@x.test', 'b@x.test'],
		],
		[
			'names in escaped HTML',
			'&quot;Lee, Ann&quot; &lt;a@x.test&gt;, Bo, Ek &lt;b@x.test&gt;',
			['Lee, Ann <a@x.test>', 'Bo, Ek <b@x.test>'],
		],
		[
			'entities in an address',
			'o&#39;brien@x.test;&nbsp;tom&amp;co@x.test, a&#64;x.test&#8203;',
			["o'brien@x.test", 'tom&co@x.test', 'a@x.test'],
		],
		['an entity in a name', 'Tom &amp; Co <a@x.test>', ['Tom & Co <a@x.test>']],
		['escaped quotes', '\\"Lee, Ann\\" <a@x.test>, b@x.test', ['Lee, Ann <a@x.test>', 'b@x.test']],
		['a directory', 'SMTP:a@x.test\nsmtp:b@x.test', ['a@x.test', 'b@x.test']],
		[
			'claims of SharePoint',
			'i:0#.f|membership|a@x.test;i:05.t|adfs|b@x.test;',
			['a@x.test', 'b@x.test'],
		],
		['a label', 'E-Mail: a@x.test', ['a@x.test']],
		['escaped JSON', 'Ann \\u003ca@x.test\\u003e', ['Ann <a@x.test>']],
		['code', '`a@x.test`, **b@x.test**', ['a@x.test', 'b@x.test']],
		['a code block', '```\na@x.test\nb@x.test\n```', ['a@x.test', 'b@x.test']],
		['an array of PostgreSQL', '{a@x.test,b@x.test}', ['a@x.test', 'b@x.test']],
		[
			'spaces beside a line with a quoted name',
			'a@x.test b@x.test\n"Lee, Ann" <c@x.test>',
			['a@x.test', 'b@x.test', 'Lee, Ann <c@x.test>'],
		],
		['a line of a header', 'To: Ann <a@x.test>, b@x.test', ['Ann <a@x.test>', 'b@x.test']],
		['the end of a sentence', 'a@x.test, b@x.test.', ['a@x.test', 'b@x.test']],
		[
			'a name above its address',
			'Ann Lee\n<a@x.test>\nBo\n<b@x.test>',
			['Ann Lee <a@x.test>', 'Bo <b@x.test>'],
		],
	])('are read: %s', (_what, text, expected) => {
		expect(read(text)).toEqual(expected);
	});

	it.each([
		['=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <a@x.test>', 'Jörg Müller <a@x.test>'],
		['=?utf-8?B?SsO2cmc=?= =?iso-8859-1?q?_M=FCller?= <a@x.test>', 'Jörg Müller <a@x.test>'],
		['=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= (Tokyo) <a@x.test>', '山田 <a@x.test>'],
		['=?utf-8?q?evil=40x.test=2C?= <a@x.test>', 'evil@x.test, <a@x.test>'],
		['=?utf-8?q?a=0D=0ABcc=3A_evil=40x.test?= <a@x.test>', 'a  Bcc: evil@x.test <a@x.test>'],
		['"=?utf-8?q?J=C3=B6rg?=" <a@x.test>', '=?utf-8?q?J=C3=B6rg?= <a@x.test>'],
		['=?no-such-charset?q?J=F6rg?= <a@x.test>', '=?no-such-charset?q?J=F6rg?= <a@x.test>'],
	])('have the name that a raw header stands for: %s', (text, expected) => {
		expect(read(text)).toEqual([expected]);
	});

	it.each(['{{ $json.email }}', '$json.email', 'Ann <{{ $json.email }}>'])(
		'are told from an expression in a Fixed field: %s',
		(text) => {
			expect(problemOf(parseAddressList(text, 'To Email')).remedy).toContain('Fixed to Expression');
		},
	);

	it('become no other mailbox', () => {
		expect(read('“a@x.test”')).toEqual(['a@x.test']);
		expect(problemOf(parseAddressList('“a@x.test', 'To Email')).detail).toContain('typographic');
	});

	it.each([
		['a link behind a quoted name', '"&quot;, evil@x.test, &quot;" <a@x.test>; mailto:b@x.test'],
		['a quoted name in full-width signs', '"Ann，evil＠x.test，" <a@x.test>; mailto:b@x.test'],
		['line breaks written out in a quoted name', '"\\nevil@x.test\\n" <a@x.test>; mailto:b@x.test'],
		['a comment', 'mailto:b@x.test (“evil@x.test”), a@x.test'],
		['a link that names others', 'mailto:a@x.test?bcc=evil@x.test'],
		['two addresses in one link', '<mailto:a@x.test|evil@x.test>'],
		['another address behind the first', 'Ann <a@x.test<mailto:evil@x.test>>'],
		['Markdown that leads elsewhere', '[a@x.test](mailto:evil@x.test)'],
		['words beside an address', '“Ann evil@x.test”'],
		['words before an address', 'ask evil@x.test a@x.test'],
		['a quoted name of several lines', '"Ann\nmailto:evil@x.test\nLee" <a@x.test>'],
		['an address before a name', 'evil@x.test Ann <a@x.test>'],
		['tags in a quoted name', '"<br>evil@x.test<br>" <a@x.test>; <br>b@x.test'],
		[
			'an entity in a quoted name',
			'"&quot; &lt;evil@x.test&gt;, &quot;" <a@x.test>; mailto:b@x.test',
		],
		['escaped quotes in a quoted name', '"\\" <evil@x.test>, \\"" <a@x.test>; mailto:b@x.test'],
	])('add no recipient: %s', (_what, text) => {
		const parsed = parseAddressList(text, 'To Email');
		const addresses = parsed.ok ? parsed.value.map(({ address }) => address) : [];
		expect(addresses).not.toContain('evil@x.test');
	});
});

describe('Message-IDs as programs copy them', () => {
	it.each([
		['Message-ID: <a@x.test>', '<a@x.test>'],
		['In-Reply-To:<a@x.test>', '<a@x.test>'],
		['"<a@x.test>"', '<a@x.test>'],
		['“<a@x.test>”', '<a@x.test>'],
		["'a@x.test'", '<a@x.test>'],
		['&lt;a@x.test&gt;', '<a@x.test>'],
		['<a@x.test>\\r\\n <b@x.test>\\n', '<a@x.test> <b@x.test>'],
		['<a@x.test> ; <b@x.test> , ', '<a@x.test> <b@x.test>'],
		['[<a@x.test>, <b@x.test>]', '<a@x.test> <b@x.test>'],
		['Your message of Monday <a@x.test> (fwd)', '<a@x.test>'],
		['\\u003ca@x.test\\u003e', '<a@x.test>'],
		['a@x.test <b@x.test>', '<a@x.test> <b@x.test>'],
		['<very-long-part\r\n @x.test>', '<very-long-part@x.test>'],
	])('are read from %j', async (text, expected) => {
		const message = await send({ references: text, inReplyTo: text });
		expect(headerValues(message, 'References')).toEqual([expected]);
		expect(headerValues(message, 'In-Reply-To')).toEqual([expected]);
	});

	it.each(['Message-ID: <a@x.test>', '"<a@x.test>"', '&lt;a@x.test&gt;', '<a@x.test>\\n'])(
		'name a message of one’s own: %j',
		async (messageId) => {
			expect((await send({ messageId })).prepared.messageId).toBe('<a@x.test>');
		},
	);
});

describe('a field that holds an expression as text, or what a missing value reads as', () => {
	it.each([
		['inReplyTo', '{{ $json.messageId }}'],
		['references', '<a@x.test> {{$json.id}}'],
		['messageId', '<{{ $json.id }}@x.test>'],
		['listUnsubscribe', 'https://x.test/u?id={{ $json.id }}'],
	])('is refused, and tells how to switch it: %s', async (field, value) => {
		const { detail, remedy } = problemOf(await prepare({ [field]: value }));
		expect(detail).toContain('expression as text');
		expect(remedy).toBe('Switch the field from Fixed to Expression.');
	});

	it.each([
		['inReplyTo', 'undefined'],
		['inReplyTo', '<null>'],
		['references', '<a@x.test> <undefined>'],
		['messageId', '<undefined@x.test>'],
	])('is refused, since all messages would have the same: %s, %s', async (field, value) => {
		expect(problemOf(await prepare({ [field]: value })).detail).toContain('not a Message-ID');
	});
});

describe('List-Unsubscribe as programs copy it', () => {
	it.each([
		['https://x.test/u;mailto:l@x.test', '<https://x.test/u>, <mailto:l@x.test>'],
		['https://x.test/u mailto:l@x.test', '<https://x.test/u>, <mailto:l@x.test>'],
		['https://x.test/u;a=1,2 3', '<https://x.test/u;a=1,2%203>'],
		['<https://x.test/a\r\n b>', '<https://x.test/ab>'],
		['List-Unsubscribe: <https://x.test/u>;', '<https://x.test/u>'],
		['"https://x.test/u"', '<https://x.test/u>'],
		['“https://x.test/u”', '<https://x.test/u>'],
		['&lt;https://x.test/u&gt;', '<https://x.test/u>'],
		['https://x.test/u?a=1&amp;b=2', '<https://x.test/u?a=1&b=2>'],
		['https://x.test/u | mailto:l@x.test', '<https://x.test/u>, <mailto:l@x.test>'],
		['mailto:l@x.test?subject=Leave me', '<mailto:l@x.test?subject=Leave%20me>'],
	])('is read from %j', async (listUnsubscribe, expected) => {
		expect(headerValues(await send({ listUnsubscribe }), 'List-Unsubscribe')).toEqual([expected]);
	});

	it('has no other schemes', async () => {
		for (const other of ['http://x.test', 'javascript:alert(1)', 'ftp://x.test/u']) {
			await expect(send({ listUnsubscribe: `https://x.test/u, ${other}` })).rejects.toThrow(
				'refused',
			);
		}
	});
});

describe('a subject with the line breaks of text editors', () => {
	it.each([
		'one\vtwo',
		'one\ftwo',
		'one\u0085two',
		'one\u2028two',
		'\u2029one\u2028\u2028two\u2028',
	])('is one line: %j', async (subject) => {
		expect((await send({ subject })).email.subject).toBe('one two');
	});

	it('adds no header', async () => {
		await expect(send({ subject: 'Hi\u2028Bcc: eve@x.test' })).rejects.toThrow('refused');
	});
});

describe('a header with names and addresses outside ASCII', () => {
	it.each([
		['List-Id', 'Köln<list.x.test>', '=?UTF-8?Q?K=C3=B6ln?= <list.x.test>'],
		['List-Help', '<https://x.test/ü>', '<https://x.test/%C3%BC>'],
		[
			'List-Post',
			'<https://müller.example/a> (Köln)',
			'<https://xn--mller-kva.example/a> =?UTF-8?B?KEvDtmxuKQ==?=',
		],
		[
			'List-Subscribe',
			'<https://x.test/a>, <mailto:a@x.test?subject=ü>',
			'<https://x.test/a>, <mailto:a@x.test?subject=%C3%BC>',
		],
		['Archived-At', '<https://x.test/\ud800>', '<https://x.test/%EF%BF%BD>'],
		['X-Tag', 'Köln <one> und <two>', '=?UTF-8?Q?K=C3=B6ln?= <one> und <two>'],
		['X-Tag:', ' ü ', '=?UTF-8?B?w7w=?='],
	])('keeps what programs look for readable: %s', async (name, value, expected) => {
		const message = await send({ headers: [{ name, value }] });
		expect(headerValues(message, name.replace(':', ''))).toEqual([expected]);
	});
});
