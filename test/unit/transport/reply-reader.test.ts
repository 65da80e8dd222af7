import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
	ReplyReader,
	type ReadReplies,
} from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/reply-reader.js';

function read(...chunks: string[]): ReadReplies {
	const reader = new ReplyReader();
	const replies = [];
	for (const chunk of chunks) {
		const result = reader.take(Buffer.from(chunk));
		replies.push(...result.replies);
		if (result.fault !== undefined) return { replies, fault: result.fault };
	}
	return { replies };
}

it.each([
	['250 Ok\r\n', [{ code: 250, text: '250 Ok' }]],
	['250\r\n', [{ code: 250, text: '250' }]],
	['250-a\r\n250-b\r\n250 c\r\n', [{ code: 250, text: '250-a\n250-b\n250 c' }]],
	['250-a\n250 b\n', [{ code: 250, text: '250-a\n250 b' }]],
	['\r\n250 Ok\r\n\r\n', [{ code: 250, text: '250 Ok' }]],
	['550 Grüße\r\n', [{ code: 550, text: '550 Grüße' }]],
	['250 partial', []],
	[
		'250 a\r\n550 b\r\n',
		[250, 550].map((code, at) => ({ code, text: `${String(code)} ${'ab'.charAt(at)}` })),
	],
])('%j is read', (said, replies) => {
	expect(read(said)).toEqual({ replies });
});

it.each([
	'451-odd\r\n250 2.0.0 queued\r\n',
	'250-odd\r\n554 No\r\n',
	'250-a\r\n\r\n250 b\r\n',
	'2nd attempt failed\r\n',
	'25\r\n',
	'2500 Ok\r\n',
	'000\r\n',
	'150 Wait\r\n',
	'600 What\r\n',
	'+OK ready\r\n',
	'HTTP/1.1 400 Bad Request\r\n',
	'\x00250 Ok\r\n',
	'250 O\x00k\r\n',
	'250\tOk\r\n',
	' 250 Ok\r\n',
])('%j is not readable as a reply', (said) => {
	expect(read(said)).toMatchObject({ replies: [], fault: { kind: 'malformed' } });
});

it.each([
	['a line without an end', `250 ${'x'.repeat(1_000_000)}`],
	['a line of a megabyte', `250-${'x'.repeat(1_000_000)}\r\n`],
	['lines without end', '250-x\r\n'.repeat(160_000)],
	['blank lines without end', '\r\n'.repeat(500_000)],
	['a complete reply of 2,001 lines', `${'250-x\r\n'.repeat(2_000)}250 x\r\n`],
	['a complete reply of a megabyte', `${`250-${'x'.repeat(999)}\r\n`.repeat(1_000)}250 x\r\n`],
])('%s is too long', (_, said) => {
	expect(read(said)).toMatchObject({ replies: [], fault: { kind: 'tooLong' } });
});

it('keeps what was read before the fault, and tells what came instead', () => {
	expect(read('250 Ok\r\nHTTP/1.1 400\r\n')).toEqual({
		replies: [{ code: 250, text: '250 Ok' }],
		fault: { kind: 'malformed', text: 'HTTP/1.1 400\n' },
	});
});

it('reads the same, however the bytes are cut', () => {
	const said = '220 hällo\r\n250-a\r\n250 b\r\n\r\n451 4.3.0 Later\r\n';
	const bytes = Buffer.from(said);
	fc.assert(
		fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
			const reader = new ReplyReader();
			const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
			const replies = places
				.slice(1)
				.flatMap((end, at) => reader.take(bytes.subarray(places[at], end)).replies);
			expect(replies).toEqual(read(said).replies);
			expect(reader.unfinished).toBe('');
		}),
	);
});
