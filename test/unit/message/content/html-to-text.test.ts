import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../../nodes/SmtpOAuthSendEmail/message/content/html-to-text.js';

describe('htmlToText', () => {
	it.each([
		['<p>Good morning,</p><p>it  is\n late.</p>', 'Good morning,\n\nit is late.'],
		['one<br>two<br/><br>three', 'one\ntwo\n\nthree'],
		['<ul><li>one</li><li>two</li></ul>after', '- one\n- two\n\nafter'],
		['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
		[
			'see <a href="https://x.test/?a=1&amp;b=2">the page</a>.',
			'see the page (https://x.test/?a=1&b=2).',
		],
		['<a href="https://x.test">https://x.test</a>', 'https://x.test'],
		['<a href="mailto:a@x.test">a@x.test</a>', 'a@x.test'],
		['<a href="javascript:alert(1)">go</a>', 'go'],
		['a<b>b</b>c <i>d</i>', 'abc d'],
		['&lt;b&gt; &amp;lt; &#8364;&#x20ac;&nbsp;&Uuml;ber &unknown;', '<b> &lt; €€ Über &unknown;'],
		[
			'<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body>b</body></html>',
			'b',
		],
		['<script>if (a < b) x("<p>")</script>after', 'after'],
		['<!-- <p>hidden</p> -->seen', 'seen'],
		['<pre>a\n  b\nc</pre>d', 'a\nb\nc\n\nd'],
		['<img src="cid:logo" alt="Our logo"> hello', 'Our logo hello'],
		['2 < 3 and 4 > 3', '2 < 3 and 4 > 3'],
		['', ''],
		['<p title="a > b">c</p>', 'c'],
	])('reads %j as %j', (html, text) => {
		expect(htmlToText(html)).toBe(text);
	});

	it('shows no tag, and never fails', () => {
		const piece = fc.constantFrom('<', '>', '"', "'", '<p>', '</p', '<!--', '-->', '&', 'a ', '\n');
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
				expect(htmlToText(`<p>${pieces.join('')}`)).not.toContain('<p>');
			}),
		);
	});
});
