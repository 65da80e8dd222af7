import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/html-to-text.js';

describe('a description', () => {
	it.each([
		['references', 'Use &lt;name@example.com&gt;', 'Use <name@example.com>'],
		['a bare address', 'Use <name@example.com>', 'Use <name@example.com>'],
		['a bare comparison', 'if a < b and b > c', 'if a < b and b > c'],
		[
			'a link',
			'See <a href="https://x.example/y">the page</a>.',
			'See the page (https://x.example/y).',
		],
		['a link to itself', '<a href="https://x.example">https://x.example</a>', 'https://x.example'],
		['line ends', 'one<br>two<br/>three<p>four</p>', 'one\ntwo\nthreefour'],
		['emphasis', 'a <b>b</b> <strong class="x">c</strong>', 'a b c'],
		['an escaped tag', '&lt;b&gt;not bold&lt;/b&gt;', '<b>not bold</b>'],
		['decimal and hexadecimal references', '&#8364;&#x20AC;&nbsp;', '€€'],
		[
			'what is no reference',
			'&foo; &#xZZ; &#0; &#1114112; a&b',
			'&foo; &#xZZ; &#0; &#1114112; a&b',
		],
	])('with %s is plain text', (_what, html, text) => {
		expect(htmlToText(html)).toBe(text);
	});

	it.each([
		'<a '.repeat(20_000),
		'&'.repeat(50_000),
		'<b'.repeat(20_000),
		'<a href="'.repeat(5_000),
	])('of hostile length comes out all the same: %#', (html) => {
		expect(htmlToText(html)).toBe(html.trim());
	});
});
