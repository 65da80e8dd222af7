import { describe, expect, it } from 'vitest';
import {
	ENVIRONMENT,
	headerValues,
	prepare,
	problemOf,
	send,
} from '../../../support/message/prepared-message.js';

describe('the subject', () => {
	it.each([
		['ASCII', 'Report of "today" <1, 2; 3>'],
		['another script', 'Grüße aus 東京 🎉'],
		['two spaces', 'a  b'],
		['what looks like an encoded-word', '=?utf-8?q?=42cc?= =?utf-8?b?SGk=?='],
		['many words', 'word '.repeat(400).trim()],
		['one long word', 'x'.repeat(5_000)],
		['many non-ASCII characters', 'ü🎉'.repeat(500)],
		['a control character', 'a\x07b'],
	])('arrives as written with %s', async (_, subject) => {
		const message = await send({ subject });
		expect(message.email.subject).toBe(subject);
		const lines = message.raw.slice(0, message.raw.indexOf('\r\n\r\n')).split('\r\n');
		expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
		expect(lines.filter((line) => line.trim() === '')).toEqual([]);
	});

	it('is left out when empty', async () => {
		expect(headerValues(await send({ subject: '' }), 'Subject')).toEqual([]);
	});

	it.each(['a\r\nBcc: b@example.com', 'a\nX-Own: b', 'a\rTo: b', 'a\0b'])(
		'is refused as %j',
		async (subject) => {
			expect(problemOf(await prepare({ subject })).parameter).toBe('Subject');
		},
	);
});

describe('the Message-ID and the Date', () => {
	it('are made of what is handed in', async () => {
		const message = await send({ fromEmail: 'a@bücher.example' });
		const id = `<${ENVIRONMENT.newMessageIdToken}@xn--bcher-kva.example>`;
		expect(message.prepared.messageId).toBe(id);
		expect(headerValues(message, 'Message-ID')).toEqual([id]);
		expect(headerValues(message, 'Date')).toEqual(['Sun, 22 Nov 2026 05:06:07 +0000']);
	});

	it.each(['<my.id@example.com>', 'my.id@example.com', ' <my.id@example.com> '])(
		'take the given %j',
		async (messageId) => {
			const message = await send({ messageId });
			expect(message.prepared.messageId).toBe('<my.id@example.com>');
			expect(headerValues(message, 'Message-ID')).toEqual(['<my.id@example.com>']);
		},
	);

	it.each([
		'no-at',
		'<a@b',
		'a b@c',
		'<a@b><c@d>',
		'<ü@b>',
		'<a@b>\r\nX: y',
		'<a\r\n@b>',
		'<a@>',
		'<.a@b>',
	])('refuse %j', async (messageId) => {
		expect(problemOf(await prepare({ messageId })).parameter).toBe('Options → Message-ID');
	});

	it('stand in a line of their own, however long the domain is', async () => {
		const domain = `${'mail-relay.'.repeat(8)}example.com`;
		const message = await send({ fromEmail: `a@${domain}` });
		expect(message.raw).toContain(
			`\r\nMessage-ID: <${ENVIRONMENT.newMessageIdToken}@${domain}>\r\n`,
		);
	});

	it('take an ID made for an address literal when it comes back', async () => {
		const { prepared } = await send({ fromEmail: 'a@[IPv6:2001:db8::1]' });
		expect((await send({ messageId: prepared.messageId })).prepared.messageId).toBe(
			prepared.messageId,
		);
	});
});

describe('threading', () => {
	it('sets both headers from In-Reply-To alone', async () => {
		const message = await send({ inReplyTo: 'parent@example.com' });
		expect(headerValues(message, 'In-Reply-To')).toEqual(['<parent@example.com>']);
		expect(headerValues(message, 'References')).toEqual(['<parent@example.com>']);
	});

	it('keeps given References', async () => {
		const message = await send({
			inReplyTo: '<c@example.com>',
			references: '<a@example.com>,b@example.com  <odd id>'.replace('odd id', 'odd$id'),
		});
		expect(headerValues(message, 'References')).toEqual([
			'<a@example.com> <b@example.com> <odd$id>',
		]);
		expect(headerValues(message, 'In-Reply-To')).toEqual(['<c@example.com>']);
	});

	it('separates IDs that touch, and folds many', async () => {
		const references = Array.from({ length: 100 }, (_, index) => `<${index}@example.com>`).join('');
		const message = await send({ references });
		expect(headerValues(message, 'References')[0]?.split(' ')).toHaveLength(100);
		expect(Math.max(...message.raw.split('\r\n').map((line) => line.length))).toBeLessThan(100);
	});

	it.each([
		['inReplyTo', 'Options → In-Reply-To'],
		['references', 'Options → References'],
	] as const)('refuses what is no ID in %s', async (field, parameter) => {
		for (const text of [
			'<a@b>\r\nBcc: x@y',
			'<ü@b>',
			'<a@b',
			'a<b>c',
			'<>',
			`<${'a'.repeat(1_000)}>`,
		]) {
			expect(problemOf(await prepare({ [field]: text })).parameter).toBe(parameter);
		}
	});
});

describe('the priority', () => {
	it.each([
		['high', ['1 (Highest)', 'High', 'High']],
		['low', ['5 (Lowest)', 'Low', 'Low']],
	] as const)('%s sets the headers that mail programs know', async (priority, values) => {
		const message = await send({ priority });
		expect(
			['X-Priority', 'X-MSMail-Priority', 'Importance'].map(
				(name) => headerValues(message, name)[0],
			),
		).toEqual(values);
	});

	it('normal sets none', async () => {
		expect((await send({ priority: 'normal' })).raw).not.toMatch(/priority|importance/i);
	});
});

describe('List-Unsubscribe', () => {
	it('offers one click where there is an https address', async () => {
		const message = await send({
			listUnsubscribe: 'https://example.com/u?id=1,2, mailto:leave@example.com?subject=leave',
		});
		expect(headerValues(message, 'List-Unsubscribe')).toEqual([
			'<https://example.com/u?id=1,2>, <mailto:leave@example.com?subject=leave>',
		]);
		expect(headerValues(message, 'List-Unsubscribe-Post')).toEqual(['List-Unsubscribe=One-Click']);
	});

	it('offers none for mail alone, and reads brackets', async () => {
		const message = await send({ listUnsubscribe: '<mailto:leave@example.com>' });
		expect(headerValues(message, 'List-Unsubscribe')).toEqual(['<mailto:leave@example.com>']);
		expect(headerValues(message, 'List-Unsubscribe-Post')).toEqual([]);
	});

	it('offers none where two https addresses leave open which one takes it', async () => {
		const message = await send({
			listUnsubscribe: 'https://example.com/u, mailto:leave@example.com, https://example.org/u',
		});
		expect(headerValues(message, 'List-Unsubscribe')).toEqual([
			'<https://example.com/u>, <mailto:leave@example.com>, <https://example.org/u>',
		]);
		expect(headerValues(message, 'List-Unsubscribe-Post')).toEqual([]);
	});

	it('drops a comma at the end and encodes other scripts', async () => {
		const message = await send({ listUnsubscribe: 'https://bücher.example/ü, ' });
		expect(headerValues(message, 'List-Unsubscribe')).toEqual([
			'<https://xn--bcher-kva.example/%C3%BC>',
		]);
	});

	it.each([
		'http://example.com/u',
		'https://',
		'javascript:alert(1)',
		'mailto:',
		'mailto:nobody',
		'mailto:a@example.com%0d%0aBcc:b@example.com',
		'<https://example.com/> or <https://example.org/>',
		'<https://example.com/',
		'https://example.com/\r\nBcc: b@example.com',
		'https://example.com/, http://example.com/',
		`https://example.com/${'a'.repeat(2_000)}`,
	])('refuses %s', async (listUnsubscribe) => {
		expect(problemOf(await prepare({ listUnsubscribe })).parameter).toBe(
			'Options → List-Unsubscribe',
		);
	});
});
