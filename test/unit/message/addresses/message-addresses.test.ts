import { describe, expect, it } from 'vitest';
import {
	headerValues,
	prepare,
	problemOf,
	send,
} from '../../../support/message/prepared-message.js';

describe('the addresses of a message', () => {
	it('go into their headers and, Bcc only there, into the envelope', async () => {
		const message = await send({
			fromEmail: '"Lee, Ann" <ann@example.com>',
			toEmail: 'Bob <bob@example.net>, Team: eve@example.net, Jörg <j@example.net>;',
			ccEmail: 'cc@example.net',
			bccEmail: 'Hidden <bcc@example.net>',
			replyTo: 'reply@example.com, other@example.com',
		});
		expect(headerValues(message, 'From')).toEqual(['"Lee, Ann" <ann@example.com>']);
		expect(headerValues(message, 'To')).toEqual([
			'Bob <bob@example.net>, Team: eve@example.net, =?UTF-8?Q?J=C3=B6rg?= <j@example.net>;',
		]);
		expect(headerValues(message, 'Cc')).toEqual(['cc@example.net']);
		expect(headerValues(message, 'Reply-To')).toEqual(['reply@example.com, other@example.com']);
		expect(message.raw).not.toMatch(/bcc|hidden/i);
		expect(message.prepared.envelope).toEqual({
			from: 'ann@example.com',
			to: [
				'bob@example.net',
				'eve@example.net',
				'j@example.net',
				'cc@example.net',
				'bcc@example.net',
			],
		});
	});

	it('come from the credential where From is empty', async () => {
		const message = await send({ fromEmail: ' ', user: 'box@example.org' });
		expect(headerValues(message, 'From')).toEqual(['box@example.org']);
		expect(message.prepared.envelope.from).toBe('box@example.org');
	});

	it('are asked for where the credential has no address either', async () => {
		const problem = problemOf(await prepare({ fromEmail: '', user: 'alice' }));
		expect(problem.parameter).toBe('From Email');
		expect(problem.detail).toContain('"alice"');
	});

	it('stand once in the envelope, compared without the case of the domain', async () => {
		const { prepared } = await send({
			toEmail: 'a@example.net, A@EXAMPLE.NET',
			ccEmail: 'a@Example.net',
			bccEmail: 'b@example.net, a@example.net',
		});
		expect(prepared.envelope.to).toEqual(['a@example.net', 'A@example.net', 'b@example.net']);
	});

	it('take the sender for the envelope and a header of its own', async () => {
		const message = await send({
			fromEmail: 'a@example.com, b@example.com',
			sender: 'B <b@example.com>',
		});
		expect(headerValues(message, 'Sender')).toEqual(['B <b@example.com>']);
		expect(headerValues(message, 'From')).toEqual(['a@example.com, b@example.com']);
		expect(message.prepared.envelope.from).toBe('b@example.com');
	});

	it('need no Sender header that repeats the From', async () => {
		const message = await send({ sender: 'sender@example.com' });
		expect(headerValues(message, 'Sender')).toEqual([]);
		expect(message.prepared.envelope.from).toBe('sender@example.com');
	});

	it('need a sender where several are From, and exactly one', async () => {
		const without = problemOf(await prepare({ fromEmail: 'a@example.com, b@example.com' }));
		expect(without.parameter).toBe('From Email');
		expect(without.remedy).toContain('Options → Sender');
		const two = problemOf(await prepare({ sender: 'a@example.com, b@example.com' }));
		expect(two.parameter).toBe('Options → Sender');
	});

	it.each([
		['an empty To', { toEmail: ' ', bccEmail: 'b@example.net' }, 'is empty'],
		['nobody at all', { toEmail: 'undisclosed-recipients:;' }, 'holds no address'],
		['a To of separators', { toEmail: ',', bccEmail: 'b@example.net' }, 'holds no address'],
	])('are refused with %s', async (_, changes, detail) => {
		const problem = problemOf(await prepare(changes));
		expect(problem).toMatchObject({ code: 'INVALID_PARAMETER', parameter: 'To Email' });
		expect(problem.detail).toContain(detail);
	});

	it('may be an empty group where Bcc names the recipients', async () => {
		const message = await send({ toEmail: 'undisclosed-recipients:;', bccEmail: 'b@example.net' });
		expect(headerValues(message, 'To')).toEqual(['undisclosed-recipients: ;']);
		expect(message.prepared.envelope.to).toEqual(['b@example.net']);
	});

	it.each(['fromEmail', 'toEmail', 'ccEmail', 'bccEmail', 'replyTo', 'sender'] as const)(
		'are refused with a line break in %s',
		async (field) => {
			const problem = problemOf(await prepare({ [field]: 'a@example.com\r\nBcc: b@example.com' }));
			expect(problem.detail).toContain('line break');
		},
	);

	it('need SMTPUTF8 for a non-ASCII local part only', async () => {
		const plain = await send({ toEmail: 'ann@bücher.example', subject: 'Grüße' });
		expect(plain.prepared.needsSmtpUtf8).toBe(false);
		expect(plain.prepared.nonAsciiAddress).toBeUndefined();
		expect(plain.prepared.envelope.to).toEqual(['ann@xn--bcher-kva.example']);
		const unicode = await send({ toEmail: 'Jörg <jörg@bücher.example>' });
		expect(unicode.prepared.needsSmtpUtf8).toBe(true);
		expect(unicode.prepared.nonAsciiAddress).toBe('jörg@xn--bcher-kva.example');
		expect(unicode.bytes.toString()).toContain('<jörg@xn--bcher-kva.example>');
	});

	it.each(['fromEmail', 'ccEmail', 'bccEmail', 'replyTo', 'sender'] as const)(
		'need SMTPUTF8 for a non-ASCII local part in %s too',
		async (field) => {
			expect((await send({ [field]: 'jörg@example.com' })).prepared.needsSmtpUtf8).toBe(true);
		},
	);

	it('may be ten thousand', async () => {
		const toEmail = Array.from({ length: 10_000 }, (_, index) => `r${index}@example.net`).join(',');
		const message = await send({ toEmail });
		expect(message.prepared.envelope.to).toHaveLength(10_000);
		expect(message.email.to).toHaveLength(10_000);
	});
});
