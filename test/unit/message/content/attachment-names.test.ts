import { describe, expect, it } from 'vitest';
import { attachmentBytes, attachmentOf, send } from '../../../support/message/prepared-message.js';

describe('an attachment', () => {
	it('arrives with its name, type and bytes', async () => {
		const content = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));
		const { email } = await send({ attachments: [attachmentOf(content)] });
		expect(email.attachments).toHaveLength(1);
		expect(email.attachments[0]).toMatchObject({
			filename: 'report.pdf',
			mimeType: 'application/pdf',
			disposition: 'attachment',
		});
		expect(attachmentBytes(email, 0)).toEqual(content);
		expect(email.text?.trim()).toBe('Hello.');
	});

	it.each([
		['../../etc/passwd', 'passwd'],
		['C:\\Users\\me\\report.pdf', 'report.pdf'],
		['a\r\nBcc: b@example.com', 'aBcc: b@example.com'],
		['a\0b\x7f\u0085.txt', 'ab.txt'],
		['cod\u202efdp.exe', 'codfdp.exe'],
		['say "hi"; x=\'1\'.txt', 'say "hi"; x=\'1\'.txt'],
		['Prüfung 東京 🎉.pdf', 'Prüfung 東京 🎉.pdf'],
		[' ', 'data.pdf'],
		['folder/', 'data.pdf'],
		['/tmp/n8n/report.pdf', 'report.pdf'],
		['./out/report.pdf', 'report.pdf'],
		['out/../../report.pdf', 'report.pdf'],
		['Report-Apr/2016.xlsx', 'Report-Apr_2016.xlsx'],
		['A\\B/C.txt', 'A_B_C.txt'],
		['\u00a0\ufeffreport.pdf\u200b\n', 'report.pdf'],
		[`${'x'.repeat(1_200)}.pdf`, `${'x'.repeat(196)}.pdf`],
		[`${'x'.repeat(50_000)}.pdf`, `${'x'.repeat(196)}.pdf`],
		[`${'x'.repeat(500)}.pdf`, `${'x'.repeat(196)}.pdf`],
		[`${'ü'.repeat(500)}.pdf`, `${'ü'.repeat(98)}.pdf`],
	])('named %j is called %j', async (fileName, expected) => {
		const message = await send({ attachments: [attachmentOf('x', { fileName })] });
		expect(message.email.attachments[0]?.filename).toBe(expected);
		expect(message.raw).not.toMatch(/^bcc/im);
	});

	it.each([
		['application/octet-stream', undefined, 'data.bin'],
		['message/rfc822', 'eml', 'data.eml'],
		['message/rfc822', undefined, 'data.eml'],
		['application/gzip', 'gz', 'data.gz'],
		['application/gzip', undefined, 'data.gz'],
		['image/heic', 'heic', 'data.heic'],
		['text/plain', 'log', 'data.log'],
		['application/octet-stream', 'parquet', 'data.parquet'],
		['application/octet-stream', '.tar.gz', 'data.tar.gz'],
		['text/markdown', 'md', 'data.md'],
		['text/markdown; charset=utf-8', undefined, 'data.md'],
		['audio/mpeg', 'mp3', 'data.mp3'],
		['AUDIO/MPEG', undefined, 'data.mp3'],
		['image/jpeg', undefined, 'data.jpg'],
		['image/jpg', undefined, 'data.jpg'],
		['audio/flac', undefined, 'data.flac'],
		['font/woff2', undefined, 'data.woff2'],
		['application/sql', undefined, 'data.sql'],
		['application/ld+json', undefined, 'data.json'],
		['application/vnd.apple.numbers', undefined, 'data.numbers'],
		['text/vcard; charset=utf-8', undefined, 'data.vcf'],
		['application/x-unknown', undefined, 'data.bin'],
		['binary/octet-stream', undefined, 'data.bin'],
		['text/plain', '../x', 'data.txt'],
		['text/plain', 'a b\r\n', 'data.txt'],
		['text/plain', '', 'data.txt'],
	])(
		'of type %j and extension %j without a name is called %j',
		async (mimeType, fileExtension, name) => {
			const file = {
				fileName: '',
				mimeType,
				...(fileExtension === undefined ? {} : { fileExtension }),
			};
			const { email } = await send({ attachments: [attachmentOf('x', file)] });
			expect(email.attachments[0]?.filename).toBe(name);
		},
	);

	it('with a long name keeps every line of its header short', async () => {
		const fileName = `${'x'.repeat(1_200)}.pdf`;
		const { raw } = await send({ attachments: [attachmentOf('x', { fileName })] });
		expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(250);
	});

	it.each([
		['text/plain; charset=utf-8; name=x', 'text/plain; charset=utf-8'],
		['text/calendar; method=REQUEST', 'text/calendar; method=REQUEST'],
		['IMAGE/PNG', 'image/png'],
		['', 'application/octet-stream'],
		['png', 'application/octet-stream'],
		['*/*', 'application/octet-stream'],
		['image/*', 'application/octet-stream'],
		['a/b\r\nBcc: b@example.com', 'application/octet-stream'],
		['multipart/mixed; boundary=x', 'application/octet-stream'],
		['message/rfc822', 'application/octet-stream'],
		['text/html; charset="x;y"', 'text/html'],
	])('of type %j is announced as %j', async (mimeType, expected) => {
		const message = await send({
			text: '',
			attachments: [attachmentOf('äöü', { mimeType, isEmbeddable: false })],
		});
		expect(message.raw.replaceAll('\r\n ', ' ')).toContain(`Content-Type: ${expected}; name=`);
		expect(message.raw).toContain('Content-Transfer-Encoding: base64');
		expect(message.raw).toMatch(/^[\t\r\n\x20-\x7e]*$/);
		expect(message.raw).not.toMatch(/^bcc/im);
	});
});
