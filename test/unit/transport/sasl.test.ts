import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	authenticate,
	chooseMechanism,
} from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/sasl.js';

const IDENTITY = { user: 'user@example.com', host: 'mail.example.com', port: 465 };

/** Answers each line by the next reply and remembers what was said. */
function server(...replies: string[]) {
	const said: string[] = [];
	const exchange = (line: string) => {
		said.push(line);
		const reply = replies[said.length - 1];
		return reply === undefined ? Promise.reject(new Error('no reply')) : Promise.resolve(reply);
	};
	return { said, exchange };
}

const decode = (line: string | undefined) => Buffer.from(line ?? '', 'base64').toString('utf8');
const encode = (text: string) => Buffer.from(text).toString('base64');

describe('chooseMechanism', () => {
	it.each([
		{ configured: 'auto', offered: ['OAUTHBEARER', 'XOAUTH2'], chosen: 'XOAUTH2' },
		{ configured: 'auto', offered: ['PLAIN', 'OAUTHBEARER'], chosen: 'OAUTHBEARER' },
		{ configured: 'auto', offered: ['PLAIN', 'LOGIN'], chosen: undefined },
		{ configured: 'auto', offered: [], chosen: undefined },
		{ configured: 'OAUTHBEARER', offered: ['XOAUTH2', 'OAUTHBEARER'], chosen: 'OAUTHBEARER' },
		{ configured: 'OAUTHBEARER', offered: ['XOAUTH2'], chosen: undefined },
		{ configured: 'XOAUTH2', offered: ['OAUTHBEARER'], chosen: undefined },
	] as const)('takes $chosen of $offered with $configured', ({ configured, offered, chosen }) => {
		expect(chooseMechanism(configured, offered)).toBe(chosen);
	});
});

describe('authenticate', () => {
	it('sends the XOAUTH2 response after the 334', async () => {
		const { said, exchange } = server('334 ', '235 2.7.0 Accepted');
		expect(await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).toEqual({
			isAccepted: true,
			reply: '235 2.7.0 Accepted',
		});
		// The example of Google's and Microsoft's pages, with our names.
		expect(said).toEqual(['AUTH XOAUTH2', 'dXNlcj11c2VyQGV4YW1wbGUuY29tAWF1dGg9QmVhcmVyIGFiYwEB']);
		expect(decode(said[1])).toBe('user=user@example.com\u0001auth=Bearer abc\u0001\u0001');
	});

	it('sends the response with the command to a server that wants it there', async () => {
		const { said, exchange } = server('501 Syntax error', '235 2.7.0 Accepted');
		expect(await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).toMatchObject({
			isAccepted: true,
		});
		expect(said[0]).toBe('AUTH XOAUTH2');
		expect(said[1]).toMatch(/^AUTH XOAUTH2 [\w+/=]+$/);
		expect(decode(said[1]?.split(' ')[2])).toBe(
			'user=user@example.com\u0001auth=Bearer abc\u0001\u0001',
		);
	});

	it('sends the response once at most to a server that refuses it both ways', async () => {
		const { said, exchange } = server('501 Syntax error', '501 Syntax error');
		expect(await authenticate(exchange, 'OAUTHBEARER', IDENTITY, 'abc')).toEqual({
			isAccepted: false,
			reply: '501 Syntax error',
		});
		expect(said).toHaveLength(2);
	});

	it('sends what RFC 7628 shows as its example', async () => {
		const { said, exchange } = server('334 ', '235 Ok');
		const identity = { user: 'user@example.com', host: 'server.example.com', port: 143 };
		await authenticate(
			exchange,
			'OAUTHBEARER',
			identity,
			'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==',
		);
		// Section 4.1.
		expect(said[1]).toBe(
			'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB',
		);
	});

	it.each(['334', '334 ', '334 eA=='])(
		'takes "%s" for the wish to see the token',
		async (challenge) => {
			const { said, exchange } = server(challenge, '235 Ok');
			expect((await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).isAccepted).toBe(true);
			expect(said).toHaveLength(2);
		},
	);

	it.each(['235 Ok', '250 Ok', '3345 x', '504 5.7.4 Unrecognized', '421 4.3.2 Bye', 'x', ''])(
		'keeps the token back when AUTH is answered by "%s"',
		async (challenge) => {
			const { said, exchange } = server(challenge);
			expect(await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).toEqual({
				isAccepted: false,
				reply: challenge,
			});
			expect(said).toEqual(['AUTH XOAUTH2']);
		},
	);

	it.each(['235', '235 2.7.0 Ok', '235-2.7.0 Hello\n235 2.7.0 there'])(
		'takes "%s" for a sign-in',
		async (reply) => {
			const { exchange } = server('334 ', reply);
			expect((await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).isAccepted).toBe(true);
		},
	);

	it.each(['250 Ok', '2350 Ok', '235Ok', '535 5.7.3 No', ' 235 Ok', ''])(
		'does not take "%s" for a sign-in',
		async (reply) => {
			const { exchange } = server('334 ', reply);
			expect(await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).toEqual({
				isAccepted: false,
				reply,
			});
		},
	);

	it.each([
		{ mechanism: 'XOAUTH2', answer: '' },
		{ mechanism: 'OAUTHBEARER', answer: 'AQ==' },
	] as const)('answers a refusal of $mechanism and keeps it', async ({ mechanism, answer }) => {
		const refusal = '{"status":"invalid_token","scope":"smtp für alle"}';
		const { said, exchange } = server('334 ', `334 ${encode(refusal)}`, '535 5.7.8 No');
		expect(await authenticate(exchange, mechanism, IDENTITY, 'abc')).toEqual({
			isAccepted: false,
			reply: '535 5.7.8 No',
			refusal,
		});
		expect(said[2]).toBe(answer);
	});

	it('does not sign in by a 235 after a refusal', async () => {
		const { exchange } = server('334 ', '334 ', '235 2.7.0 Well, come in');
		expect(await authenticate(exchange, 'XOAUTH2', IDENTITY, 'abc')).toMatchObject({
			isAccepted: false,
		});
	});

	it('fails as the exchange fails', async () => {
		await expect(authenticate(server().exchange, 'XOAUTH2', IDENTITY, 'abc')).rejects.toThrow(
			'no reply',
		);
	});

	it('lets no user name forge a field of OAUTHBEARER (RFC 5801 §4)', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (user) => {
				const { said, exchange } = server('334 ', '235 Ok');
				await authenticate(exchange, 'OAUTHBEARER', { ...IDENTITY, user }, 'abc');
				const [header = '', ...fields] = decode(said[1]).split(',\u0001host=');
				const name = header.slice('n,a='.length);
				expect(name).not.toContain(',');
				expect(name.replaceAll('=2C', ',').replaceAll('=3D', '=')).toBe(
					Buffer.from(user).toString(),
				);
				expect(fields.at(-1)).toBe(
					'mail.example.com\u0001port=465\u0001auth=Bearer abc\u0001\u0001',
				);
			}),
		);
	});
});
