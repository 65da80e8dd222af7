import { describe, expect, it } from 'vitest';
import {
	wordsOf,
	wordsOfHtml,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/words-of.js';

const NGINX =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n';
const EXPRESS =
	'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot GET /api/orders</pre>\n</body>\n</html>\n';

describe('the words of an error', () => {
	it.each([
		[NGINX, '502 Bad Gateway\n\nnginx/1.25.3'],
		[EXPRESS, 'Cannot GET /api/orders'],
		[`404 - ${JSON.stringify(EXPRESS)}`, '404 - "Cannot GET /api/orders"'],
		[`Bad gateway: ${NGINX}`, 'Bad gateway: 502 Bad Gateway\n\nnginx/1.25.3'],
		['<HTML><BODY BGCOLOR="#fff"><H2>Proxy Error</H2></BODY></HTML>', 'Proxy Error'],
		[
			'<!doctype html><html><head><style>h1 { color: red }</style><script>x < 1</script></head><body><!-- x --><h1>Down &amp; out</h1><p>Come back</p></body></html>',
			'Down & out\n\nCome back',
		],
		['<html><head><title>503 Service Unavailable</title><style>', '503 Service Unavailable'],
		['<html><head><title>Login</title></head><body></body></html>', 'Login'],
		['<h1>Not Found</h1><p>The page is gone.</p>', 'Not Found\nThe page is gone.'],
		['It <b>failed</b><br>twice', 'It failed\ntwice'],
		['See <a href="https://x.test/doc">the manual</a>', 'See the manual (https://x.test/doc)'],
	])('of HTML are what it says: %j', (html, words) => {
		expect(wordsOf(html)).toBe(words);
	});

	it.each([
		'No <a@example.com>',
		'Expected <string> but got <number>',
		'Unexpected token < in JSON at position 0',
		'a < b and b > c',
		'Map<string, List<p>> is no type',
		'Missing closing tag </p>',
		'<html',
		'',
		'<html></html>',
		'C:\\new\\"x"',
	])('without HTML stay as they are: %j', (text) => {
		expect(wordsOf(text)).toBe(text);
	});
});

describe('the words of a description, which is HTML', () => {
	it('are those of a page', () => {
		expect(wordsOfHtml(NGINX)).toBe('502 Bad Gateway\n\nnginx/1.25.3');
	});

	it('have no tags, and characters in place of references, each once', () => {
		expect(wordsOfHtml('A &quot;b&quot;<br>c &amp;lt;d&gt;')).toBe('A "b"\nc &lt;d>');
	});
});
