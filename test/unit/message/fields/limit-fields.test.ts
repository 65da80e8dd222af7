import { describe, expect, it } from 'vitest';
import {
	headerValues,
	prepare,
	problemOf,
	send,
} from '../../../support/message/prepared-message.js';

describe('a field that is too long', () => {
	it.each([
		['To Email', 'toEmail', 'a@x.test,'.repeat(40_000)],
		['From Email', 'fromEmail', ' '.repeat(400_000)],
		['Options → CC Email', 'ccEmail', '('.repeat(10_000_000)],
		['Options → References', 'references', '<a@x.test>'.repeat(20_000)],
		['Options → In-Reply-To', 'inReplyTo', '\u202a'.repeat(10_000_000)],
		['Options → Message-ID', 'messageId', '<'.repeat(10_000_000)],
		['Options → List-Unsubscribe', 'listUnsubscribe', 'https://x.test/,'.repeat(100_000)],
	])('is refused before it is read: %s', async (parameter, field, value) => {
		const problem = problemOf(await prepare({ [field]: value }));
		expect(problem).toMatchObject({ code: 'INVALID_PARAMETER', parameter });
		expect(problem.detail).toContain(`${parameter} has ${String(value.length)} characters`);
	});

	it('is refused among the headers, as are too many of them', async () => {
		const long = [{ name: 'X-A', value: '"\\'.repeat(100_000) }];
		expect(problemOf(await prepare({ headers: long })).detail).toContain('has 200003 characters');
		const many = Array.from({ length: 501 }, (_, index) => ({ name: 'X-A', value: String(index) }));
		expect(problemOf(await prepare({ headers: many })).detail).toContain('501 headers');
		expect(headerValues(await send({ headers: many.slice(1) }), 'X-A')).toHaveLength(500);
	});

	it('is cut if it is the subject, and the message says so', async () => {
		const { email, prepared } = await send({ subject: `ab${'🎉'.repeat(5_000_000)}` });
		expect(email.subject).toHaveLength(9_999);
		expect(email.subject).toMatch(/^ab🎉.*🎉…$/u);
		expect(prepared.warnings).toEqual(['Subject has 10000002 characters. It was cut after 10000.']);
		expect((await send({ subject: 'x'.repeat(10_000) })).prepared.warnings).toBeUndefined();
	});
});
