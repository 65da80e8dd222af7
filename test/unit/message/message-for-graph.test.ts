import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessage } from '../../../nodes/SmtpOAuthSendEmail/transport/graph/check-message.js';
import type { MessageFields } from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { prepareMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepare-message.js';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';
import {
	attachmentOf,
	ENVIRONMENT,
	headerValues,
	messageFields,
	readPrepared,
	send,
	valueOf,
} from '../../support/message/prepared-message.js';
import { accountAt } from '../../support/smtp/transport-setting.js';

async function prepare(changes: Partial<MessageFields> = {}): Promise<PreparedMessage> {
	return valueOf(
		await prepareMessage(messageFields(changes), { ...ENVIRONMENT, hasEnvelope: false }),
	);
}

const ADDRESSES = {
	toEmail: 'Team: ada@example.net;, bob@example.net',
	bccEmail: 'Di <di@example.net>',
};

describe('a message without an envelope', () => {
	it('names everybody in its header, out of their groups', async () => {
		const message = await readPrepared(await prepare(ADDRESSES));
		expect(headerValues(message, 'To')).toEqual(['ada@example.net, bob@example.net']);
		expect(headerValues(message, 'Bcc')).toEqual(['Di <di@example.net>']);
	});

	it('is otherwise what it is with one', async () => {
		const { raw } = await send(ADDRESSES);
		expect(raw).not.toMatch(/^Bcc:/m);
		expect(raw).toMatch(/^To: Team: ada@example\.net;, bob@example\.net\r$/m);
	});

	it.each([{ bccEmail: '' }, ADDRESSES])(
		'has the size that it says ($bccEmail)',
		async (changes) => {
			const prepared = await prepare({ ...changes, attachments: [attachmentOf('one')] });
			expect((await buffer(prepared.open())).length).toBe(prepared.sizeBytes);
		},
	);
});

describe('a message in pieces', () => {
	it('can be had without any of its attachments, each described', async () => {
		const attachments = ['chart', 'ein Bild', 'note'].map((propertyName, index) =>
			attachmentOf(`content ${String(index)}`, {
				propertyName,
				fileName: `${propertyName}.png`,
				mimeType: 'image/png',
				isEmbeddable: propertyName !== 'note',
			}),
		);
		const html = '<img src="cid:chart"><img src="cid:ein Bild">';
		const { parts } = await prepare({ html, attachments });
		expect(parts?.attachments).toMatchObject([
			{
				fileName: 'chart.png',
				mediaType: 'image/png',
				contentId: expect.stringMatching(/^chart\.0\./),
				isInline: true,
			},
			{
				fileName: 'ein Bild.png',
				contentId: expect.stringMatching(/^ein_Bild\.1\./),
				isInline: true,
			},
			{ fileName: 'note.png', isInline: false },
		]);
		expect(parts?.attachments[2]).not.toHaveProperty('contentId');
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 2 })), async (left) => {
				const leftOut = new Set(left.flatMap((index) => parts?.attachments[index] ?? []));
				const encoded = await parts?.without(leftOut);
				const bytes = encoded === undefined ? Buffer.alloc(0) : await buffer(encoded.open());
				expect(bytes.length).toBe(encoded?.sizeBytes);
				const email = await PostalMime.parse(bytes);
				const kept = attachments.filter((_one, index) => !left.includes(index));
				expect(email.attachments.map(({ filename }) => filename).toSorted()).toEqual(
					kept.map(({ fileName }) => fileName).toSorted(),
				);
				// The images stay referred to by the names that they are handed over with.
				for (const part of parts?.attachments ?? []) {
					if (part.isInline) expect(email.html).toContain(`cid:${part.contentId ?? ''}`);
				}
			}),
			{ numRuns: 20 },
		);
	});
});

describe('what Microsoft Graph cannot carry', () => {
	const account = accountAt({ port: 443 }, { deliverVia: 'graph' });
	const check = async (changes: Partial<MessageFields>, accountChanges = {}) => {
		const fields = messageFields(changes);
		return checkMessage(fields, await prepare(changes), { ...account, ...accountChanges });
	};

	const IMPOSSIBLE: readonly { what: string; changes: Partial<MessageFields> }[] = [
		{
			what: 'a delivery status notification',
			changes: { dsn: { notify: ['failure'], returnContent: 'headers' } },
		},
		{ what: 'a sender besides From', changes: { sender: 'other@example.com' } },
		{
			what: 'two From addresses',
			changes: { fromEmail: 'a@example.com, b@example.com', sender: 'a@example.com' },
		},
	];

	it.each(IMPOSSIBLE)('is refused: $what', async ({ changes }) => {
		expect(await check(changes)).toMatchObject({
			ok: false,
			failure: { code: 'INVALID_PARAMETER' },
		});
	});

	it('lets a sender pass that is From', async () => {
		expect(await check({ sender: 'sender@example.com' })).toEqual({ ok: true, value: [] });
	});

	it.each([
		{ graphLargeMessages: false, ok: false },
		{ graphLargeMessages: true, ok: true },
		{ graphLargeMessages: undefined, ok: true },
	])(
		'is a large message with Large Messages $graphLargeMessages: $ok',
		async ({ graphLargeMessages, ok }) => {
			const attachments = [attachmentOf(Buffer.alloc(2_500_000))];
			expect(await check({ attachments }, { graphLargeMessages })).toMatchObject({ ok });
		},
	);

	it('is warned of: an address outside ASCII', async () => {
		const result = await check({ toEmail: 'grüße@example.net, bob@bücher.example' });
		expect(result).toMatchObject({ ok: true, value: [expect.stringContaining('grüße@')] });
	});

	it('is warned of: headers that Exchange may drop', async () => {
		const headers = [
			{ name: 'Auto-Submitted', value: 'auto-generated' },
			{ name: 'X-Campaign', value: 'spring' },
			{ name: 'X-Empty', value: '' },
		];
		const result = await check({ headers });
		expect(result).toMatchObject({ ok: true });
		const warnings = result.ok ? result.value : [];
		expect(warnings).toHaveLength(2);
		expect(warnings[0]).toContain('Auto-Submitted will most likely not arrive');
		expect(warnings[1]).toContain('X-Campaign may not arrive');
	});
});
