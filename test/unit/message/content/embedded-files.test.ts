import { describe, expect, it } from 'vitest';
import { linkEmbeddedParts } from '../../../../nodes/SmtpOAuthSendEmail/message/content/embedded-references.js';
import { prepareMessage } from '../../../../nodes/SmtpOAuthSendEmail/message/prepare-message.js';
import {
	attachmentBytes,
	attachmentOf,
	ENVIRONMENT,
	messageFields,
	readPrepared,
	send,
	valueOf,
} from '../../../support/message/prepared-message.js';

const image = { propertyName: 'logo', fileName: 'logo.png', mimeType: 'image/png' };

/** With brackets; new for each message. */
const UNIQUE_LOGO = expect.stringMatching(/^<logo\.0\.[\da-f]{24}@example\.com>$/);

describe('an attachment', () => {
	it('that the HTML shows becomes a related part, the others stay beside', async () => {
		const message = await send({
			html: '<img src="cid:logo">',
			attachments: [attachmentOf('pdf'), attachmentOf('png', image)],
		});
		expect(message.email.attachments).toMatchObject([
			{
				filename: 'logo.png',
				disposition: 'inline',
				related: true,
				contentId: expect.stringMatching(/^<logo\.1\./),
			},
			{ filename: 'report.pdf', disposition: 'attachment' },
		]);
		expect(attachmentBytes(message.email, 0).toString()).toBe('png');
		expect(attachmentBytes(message.email, 1).toString()).toBe('pdf');
		expect(message.email.attachments[1]?.related).toBeFalsy();
		expect(message.email.attachments[1]?.contentId).toBeUndefined();
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
		['to its file name', '<img src="cid:logo.png">'],
		['to its file name as Outlook writes it', '<img src="cid:logo.png@01DB5155.249583D0">'],
	])('is found by a reference %s', async (_, html) => {
		const { email } = await send({ html, attachments: [attachmentOf('png', image)] });
		expect(email.attachments).toMatchObject([{ disposition: 'inline', contentId: UNIQUE_LOGO }]);
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
		expect(contentId).toMatch(/^<[\w-]+\.0\.[\da-f]{24}@example\.com>$/);
		expect(message.email.html).toContain(`<img src="cid:${contentId.slice(1, -1)}">`);
		expect(message.raw).not.toContain('Bcc:');
	});

	it('is not meant by what stands in running text or in another reference', async () => {
		const html = '<p>cid: see below</p><img src="cid:cid:logo"><img src="cid:logo">';
		const message = await send({ html, attachments: [attachmentOf('png', image)] });
		const id = message.email.attachments[0]?.contentId?.slice(1, -1) ?? '';
		expect(message.email.html?.trim()).toBe(
			`<p>cid: see below</p><img src="cid:cid:logo"><img src="cid:${id}">`,
		);
	});

	it('given twice under one name is shown once and listed once', async () => {
		const message = await send({
			html: '<img src="cid:logo">',
			attachments: [attachmentOf('one', image), attachmentOf('two', image)],
		});
		expect(message.email.attachments.map(({ contentId }) => contentId)).toEqual([
			UNIQUE_LOGO,
			undefined,
		]);
	});
});

describe('a reference as templates write it', () => {
	it.each([
		[
			'two in a srcset',
			'<img srcset="cid:logo 1x, cid:logo 2x">',
			'<img srcset="cid:ID 1x, cid:ID 2x">',
		],
		['a space behind the scheme', '<img src="cid: logo">', '<img src="cid:ID">'],
		['line breaks around it', "<img src='cid:\nlogo\n'>", "<img src='cid:ID'>"],
		['angle brackets', '<img src="cid:<logo>">', '<img src="cid:ID">'],
		['escaped angle brackets', '<img src="cid:&lt;logo&gt;">', '<img src="cid:ID">'],
		['escaped quotes', '<img src=\\"cid:logo\\">', '<img src=\\"cid:ID\\">'],
		[
			'a list of backgrounds',
			'<p style="background: url(cid:logo), url( cid:logo )">',
			'<p style="background: url(cid:ID), url( cid:ID )">',
		],
	])('shows the file: %s', async (_what, html, expected) => {
		const message = await send({ html, attachments: [attachmentOf('png', image)] });
		const id = message.email.attachments[0]?.contentId?.slice(1, -1) ?? '';
		expect(message.email.html?.trim().replaceAll('\r', '')).toBe(expected.replaceAll('ID', id));
		expect(message.prepared.warnings).toBeUndefined();
	});
});

describe('the Content-ID of an embedded file', () => {
	const contentIdOf = async (changes: { newMessageIdToken?: string; fromEmail?: string } = {}) => {
		const { newMessageIdToken = ENVIRONMENT.newMessageIdToken, fromEmail = 'a@example.com' } =
			changes;
		const fields = messageFields({
			fromEmail,
			html: '<img src="cid:camera">',
			attachments: [attachmentOf('png', { ...image, propertyName: 'camera' })],
		});
		const { email } = await readPrepared(
			valueOf(await prepareMessage(fields, { ...ENVIRONMENT, newMessageIdToken })),
		);
		const contentId = email.attachments[0]?.contentId ?? '';
		expect(email.html).toContain(`cid:${contentId.slice(1, -1)}"`);
		return contentId;
	};

	it('differs from that of the same file in another message', async () => {
		expect(await contentIdOf()).not.toBe(await contentIdOf({ newMessageIdToken: 'other' }));
	});

	it.each([
		'a@example.com',
		'a@[192.0.2.1]',
		'a@[IPv6:2001:db8::1]',
		'a@bücher.example',
		'a@localhost',
	])('is a valid msg-id that a URL takes as it is, from %s', async (fromEmail) => {
		const contentId = await contentIdOf({ fromEmail });
		expect(contentId).toMatch(/^<[\w-]+(?:\.[\w-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)*>$/);
	});
});

describe('a reference that names no attachment', () => {
	it.each([
		['missing', '<img src="cid:photo">', 'no attachment has that name'],
		['encoded', "<p style='background: url(cid:ph%6fto)'>", '"cid:photo"'],
		['a regular file', '<img src=cid:terms>', 'Name it in Options → Attachments'],
	])('is warned of: %s', async (_what, html, words) => {
		const terms = attachmentOf('x', { propertyName: 'terms', isEmbeddable: false });
		const { prepared } = await send({ html, attachments: [attachmentOf('png', image), terms] });
		expect(prepared.warnings).toEqual([expect.stringContaining(words)]);
	});

	it('is warned of where two files have the name, but not where it is that of a property', async () => {
		const attachments = [
			attachmentOf('one', image),
			attachmentOf('two', { ...image, propertyName: 'other' }),
			attachmentOf('three', { ...image, propertyName: 'a.png', fileName: 'b.png' }),
			attachmentOf('four', { ...image, propertyName: 'b', fileName: 'a.png' }),
		];
		const html = '<img src="cid:logo.png"><img src="cid:a.png">';
		const { prepared, email } = await send({ html, attachments });
		expect(prepared.warnings).toEqual([expect.stringContaining('"cid:logo.png"')]);
		expect(
			email.attachments
				.filter(({ disposition }) => disposition === 'inline')
				.map(({ filename }) => filename),
		).toEqual(['b.png']);
	});

	it('is warned of where there are no attachments at all, for three names at most', async () => {
		const html = ['a', 'a', 'b', 'c', 'd'].map((name) => `<img src="cid:${name}">`).join('');
		expect((await send({ html })).prepared.warnings).toHaveLength(3);
	});

	it('is not seen in running text', async () => {
		const html = '<p>The URL cid:photo, or (cid: photo), shows "cid:" and nothing.</p>';
		expect((await send({ html })).prepared.warnings).toBeUndefined();
	});
});

/** Files that count how often one is looked up. */
class CountingFiles extends Map<string, ReturnType<typeof attachmentOf>> {
	lookups = 0;

	override has(name: string): boolean {
		this.lookups += 1;
		return super.has(name);
	}
}

it.each([
	['without an end', 'cid:'],
	['in quotes', '"cid:'],
	['that are all one file', '(cid:logo)'],
	['of entities', 'cid:&#'],
	['with broken percent signs', '"cid:%'],
])('the references of 5 MB of HTML, %s, are looked up 20,000 times at most', (_what, piece) => {
	for (const count of [1_000, Math.floor(5_000_000 / piece.length)]) {
		const files = new CountingFiles([['logo', attachmentOf('png', image)]]);
		const { html, unknownNames } = linkEmbeddedParts(piece.repeat(count), files, () => 'id');
		expect(files.lookups).toBeLessThanOrEqual(3 * Math.min(count, 20_000));
		expect(html.length).toBeLessThanOrEqual(piece.length * count);
		expect(unknownNames.length).toBeLessThanOrEqual(3);
	}
});
