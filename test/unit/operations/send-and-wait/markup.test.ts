import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeCss } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/markup/custom-css.js';
import { sanitizeHtml } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/markup/custom-html.js';
import {
	escapeHtml,
	escapeLines,
} from '../../../../nodes/SmtpOAuthSendEmail/untrusted/html-text.js';

describe('escaped text', () => {
	it('is the text again when a browser reads it', () => {
		expect(escapeHtml(`a < b & "c" > 'd' &amp; ü 🎉`)).toBe(
			'a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39; &amp;amp; ü 🎉',
		);
	});

	it('shows what HTML cannot carry as a replacement character', () => {
		expect(escapeHtml('a\0b\x1bc\ud800d')).toBe('a\ufffdb\ufffdc\ufffdd');
	});

	it('keeps line breaks of every kind', () => {
		expect(escapeLines('a\nb\r\nc\rd<')).toBe('a<br>b<br>c<br>d&lt;');
	});

	it('never holds a character that ends a text or an attribute', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
			}),
		);
	});
});

describe('CSS of an author', () => {
	it('is kept as it is where it loads nothing', () => {
		const css = ':root {\n\t--color-background: #fff;\n}\n.card > h1::after { content: "\\2713"; }';
		expect(sanitizeCss(css)).toBe(css);
	});

	it.each([
		'@import "https://evil.test/a.css";',
		'body { background: url(https://evil.test/pixel) }',
		'body { background: URL ("https://evil.test/pixel") }',
		'@font-face { font-family: x; src: url(x) }',
		'body { background: image-set("https://evil.test/a.png" 1x) }',
		'body { background: ur/**/l(https://evil.test/pixel) }',
		'body { background: \\75 rl(https://evil.test/pixel) }',
		'body { background: u\\rl(https://evil.test/pixel) }',
		'@\\69mport "https://evil.test/a.css";',
		'body { background: urlurl((https://evil.test/pixel) }',
		'</style><script>alert(1)</script>',
	])('loads nothing and stays within its element: %s', (css) => {
		const kept = sanitizeCss(css);
		expect(kept).not.toMatch(/<|@import|@font-face|url\s*\(|image-set\s*\(/i);
		expect(kept).not.toMatch(/\\75 rl|u\\rl|\\69mport|ur\/\*/);
	});

	it('has the line breaks that browsers make of it, so that its hash is theirs', () => {
		expect(sanitizeCss('a {}\r\nb {}\rc {}\fd {}')).toBe('a {}\nb {}\nc {}\nd {}');
	});
});

const TAG =
	/<\/?(?:a|b|blockquote|br|code|div|em|h[1-6]|hr|i|li|ol|p|pre|s|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)(?: (?:href|colspan|rowspan|scope|target|rel)="[^"<>]*")*>/g;

describe('HTML of an author', () => {
	it('keeps text, structure and links', () => {
		const html = '<h2>Order</h2><p>See <b>item&nbsp;1</b> &amp; 2<br></p>';
		expect(sanitizeHtml(html)).toBe(html);
		expect(sanitizeHtml('<A HREF=https://example.com/?a=1&b=2 onclick=x()>shop</A>')).toBe(
			'<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">shop</a>',
		);
	});

	it.each([
		['<script>alert(1)</script>text', 'text'],
		['<img src="https://evil.test/pixel" onerror="alert(1)">text', 'text'],
		['<svg onload=alert(1)><b>x</b></svg>text', 'text'],
		['<p onclick="alert(1)" style="background:url(x)">text</p>', '<p>text</p>'],
		[
			'<a href="javascript:alert(1)">text</a>',
			'<a target="_blank" rel="noopener noreferrer">text</a>',
		],
		[
			'<a href="java&#115;cript:alert(1)">text</a>',
			'<a target="_blank" rel="noopener noreferrer">text</a>',
		],
		['</form></div><p>text', '<p>text</p>'],
		['<form><input name="field-0"><button>text</button></form>', 'text'],
		['<scr<script></script>ipt>text', 'text'],
		['<!-- <b> -->text<!doctype html>', 'text'],
		['<b>a<i>b</b>c', '<b>a<i>b</i></b>c'],
		['a < b > c "d"', 'a &lt; b &gt; c &quot;d&quot;'],
	])('is reduced to that: %s', (html, kept) => {
		expect(sanitizeHtml(html)).toBe(kept);
	});

	const pieces = fc.constantFrom(
		'<b>',
		'</b>',
		'<p ',
		'<a href="',
		"<a href='",
		'javascript:',
		'https://a.test',
		'"',
		"'",
		'>',
		'<',
		'/',
		'<script>',
		'</script>',
		'<img src=x onerror=y>',
		'<!--',
		'-->',
		'&',
		'&lt;',
		'onclick=',
		'=',
		' ',
		'<style>',
		'<svg/onload=x>',
		'</div>',
		'<td colspan=2>',
		'\0',
		'text',
	);

	it('has no other tags and attributes, and closes what it opens, whatever was written', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
				const result = sanitizeHtml(parts.join(''));
				expect(result.replace(TAG, '')).not.toMatch(/[<>]/);
				expect(result).not.toMatch(/href="(?!https?:|mailto:)/i);
				const open: string[] = [];
				for (const [, slash, name = ''] of result.matchAll(/<(\/?)([a-z0-9]+)/g)) {
					if (slash === '/') expect(open.pop()).toBe(name);
					else if (name !== 'br' && name !== 'hr') open.push(name);
				}
				expect(open).toEqual([]);
			}),
		);
	});
});
