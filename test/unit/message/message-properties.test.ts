import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageFields } from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { hostile, hostileLine } from '../../support/message/hostile-text.js';
import {
	attachmentOf,
	prepare,
	readPrepared,
	send,
	splitHeaders,
	asWellFormed,
	attachmentBytes,
} from '../../support/message/prepared-message.js';

const TEXT_FIELDS = [
	'fromEmail',
	'toEmail',
	'ccEmail',
	'bccEmail',
	'replyTo',
	'sender',
	'subject',
	'text',
	'html',
	'inReplyTo',
	'references',
	'messageId',
	'listUnsubscribe',
	'icalEvent',
] as const;

const BASE: Partial<MessageFields> = {
	fromEmail: '"A" <a@example.com>, b@example.com',
	sender: 'b@example.com',
	ccEmail: 'cc@example.net',
	replyTo: 'reply@example.com',
	text: 'Hello.',
	html: '<p>Hello.</p>',
	inReplyTo: '<parent@example.com>',
	messageId: '<own@example.com>',
	listUnsubscribe: 'https://example.com/',
	headers: [{ name: 'X-Own', value: 'own' }],
};

const FIELD_NAMES = [
	'From',
	'Sender',
	'Reply-To',
	'To',
	'Cc',
	'Subject',
	'In-Reply-To',
	'References',
	'List-Unsubscribe',
	'List-Unsubscribe-Post',
	'X-Own',
	'Message-ID',
	'Date',
	'Content-Transfer-Encoding',
	'MIME-Version',
	'Content-Type',
];

const RUNS = { numRuns: 300 };

/** The names of all header fields of all parts below the root. */
function partHeaderNames(raw: string): string[] {
	const boundaries = Array.from(raw.matchAll(/boundary="(.*?)"/g), (match) => match[1] ?? '');
	return boundaries
		.flatMap((boundary) => raw.split(`\r\n--${boundary}\r\n`).slice(1))
		.flatMap((part) => splitHeaders(part).map(({ name }) => name));
}

function quote(name: string): string {
	return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

describe('no input', () => {
	it('in any field adds a header', async () => {
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...TEXT_FIELDS), hostile, async (field, text) => {
				const parsed = await prepare({ ...BASE, [field]: text });
				if (!parsed.ok) return;
				const message = await readPrepared(parsed.value);
				for (const headers of [
					message.headers.map(({ name }) => name),
					message.email.headers.map(({ originalKey }) => originalKey),
				]) {
					expect(headers.filter((name) => !FIELD_NAMES.includes(name))).toEqual([]);
					expect(new Set(headers).size).toBe(headers.length);
				}
			}),
			RUNS,
		);
	});

	it('in a header of one’s own adds another', async () => {
		await fc.assert(
			fc.asyncProperty(hostile, hostile, async (name, value) => {
				const parsed = await prepare({
					...BASE,
					headers: [
						{ name, value },
						{ name: 'X-Own', value },
					],
				});
				if (!parsed.ok) return;
				const { headers, email } = await readPrepared(parsed.value);
				const allowed = [...FIELD_NAMES, name.trim().replace(/\s?:$/, '')];
				expect(headers.filter((header) => !allowed.includes(header.name))).toEqual([]);
				expect(email.headers.length).toBe(headers.length);
			}),
			RUNS,
		);
	});

	it('in a display name adds a recipient, and names arrive as given', async () => {
		await fc.assert(
			fc.asyncProperty(hostileLine, hostileLine, hostileLine, async (one, two, three) => {
				const { prepared, email } = await send({
					fromEmail: `${quote(one)} <from@example.com>`,
					toEmail: `${quote(two)} <to@example.net>, other@example.net`,
					ccEmail: `${quote(three)} <cc@example.net>`,
				});
				expect(prepared.envelope).toEqual({
					from: 'from@example.com',
					to: ['to@example.net', 'other@example.net', 'cc@example.net'],
				});
				expect(email.from?.address).toBe('from@example.com');
				expect(email.to?.map(({ address }) => address)).toEqual([
					'to@example.net',
					'other@example.net',
				]);
				expect(email.cc?.map(({ address }) => address)).toEqual(['cc@example.net']);
				const plain = (text: string) => asWellFormed(text).replace(/[\s\u0085\ufeff]+/g, '');
				expect(plain(email.to?.[0]?.name ?? '')).toBe(plain(two));
			}),
			RUNS,
		);
	});

	it('concatenated into a list makes the envelope differ from what recipients see', async () => {
		await fc.assert(
			fc.asyncProperty(hostileLine, async (text) => {
				const parsed = await prepare({ toEmail: `${text} <to@example.net>` });
				if (!parsed.ok) return;
				const { prepared, email } = await readPrepared(parsed.value);
				const shown = (email.to ?? []).flatMap((entry) =>
					entry.group ? entry.group.map(({ address }) => address) : [entry.address],
				);
				expect([...new Set(shown)]).toEqual(prepared.envelope.to);
			}),
			RUNS,
		);
	});

	it('in the subject is shown as anything but itself', async () => {
		await fc.assert(
			fc.asyncProperty(hostileLine, async (subject) => {
				const parsed = await prepare({ subject });
				if (!parsed.ok) {
					expect(parsed.failure.detail).toContain('looks like a header');
					return;
				}
				const { email } = await readPrepared(parsed.value);
				const lines = subject.split(/[\u0085\u2028\u2029]/).map((line) => line.trim());
				const line = lines.filter((text) => text !== '').join(' ');
				expect(email.subject ?? '').toBe(asWellFormed(line));
			}),
			RUNS,
		);
	});

	it('in an attachment’s names and type adds a header or a part', async () => {
		await fc.assert(
			fc.asyncProperty(
				hostile,
				hostile,
				hostile,
				fc.boolean(),
				async (fileName, propertyName, mimeType, isEmbeddable) => {
					const html = `<img src="cid:${propertyName}">`;
					const message = await send({
						html,
						attachments: [attachmentOf('xyz', { fileName, propertyName, mimeType, isEmbeddable })],
					});
					expect(message.email.attachments).toHaveLength(1);
					expect(attachmentBytes(message.email, 0).toString()).toBe('xyz');
					expect(partHeaderNames(message.raw).filter((name) => !/^content-/i.test(name))).toEqual(
						[],
					);
					expect(message.raw).toMatch(/^[\t\r\n\x20-\x7e]*$/);
					expect(message.prepared.sizeBytes).toBe(message.bytes.length);
				},
			),
			RUNS,
		);
	});
});
