import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import { holdsPieceOf, jwtOf } from '../../../support/tls/access-token.js';
import type { ScriptedServerOptions } from '../../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	deliver,
	messageOf,
	PLENTY,
	serve,
	shortMessage,
	tokensOf,
	transportFor,
	type ClosableTransport,
} from '../../../support/smtp/transport-setting.js';

const TLS = /^\(TLSv1\.3, TLS_[A-Z0-9_]+, certificate verified\)$/;

/** Delivers a message and gives its transcript without the times. */
async function transcribe(
	transport: ClosableTransport,
	message = shortMessage(),
): Promise<string[]> {
	const transcript = new Transcript(() => performance.now());
	await deliver(transport, message, { ...PLENTY, transcript });
	return transcript.lines().map((line) => line.replace(/^\d+ ms /, ''));
}

async function transportTo(options: Partial<ScriptedServerOptions> = {}, ...tokens: string[]) {
	const server = await serve(options);
	const account = accountAt(server, {
		sslMode: options.tls === 'starttls' ? 'explicit' : 'implicit',
	});
	const transport = transportFor(
		account,
		tokens.length === 0 ? {} : { tokens: tokensOf(...tokens) },
	);
	return { server, transport };
}

const SIGN_IN = ['C: AUTH XOAUTH2', 'S: 334', 'C: [SASL response]', 'S: 235 2.7.0 Accepted'];

describe('the transcript of a message', () => {
	it('tells all that is said on a new connection, but the token and the content', async () => {
		const { server, transport } = await transportTo({ ehlo: ['PIPELINING', 'AUTH XOAUTH2'] });
		const content = `Subject: confidential\r\n\r\n${'secret matter\r\n'.repeat(100)}`;
		const lines = await transcribe(transport, messageOf(content));
		expect(lines).toEqual([
			`(connecting to localhost:${String(server.port)})`,
			'(connected)',
			expect.stringMatching(TLS),
			'S: 220 scripted.test ESMTP',
			expect.stringMatching(/^C: EHLO \S+$/),
			'S: 250-scripted.test',
			'S: 250-PIPELINING',
			'S: 250 AUTH XOAUTH2',
			...SIGN_IN,
			'C: MAIL FROM:<u***@example.com>',
			'C: RCPT TO:<r***@example.net>',
			'C: DATA',
			'S: 250 2.0.0 Ok',
			'S: 250 2.0.0 Ok',
			'S: 354 Go ahead',
			'(1,525 bytes of message)',
			'S: 250 2.0.0 Ok: queued as SCRIPTED',
		]);
	});

	it('shows where STARTTLS begins to encrypt', async () => {
		const { transport } = await transportTo({ tls: 'starttls' });
		const lines = await transcribe(transport);
		const at = lines.indexOf('C: STARTTLS');
		expect(lines.slice(at, at + 4)).toEqual([
			'C: STARTTLS',
			'S: 220 2.0.0 Ready',
			expect.stringMatching(TLS),
			expect.stringMatching(/^C: EHLO/),
		]);
	});

	it('begins in the middle where the connection was opened for an earlier message', async () => {
		const { transport } = await transportTo();
		await deliver(transport);
		const lines = await transcribe(transport);
		expect(lines[0]).toMatch(/^\(connection opened \d+ ms ago for an earlier message\)$/);
		expect(lines[1]).toMatch(TLS);
		expect(lines[2]).toMatch(/^C: MAIL FROM:/);
		expect(lines.at(-1)).toBe('S: 250 2.0.0 Ok: queued as SCRIPTED');
	});

	it('holds nothing of other messages that go out at the same time', async () => {
		const server = await serve();
		const transport = transportFor(accountAt(server, { maxConnections: 3 }));
		const messages = ['a', 'b', 'c'].map((name) =>
			shortMessage(name, { envelope: { from: 'x@example.com', to: [`${name}@${name}.test`] } }),
		);
		const all = await Promise.all(messages.map((message) => transcribe(transport, message)));
		all.forEach((lines, index) => {
			const name = ['a', 'b', 'c'][index] ?? '';
			expect(lines.filter((line) => line.includes('RCPT'))).toEqual([
				`C: RCPT TO:<${name}***@${name}.test>`,
			]);
		});
		// What comes after it is nobody's either.
		await deliver(transport);
		expect(all.flat().filter((line) => line.includes('RCPT'))).toHaveLength(3);
	});

	it('shows a refused sign-in with its reason, and the one with the next token', async () => {
		const json = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}';
		const tokens = [jwtOf({ aud: 'first' }), jwtOf({ aud: 'second' })];
		const { transport } = await transportTo(
			{
				ehlo: ['AUTH XOAUTH2'],
				script: (line, { phase, connection }) => {
					if (phase !== 'sasl' || connection > 0) return undefined;
					return line === '' ? '535 5.7.8 no' : `334 ${Buffer.from(json).toString('base64')}`;
				},
			},
			...tokens,
		);
		const lines = await transcribe(transport);
		const at = lines.indexOf('C: AUTH XOAUTH2');
		expect(lines.slice(at, at + 8)).toEqual([
			'C: AUTH XOAUTH2',
			'S: 334',
			'C: [SASL response]',
			`S: 334 ${json}`,
			'C: [SASL response]',
			'S: 535 5.7.8 no',
			'C: QUIT',
			'S: 221 2.0.0 Bye',
		]);
		expect(lines).toContain('(asking for another access token)');
		expect(lines.slice(-12, -8)).toEqual(SIGN_IN);
		for (const token of tokens) expect(holdsPieceOf(lines.join('\n'), token)).toBe(false);
	});

	it('does not show a challenge that is no refusal, and no token that a server repeats', async () => {
		const token = 'opaque-access-token-0123456789';
		const { transport } = await transportTo(
			{
				script: (line, { phase }) =>
					phase === 'sasl'
						? line.length > 20
							? `334 ${Buffer.from(`what is ${token}?`).toString('base64')}`
							: ['535-5.7.8 no opaque-access-token', `535 5.7.8 -0123456789 nor ${token}`]
						: undefined,
			},
			token,
		);
		const lines = await transcribe(transport);
		expect(lines).toContain('S: 334 [SASL challenge]');
		expect(lines).toContain('S: 535-5.7.8 no [redacted] nor [redacted]');
	});

	it('ends where nothing more was said', async () => {
		const { server, transport } = await transportTo({ greeting: { then: 'close' } });
		expect(await transcribe(transport)).toEqual([
			`(connecting to localhost:${String(server.port)})`,
			'(connected)',
		]);
	});

	it('tells of a message that was not tried, since the one before it failed for good', async () => {
		const { transport } = await transportTo({ ehlo: ['AUTH PLAIN'] });
		await deliver(transport);
		expect(await transcribe(transport)).toEqual([
			'(not tried: it has failed for an earlier message)',
		]);
	});
});
