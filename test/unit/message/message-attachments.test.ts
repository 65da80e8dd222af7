import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
	attachmentOf,
	prepare,
	problemOf,
	send,
	valueOf,
	attachmentBytes,
} from '../../support/message/prepared-message.js';

const image = { propertyName: 'logo', fileName: 'logo.png', mimeType: 'image/png' };

describe('an attachment', () => {
	it('arrives with its name, type and bytes', async () => {
		const content = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));
		const { email } = await send({ attachments: [attachmentOf(content)] });
		expect(email.attachments).toHaveLength(1);
		expect(email.attachments[0]).toMatchObject({
			filename: 'report.pdf',
			mimeType: 'application/pdf',
			disposition: 'attachment',
			contentId: '<data>',
		});
		expect(attachmentBytes(email, 0)).toEqual(content);
		expect(email.text?.trim()).toBe('Hello.');
	});

	it('that the HTML shows becomes a related part, the others stay beside', async () => {
		const message = await send({
			html: '<img src="cid:logo">',
			attachments: [attachmentOf('pdf'), attachmentOf('png', image)],
		});
		expect(message.email.attachments).toMatchObject([
			{ filename: 'logo.png', disposition: 'inline', related: true, contentId: '<logo>' },
			{ filename: 'report.pdf', disposition: 'attachment', contentId: '<data>' },
		]);
		expect(attachmentBytes(message.email, 0).toString()).toBe('png');
		expect(attachmentBytes(message.email, 1).toString()).toBe('pdf');
		expect(message.email.attachments[1]?.related).toBeFalsy();
		expect(message.prepared.sizeBytes).toBe(message.bytes.length);
	});

	it('given as a regular file is never inline and has no Content-ID', async () => {
		const message = await send({
			html: '<img src="cid:logo">',
			attachments: [attachmentOf('png', { ...image, isEmbeddable: false })],
		});
		expect(message.email.attachments).toMatchObject([{ disposition: 'attachment' }]);
		expect(message.raw).not.toMatch(/content-id|multipart\/related/i);
	});

	it('may be given both ways', async () => {
		const message = await send({
			html: '<img src="cid:logo">',
			attachments: [
				attachmentOf('png', image),
				attachmentOf('png', { ...image, isEmbeddable: false }),
			],
		});
		expect(message.email.attachments.map(({ disposition }) => disposition)).toEqual([
			'inline',
			'attachment',
		]);
	});

	it.each([
		['without quotes', '<img src=cid:logo>'],
		['in single quotes', "<img src='CID:logo'>"],
		['in a style', '<p style="background: url(cid:logo)">'],
		['in an escaped style', '<p style="background: url(&quot;cid:logo&quot;)">'],
		['with percent encoding', '<img src="cid:l%6fgo">'],
	])('is found by a reference %s', async (_, html) => {
		const { email } = await send({ html, attachments: [attachmentOf('png', image)] });
		expect(email.attachments).toMatchObject([{ disposition: 'inline', contentId: '<logo>' }]);
	});

	it.each(['cid:logo2', 'cid:log', 'xcid:logo', 'logo', 'cid:'])(
		'is not meant by %s',
		async (reference) => {
			const html = `<img src="${reference}">`;
			const message = await send({ html, attachments: [attachmentOf('png', image)] });
			expect(message.email.attachments).toMatchObject([{ disposition: 'attachment' }]);
			expect(message.email.html).toContain(html);
		},
	);

	it.each([
		['a space', 'my logo', '<img src="cid:my logo">'],
		['a space, encoded', 'my logo', '<img src="cid:my%20logo">'],
		['another script', 'Bild ü', '<img src="cid:Bild%20%C3%BC">'],
		['an ampersand', 'a&b', '<img src="cid:a&amp;b">'],
		['brackets and a line break', 'a>\r\nBcc: <x', '<img src="cid:a%3E%0D%0ABcc:%20%3Cx">'],
		['a percent sign', '100%', '<img src="cid:100%">'],
		['a great length', 'x'.repeat(490), `<img src="cid:${'x'.repeat(490)}">`],
	])('whose property name has %s is linked all the same', async (_, propertyName, html) => {
		const message = await send({
			html,
			attachments: [attachmentOf('png', { ...image, propertyName })],
		});
		const contentId = message.email.attachments[0]?.contentId ?? '';
		expect(message.email.attachments[0]?.disposition).toBe('inline');
		expect(contentId).toMatch(/^<[\w.]+>$/);
		expect(message.email.html).toContain(`<img src="cid:${contentId.slice(1, -1)}">`);
		expect(message.raw).not.toContain('Bcc');
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
		[`${'x'.repeat(500)}.pdf`, `${'x'.repeat(196)}.pdf`],
		[`${'ü'.repeat(500)}.pdf`, `${'ü'.repeat(98)}.pdf`],
	])('named %j is called %j', async (fileName, expected) => {
		const message = await send({ attachments: [attachmentOf('x', { fileName })] });
		expect(message.email.attachments[0]?.filename).toBe(expected);
		expect(message.raw).not.toMatch(/^bcc/im);
	});

	it('of an unknown type without a name is a .bin file', async () => {
		const attachment = attachmentOf('x', { fileName: '', mimeType: 'application/octet-stream' });
		expect((await send({ attachments: [attachment] })).email.attachments[0]?.filename).toBe(
			'data.bin',
		);
	});

	it.each([
		['text/plain; charset=utf-8; name=x', 'text/plain; charset=utf-8'],
		['text/calendar; method=REQUEST', 'text/calendar; method=REQUEST'],
		['IMAGE/PNG', 'image/png'],
		['', 'application/octet-stream'],
		['png', 'application/octet-stream'],
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

describe('an attachment’s stream', () => {
	it('is not opened before the message is read, and afresh at every opening', async () => {
		let opened = 0;
		const attachment = attachmentOf('x');
		const open = () => {
			opened++;
			return attachment.open();
		};
		const prepared = valueOf(await prepare({ attachments: [{ ...attachment, open }] }));
		const first = prepared.open();
		await setImmediate();
		expect(opened).toBe(0);
		const one = Buffer.concat(await first.toArray());
		const other = Buffer.concat(await prepared.open().toArray());
		expect(opened).toBe(2);
		expect(other).toEqual(one);
		expect(one.length).toBe(prepared.sizeBytes);
	});

	it('is opened only when its turn comes', async () => {
		const opened: string[] = [];
		const slow = new PassThrough();
		const prepared = valueOf(
			await prepare({
				attachments: [
					attachmentOf('', {
						sizeBytes: 1,
						open: () => (opened.push('one'), Promise.resolve(slow)),
					}),
					attachmentOf('', {
						open: () => (opened.push('two'), Promise.resolve(Readable.from([]))),
					}),
				],
			}),
		);
		const stream = prepared.open().resume();
		await setImmediate();
		expect(opened).toEqual(['one']);
		slow.end('x');
		await once(stream, 'end');
		expect(opened).toEqual(['one', 'two']);
	});

	it.each([
		['fails to open', () => Promise.reject(new Error('disk gone'))],
		[
			'throws at opening',
			() => {
				throw new Error('disk gone');
			},
		],
		[
			'breaks',
			() =>
				Promise.resolve(
					Readable.from(
						(function* () {
							yield Buffer.from('x');
							throw new Error('disk gone');
						})(),
					),
				),
		],
	])('that %s ends the message with its error', async (_, open) => {
		const prepared = valueOf(await prepare({ attachments: [{ ...attachmentOf('xyz'), open }] }));
		await expect(prepared.open().toArray()).rejects.toThrow('disk gone');
	});

	it.each(['shorter', 'much longer than announced'])(
		'that is %s ends the message with an error',
		async (content) => {
			const prepared = valueOf(
				await prepare({ attachments: [attachmentOf(content, { sizeBytes: 8 })] }),
			);
			await expect(prepared.open().toArray()).rejects.toThrow('instead of the announced 8');
		},
	);

	it('is destroyed with the message, even while nothing comes', async () => {
		const silent = new PassThrough();
		const prepared = valueOf(
			await prepare({
				attachments: [attachmentOf('xyz', { open: () => Promise.resolve(silent) })],
			}),
		);
		const stream = prepared.open().resume();
		await setImmediate();
		stream.destroy();
		await once(stream, 'close');
		expect(silent.destroyed).toBe(true);
	});

	it('is destroyed when it opens after the message’s end', async () => {
		const late = new PassThrough();
		let release: (source: Readable) => void = () => undefined;
		const gate = new Promise<Readable>((resolve) => {
			release = resolve;
		});
		const prepared = valueOf(
			await prepare({ attachments: [attachmentOf('xyz', { open: () => gate })] }),
		);
		const stream = prepared.open().resume();
		await setImmediate();
		stream.destroy();
		release(late);
		await setImmediate();
		expect(late.destroyed).toBe(true);
	});

	it('is read no faster than the message is', async () => {
		let produced = 0;
		const plentiful = new Readable({
			read() {
				produced += 16_384;
				this.push(produced > 10_000_000 ? null : Buffer.alloc(16_384));
			},
		});
		const prepared = valueOf(
			await prepare({
				attachments: [
					attachmentOf('', { sizeBytes: 9_994_240, open: () => Promise.resolve(plentiful) }),
				],
			}),
		);
		const stream = prepared.open();
		for (let reads = 0; reads < 5; reads++) {
			stream.read();
			await setImmediate();
		}
		for (let permits = 0; permits < 50; permits++) await setImmediate();
		expect(produced).toBeLessThan(1_000_000);
		stream.destroy();
	});
});

it('refuses a message before any attachment is opened', async () => {
	const attachment = attachmentOf('x', {
		open: () => {
			throw new Error('opened');
		},
	});
	expect(problemOf(await prepare({ toEmail: 'x', attachments: [attachment] })).parameter).toBe(
		'To Email',
	);
});
