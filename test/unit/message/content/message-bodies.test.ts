import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendAttribution } from '../../../../nodes/SmtpOAuthSendEmail/message/content/attribution.js';
import { prepare, problemOf, send, valueOf } from '../../../support/message/prepared-message.js';

/** The media types of all parts, in order. */
function partTypes(raw: string): string[] {
	return Array.from(raw.matchAll(/^content-type: ([a-z/-]+)/gim), (match) => match[1] ?? '');
}

describe('the body of a message', () => {
	it('is text alone', async () => {
		const message = await send({ text: 'Hello.' });
		expect(partTypes(message.raw)).toEqual(['text/plain']);
		expect(message.email.text).toBe('Hello.\r\n'.replace('\r', ''));
		expect(message.email.html).toBeUndefined();
	});

	it('is HTML alone', async () => {
		const message = await send({ html: '<p>Hello.</p>' });
		expect(partTypes(message.raw)).toEqual(['text/html']);
		expect(message.email.html?.trim()).toBe('<p>Hello.</p>');
	});

	it('is both, the HTML last as the better one', async () => {
		const message = await send({ text: 'Hello.', html: '<p>Hello.</p>' });
		expect(partTypes(message.raw)).toEqual(['multipart/alternative', 'text/plain', 'text/html']);
	});

	it.each([
		['empty text', { text: '' }],
		['empty HTML', { html: '' }],
		['both empty', { text: '', html: '' }],
	])('may be %s', async (_, changes) => {
		const message = await send(changes);
		expect((message.email.text ?? '').trim()).toBe('');
		expect(message.raw.endsWith('\r\n')).toBe(true);
		expect(message.prepared.sizeBytes).toBe(message.bytes.length);
	});

	it('leaves with CRLF whatever it came with', async () => {
		const message = await send({ text: 'a\nb\rc\r\nd', html: '<p>\n\r\n</p>\r' });
		expect(message.raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
		expect(message.email.text?.trim()).toBe('a\nb\nc\nd');
	});

	it('is 7-bit, without NUL, in lines that every server takes, whatever it contains', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.string({ unit: 'binary', maxLength: 2_000 }),
				fc.boolean(),
				async (body, isHtml) => {
					const message = await send(isHtml ? { html: body } : { text: body });
					expect(message.raw).not.toMatch(/[\0\x80-\xff]/);
					expect(message.raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
					expect(message.raw.split('\r\n').every((line) => line.length <= 998)).toBe(true);
				},
			),
			{ numRuns: 100 },
		);
	});

	it('arrives as written when it is non-ASCII, with lines of any length', async () => {
		const text = `${'Grüße 🎉 '.repeat(300)}\n.\n..\nFrom me\n${'x'.repeat(2_000)}`;
		expect((await send({ text })).email.text?.trimEnd()).toBe(text);
	});

	it.each(['/etc/passwd', 'file:///etc/passwd', 'https://example.com/', 'data:text/plain,x'])(
		'is never fetched from %s',
		async (body) => {
			const message = await send({ text: body, html: `<img src="${body}">` });
			expect(message.email.text?.trim()).toBe(body);
			expect(message.email.html?.trim()).toBe(`<img src="${body}">`);
			expect(message.email.attachments).toEqual([]);
		},
	);

	it('may contain what looks like a boundary of an earlier message', async () => {
		const first = await send({ text: 'a', html: 'b' });
		const boundary = /boundary="(.*?)"/.exec(first.raw)?.[1] ?? '';
		expect(boundary).not.toBe('');
		const text = `x\r\n--${boundary}\r\nContent-Type: text/html\r\n\r\nevil\r\n--${boundary}--\r\n`;
		const second = await send({ text, html: 'b' });
		expect(partTypes(second.raw.replace(text, ''))).toEqual([
			'multipart/alternative',
			'text/plain',
			'text/html',
		]);
		expect(second.email.text?.trimEnd()).toBe(text.replaceAll('\r\n', '\n').trimEnd());
		expect(second.email.html?.trim()).toBe('b');
	});

	it('is the same at every opening', async () => {
		const prepared = valueOf(await prepare({ text: 'a', html: 'b' }));
		const read = async () => Buffer.concat(await prepared.open().toArray()).toString();
		expect(await read()).toBe(await read());
	});
});

describe('a calendar invitation', () => {
	const calendar = (method: string) =>
		`BEGIN:VCALENDAR\nVERSION:2.0\n${method}BEGIN:VEVENT\nSUMMARY:Grüße\nEND:VEVENT\nEND:VCALENDAR\n`;

	it('is an alternative with its method and a file', async () => {
		const message = await send({ text: 'a', html: 'b', icalEvent: calendar('METHOD:request\n') });
		expect(partTypes(message.raw)).toEqual([
			'multipart/mixed',
			'multipart/alternative',
			'text/plain',
			'text/html',
			'text/calendar',
			'application/ics',
		]);
		expect(message.raw).toContain('Content-Type: text/calendar; charset=utf-8; method=REQUEST');
		const file = /filename=invite\.ics(?:.+\r\n)*\r\n([\w+/=\r\n]+?)\r\n--/.exec(message.raw)?.[1];
		expect(Buffer.from(file ?? '', 'base64').toString()).toBe(
			calendar('METHOD:request\n').replaceAll('\n', '\r\n'),
		);
		expect(message.prepared.sizeBytes).toBe(message.bytes.length);
	});

	it.each([
		['', 'PUBLISH'],
		['METHOD:\n', 'PUBLISH'],
		['METHOD;X=1:CANCEL\r\n', 'CANCEL'],
		['MET\r\n HOD:REPLY\r\n', 'REPLY'],
	])('has the method of %j', async (line, method) => {
		expect((await send({ icalEvent: calendar(line) })).raw).toContain(`method=${method}`);
	});

	it.each<[string, (object: string) => string]>([
		['with line breaks written out', (object) => JSON.stringify(object.trim()).slice(1, -1)],
		[
			'with CRLF written out',
			(object) => JSON.stringify(object.trim().replaceAll('\n', '\r\n')).slice(1, -1),
		],
		['as JSON', (object) => JSON.stringify(object)],
		['in a code fence', (object) => `\`\`\`ics\n${object}\`\`\`\n`],
		['indented', (object) => object.replaceAll(/^(?=.)/gm, '    ')],
		[
			'with indented components',
			(object) => object.replaceAll(/^(?=(?:BEGIN|END):VEVENT)/gm, '  '),
		],
		['with empty lines', (object) => object.replaceAll('\n', '\n\n')],
	])('is read as it is copied: %s', async (_how, copy) => {
		const folded = calendar('METHOD:REQUEST\n').replace('Grüße', 'Grüße\n  aus Köln\\nund Bonn');
		const { email } = await send({ text: 'a', icalEvent: copy(folded) });
		const object = Buffer.from(email.attachments[0]?.content as ArrayBuffer).toString();
		expect(object.replaceAll('\r', '')).toBe(folded);
	});

	it.each(['\n', '\r\n', '\r'])(
		'without a method says PUBLISH in the object as well, lines ending in %j',
		async (end) => {
			const icalEvent = `\ufeff${calendar('').replaceAll('\n', end)}`;
			const { email, raw } = await send({ text: 'a', icalEvent });
			expect(raw).toContain('method=PUBLISH');
			for (const attachment of email.attachments) {
				// The reader has its own mind on the line ends of text
				const object = Buffer.from(attachment.content as ArrayBuffer).toString();
				expect(object.replaceAll('\r', '')).toBe(
					calendar('').replace('BEGIN:VCALENDAR\n', 'BEGIN:VCALENDAR\nMETHOD:PUBLISH\n'),
				);
			}
			expect(email.attachments.length).toBeGreaterThan(0);
		},
	);

	it.each([
		'hello',
		'/etc/passwd',
		'BEGIN:VCALENDAR',
		'END:VCALENDAR',
		`x\n${calendar('')}`,
		calendar('METHOD:A; boundary=x\n'),
	])('is refused as %j', async (icalEvent) => {
		expect(problemOf(await prepare({ icalEvent })).parameter).toBe('Options → Calendar Invitation');
	});
});

describe('the attribution', () => {
	const link = 'https://n8n.io/?a=1&b="';

	it('ends the text', () => {
		expect(appendAttribution({ text: 'Hi' }, link)).toEqual({
			text: `Hi\n\n---\nThis email was sent automatically with n8n\n${link}`,
		});
	});

	it('stands before the end of the HTML body, its link escaped', () => {
		const { html, text } = appendAttribution({ html: 'İ</body>x</BODY ></html>' }, link);
		expect(html).toMatch(/^İ<\/body>x<br>.*n8n<\/a><\/em><\/BODY ><\/html>$/);
		expect(html).toContain('href="https://n8n.io/?a=1&amp;b=&quot;"');
		expect(text).toBeUndefined();
	});

	it('ends HTML that has no body element, and takes $ for a dollar', () => {
		const { html } = appendAttribution({ html: 'Price: $&' }, 'https://n8n.io/$&');
		expect(html).toMatch(/^Price: \$&<br>/);
		expect(html).toContain('href="https://n8n.io/$&amp;"');
	});
});
