import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64SizeBytes } from '../../../../nodes/SmtpOAuthSendEmail/message/encoding/encoded-message.js';
import { hostile } from '../../../support/message/hostile-text.js';
import { attachmentBytes, attachmentOf, send } from '../../../support/message/prepared-message.js';

const RUNS = { numRuns: 300 };

describe('the size', () => {
	it('of base64 is that of its encoder for every length', () => {
		for (let length = 0; length < 400; length++) {
			const lines =
				Buffer.alloc(length)
					.toString('base64')
					.match(/.{1,76}/g) ?? [];
			expect(base64SizeBytes(length)).toBe(lines.join('\r\n').length);
		}
	});

	it('is that of the bytes produced', async () => {
		const bytes = fc.uint8Array({ maxLength: 3_000 });
		const attachment = fc.record({
			chunks: fc.array(bytes, { maxLength: 4 }),
			isEmbeddable: fc.boolean(),
			fileName: hostile,
		});
		await fc.assert(
			fc.asyncProperty(
				fc.option(hostile, { nil: undefined }),
				fc.option(hostile, { nil: undefined }),
				fc.array(attachment, { maxLength: 4 }),
				async (text, html, attachments) => {
					const {
						prepared,
						email,
						bytes: produced,
					} = await send({
						...(text === undefined ? {} : { text }),
						...(html === undefined ? {} : { html: `${html}"cid:p1"` }),
						attachments: attachments.map(({ chunks, ...rest }, index) =>
							attachmentOf(Buffer.concat(chunks), {
								...rest,
								propertyName: `p${index}`,
								open: () =>
									Promise.resolve(Readable.from(chunks.map((chunk) => Buffer.from(chunk)))),
							}),
						),
					});
					expect(produced.length).toBe(prepared.sizeBytes);
					expect(
						email.attachments.map((_, index) => attachmentBytes(email, index).length).sort(),
					).toEqual(attachments.map(({ chunks }) => Buffer.concat(chunks).length).sort());
				},
			),
			RUNS,
		);
	});
});
