import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRejections } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/rejections.js';

const refusal = (response: unknown, recipient: unknown = 'a@example.net') =>
	Object.assign(new Error('Recipient command failed'), { recipient, response });

const read = (response: unknown) => readRejections([refusal(response)], [])[0];

describe('readRejections', () => {
	it('takes the codes and the words of each reply apart', () => {
		expect(
			readRejections(
				[
					refusal('550 5.1.1 <a@example.net>: User unknown'),
					refusal('450 Try again later', 'b@example.net'),
				],
				[],
			),
		).toEqual([
			{
				address: 'a@example.net',
				replyCode: 550,
				enhancedStatusCode: '5.1.1',
				reason: '<a@example.net>: User unknown',
			},
			{ address: 'b@example.net', replyCode: 450, reason: 'Try again later' },
		]);
	});

	it('joins the lines of a reply without repeating its codes', () => {
		expect(read('550-5.7.1 Our policy\n550-5.7.1 forbids\n550 5.7.1 that.')).toEqual({
			address: 'a@example.net',
			replyCode: 550,
			enhancedStatusCode: '5.7.1',
			reason: 'Our policy forbids that.',
		});
	});

	it.each([
		{ response: '550', replyCode: 550, reason: '' },
		{ response: '550 5.1.1', replyCode: 550, reason: '' },
		{ response: '354 Go ahead', replyCode: 354, reason: 'Go ahead' },
		{ response: 'What?', replyCode: 0, reason: 'What?' },
		{ response: '', replyCode: 0, reason: '' },
		{ response: false, replyCode: 0, reason: '' },
	])('makes something of "$response"', ({ response, replyCode, reason }) => {
		expect(read(response)).toMatchObject({ replyCode, reason });
	});

	it('shows no secret, not even the beginning of one at the end of a long reason', () => {
		const secret = 'EwB4A8l6BAAUbDba3x2OMJElkF7gJ4z';
		const reasons = [`550 no ${secret}`, `550 ${'x'.repeat(980)} ${secret}`].map(
			(response) => readRejections([refusal(response)], [secret])[0]?.reason,
		);
		for (const reason of reasons) expect(reason).not.toContain(secret.slice(0, 8));
		expect(reasons[0]).toContain('no ');
	});

	it('leaves out the words of further replies where a server says too much', () => {
		const words = 'x'.repeat(20_000);
		const refusals = Array.from({ length: 50 }, () => refusal(`550 5.1.1 ${words}`));
		const reasons = readRejections(refusals, ['a-secret']).map(({ reason }) => reason);
		expect(reasons.slice(0, 3).every((reason) => reason.startsWith('xxx'))).toBe(true);
		expect(reasons.slice(3)).toEqual(Array.from({ length: 47 }, () => '…'));
	});

	it('keeps a long reason short and on one line', () => {
		const reason = read(`550 ${'a\r\n\u0000b'.repeat(1_000)}`)?.reason ?? '';
		expect(reason.length).toBeLessThanOrEqual(1_000);
		expect(reason).not.toMatch(/[\r\n\u0000]/);
	});

	it.each([undefined, null, 'x', {}, [], [null, 1, 'x', {}, { recipient: 1 }]])(
		'finds none in %j',
		(errors) => {
			expect(readRejections(errors, [])).toEqual([]);
		},
	);

	it('makes one of every error that names a recipient, whatever the reply', () => {
		fc.assert(
			fc.property(fc.array(fc.string()), (responses) => {
				const rejections = readRejections(
					responses.map((response, index) => refusal(response, String(index))),
					[],
				);
				expect(rejections.map(({ address }) => address)).toEqual(
					responses.map((_, index) => String(index)),
				);
				for (const { replyCode } of rejections) expect(Number.isInteger(replyCode)).toBe(true);
			}),
		);
	});
});
