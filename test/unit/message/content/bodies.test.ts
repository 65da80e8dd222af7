import { describe, expect, it } from 'vitest';
import { chooseBodies } from '../../../../nodes/SmtpOAuthSendEmail/message/content/bodies.js';

const HTML = '<p>Hi <b>Ann</b></p>';

describe('the bodies of a message', () => {
	it.each([
		['text', 'T', HTML, { text: 'T' }],
		['text', '', HTML, { text: '' }],
		['both', 'T', HTML, { text: 'T', html: HTML }],
		['both', 'T', '', { text: 'T' }],
		['both', 'T', ' \r\n\u00a0', { text: 'T' }],
		['both', '', HTML, { html: HTML }],
		['both', '\n', HTML, { html: HTML }],
		['both', '', '', { text: '' }],
		['both', 'T', '<p></p>', { text: 'T' }],
		[
			'both',
			'T',
			'<html><head><title>x</title></head><body>&nbsp;<br></body></html>',
			{ text: 'T' },
		],
		['both', 'T', '<!-- nothing --><style>p{color:red}</style>', { text: 'T' }],
		['both', 'T', '<img src="cid:a">', { text: 'T', html: '<img src="cid:a">' }],
		['both', 'T', '<hr>', { text: 'T', html: '<hr>' }],
		['both', 'T', '```html\n<p>Hi</p>\n```', { text: 'T', html: '<p>Hi</p>' }],
		['html', 'T', ' ```\r\n<p>Hi</p>\r\n``` \n', { text: 'T', html: '<p>Hi</p>' }],
		['text', '```html\n<p>Hi</p>\n```', '', { text: '```html\n<p>Hi</p>\n```' }],
		['html', 'T', '```\nno HTML\n```', { text: 'T', html: '```\nno HTML\n```' }],
		[
			'html',
			'T',
			'```\n<p>a</p>\n``` and ```\n<p>b</p>\n```',
			{ text: 'T', html: '```\n<p>a</p>\n``` and ```\n<p>b</p>\n```' },
		],
		['both', '', '<p></p>', { html: '<p></p>' }],
		['html', 'T', '<p>&#160;</p>', { text: 'T' }],
		['html', '', '<p></p>', { html: '<p></p>' }],
		['html', '', HTML, { text: 'Hi Ann', html: HTML }],
		['html', ' ', HTML, { text: 'Hi Ann', html: HTML }],
		['html', 'T', HTML, { text: 'T', html: HTML }],
		['html', 'T', '', { text: 'T' }],
		['html', '', '', { html: '' }],
		['html', '', '<img src="cid:a">', { html: '<img src="cid:a">' }],
		[
			'html',
			'',
			'<img src="cid:a" alt="A cat">',
			{ text: 'A cat', html: '<img src="cid:a" alt="A cat">' },
		],
	] as const)('of the format %s, with text %j and HTML %j', (format, text, html, bodies) => {
		expect(chooseBodies(format, text, html)).toEqual(bodies);
	});
});

describe('the text version of HTML', () => {
	it('is cut after 50,000 characters, never within one, and says so', () => {
		const { text = '', html = '' } = chooseBodies('html', '', `<p>a${'🎉'.repeat(40_000)}</p>`);
		expect(html.length).toBeGreaterThan(80_000);
		expect(text).toHaveLength(49_999 + '\n\n[…]'.length);
		expect(text.endsWith('🎉\n\n[…]')).toBe(true);
	});

	it('leaves out what stands behind 500,000 characters of HTML, and says so', () => {
		const { text } = chooseBodies('html', '', `<p>Hi</p><!--${'x'.repeat(500_000)}--><p>there</p>`);
		expect(text).toBe('Hi\n\n[…]');
	});
});
