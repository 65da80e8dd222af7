import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	tokensOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';
import {
	base64,
	dialogueOf,
	expectNothingSent,
	tokenOf,
} from '../../../support/smtp/sign-in-dialogue.js';

const JSON_REFUSAL = '{"status":"invalid_token","scope":"https://mail.example.com/"}';

describe('the choice of the mechanism', () => {
	it.each([
		{ offered: 'AUTH PLAIN OAUTHBEARER XOAUTH2 LOGIN', configured: 'auto', used: 'XOAUTH2' },
		{ offered: 'AUTH PLAIN OAUTHBEARER', configured: 'auto', used: 'OAUTHBEARER' },
		{ offered: 'auth xoauth2', configured: 'auto', used: 'XOAUTH2' },
		{ offered: 'AUTH=LOGIN XOAUTH2', configured: 'auto', used: 'XOAUTH2' },
		{ offered: 'AUTH XOAUTH2 OAUTHBEARER', configured: 'OAUTHBEARER', used: 'OAUTHBEARER' },
		{ offered: 'AUTH OAUTHBEARER XOAUTH2', configured: 'XOAUTH2', used: 'XOAUTH2' },
	] as const)(
		'takes $used where "$offered" is offered and $configured configured',
		async ({ offered, configured, used }) => {
			const server = await serve({ ehlo: ['SIZE', offered] });
			const account = accountAt(server, { saslMechanism: configured });
			expect((await deliver(transportFor(account))).kind).toBe('accepted');
			expect(commandsOf(server, 'AUTH')).toEqual([`AUTH ${used}`]);
		},
	);

	it.each([
		{ offered: 'AUTH OAUTHBEARER PLAIN', configured: 'XOAUTH2' },
		{ offered: 'AUTH XOAUTH2 PLAIN', configured: 'OAUTHBEARER' },
		{ offered: 'AUTH PLAIN LOGIN CRAM-MD5', configured: 'auto' },
		{ offered: 'SIZE', configured: 'auto' },
		{ offered: 'AUTH', configured: 'auto' },
		{ offered: 'AUTH XOAUTH2X', configured: 'auto' },
	] as const)(
		'fails where "$offered" is offered and $configured configured',
		async ({ offered, configured }) => {
			const server = await serve({ ehlo: ['8BITMIME', offered] });
			const account = accountAt(server, { saslMechanism: configured });
			const report = await deliver(transportFor(account));
			expect(failureOf(report)).toMatchObject({ code: 'MECHANISM_NOT_OFFERED', stage: 'auth' });
			expect(commandsOf(server, 'AUTH')).toEqual([]);
			expectNothingSent(server);
		},
	);
});

describe('the dialogue', () => {
	it('sends the XOAUTH2 response on a line of its own, byte for byte', async () => {
		const server = await serve({ ehlo: ['AUTH XOAUTH2'] });
		await deliver(transportFor(accountAt(server), { tokens: tokensOf('ya29.token_-~+/=') }));
		expect(dialogueOf(server)).toEqual([
			'AUTH XOAUTH2',
			base64('user=user@example.com\u0001auth=Bearer ya29.token_-~+/=\u0001\u0001'),
		]);
	});

	it('sends the OAUTHBEARER response with comma and equals sign of the user escaped', async () => {
		const server = await serve({ ehlo: ['AUTH OAUTHBEARER'] });
		const account = accountAt(server, { user: 'a=b,c@example.com' });
		await deliver(transportFor(account));
		expect(dialogueOf(server)).toEqual([
			'AUTH OAUTHBEARER',
			base64(
				`n,a=a=3Db=2Cc@example.com,\u0001host=localhost\u0001port=${String(server.port)}\u0001auth=Bearer access-token-1\u0001\u0001`,
			),
		]);
	});

	it('sends a token of 5,000 characters whole', async () => {
		const token = 'long-token-'.repeat(500).slice(0, 5_000);
		const server = await serve();
		await deliver(transportFor(accountAt(server), { tokens: tokensOf(token) }));
		const [command, response] = dialogueOf(server);
		expect(command).toBe('AUTH XOAUTH2');
		expect(tokenOf(response)).toBe(token);
	});

	it.each([
		{ mechanism: 'XOAUTH2', answer: '' },
		{ mechanism: 'OAUTHBEARER', answer: 'AQ==' },
	] as const)(
		'answers the 334 of an $mechanism refusal by "$answer" and keeps what it said',
		async ({ mechanism, answer }) => {
			const server = await serve({
				ehlo: [`AUTH ${mechanism}`],
				script: (command, { phase }) => {
					if (phase !== 'sasl') return undefined;
					return command === answer ? '535 5.7.8 Bad token' : `334 ${base64(JSON_REFUSAL)}`;
				},
			});
			const report = await deliver(
				transportFor(accountAt(server), { tokens: tokensOf('first-token', 'second-token') }),
			);
			expect(dialogueOf(server, 0)).toEqual([`AUTH ${mechanism}`, expect.any(String), answer]);
			expect(failureOf(report)).toMatchObject({
				code: 'TOKEN_REJECTED',
				stage: 'auth',
				replyCode: 535,
				enhancedStatusCode: '5.7.8',
			});
			expect(failureOf(report).message).toContain('invalid_token');
			expect(report).toMatchObject({ response: '535 5.7.8 Bad token' });
			expectNothingSent(server);
		},
	);

	it.each<{ what: string; authAnswer?: ScriptedAnswer; saslAnswer?: ScriptedAnswer }>([
		{ what: 'a 235 that comes before the token', authAnswer: '235 2.7.0 Welcome, whoever you are' },
		{ what: 'another 2yz', saslAnswer: '250 2.0.0 Ok' },
		{ what: 'a 2350', saslAnswer: '2350 Ok' },
		{ what: 'an unreadable reply', saslAnswer: 'Welcome' },
	])('does not take $what for a sign-in', async ({ authAnswer, saslAnswer }) => {
		const server = await serve({
			script: (command, { phase }) => {
				if (phase === 'sasl') return saslAnswer;
				return command.startsWith('AUTH') ? authAnswer : undefined;
			},
		});
		expect((await deliver(transportFor(accountAt(server)))).kind).toBe('refused');
		expectNothingSent(server);
	});

	it('does not take a 235 after a refusal for a sign-in', async () => {
		const server = await serve({
			script: (command, { phase }) =>
				phase === 'sasl' && command !== '' ? `334 ${base64(JSON_REFUSAL)}` : undefined,
		});
		const report = await deliver(transportFor(accountAt(server)));
		expect(dialogueOf(server)).toHaveLength(3);
		expect(report.kind).toBe('refused');
		expectNothingSent(server);
	});

	it('sends nothing of a message while the server has not said 235', async () => {
		const server = await serve({
			script: (_, { phase }) => (phase === 'sasl' ? { then: 'silent' } : undefined),
		});
		const report = await deliver(transportFor(accountAt(server)), shortMessage(), {
			timeoutMs: 700,
		});
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_TIMEOUT', stage: 'auth' });
		await server.connections[0]?.closed;
		expectNothingSent(server);
	});

	it.each(['close', 'reset'] as const)(
		'fails when the server breaks (%s) within it',
		async (then) => {
			const server = await serve({
				script: (_, { phase }) => (phase === 'sasl' ? { then } : undefined),
			});
			const report = await deliver(transportFor(accountAt(server)));
			expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', stage: 'auth' });
			expect(commandsOf(server, 'AUTH')).toHaveLength(1);
		},
	);

	it('shows no token, even if the server repeats it', async () => {
		const tokens = ['EwB4A8l6BAAUbDba3x2OMJElkF7gJ4z', 'EwCYA8l6BAAUO9chh8cJscQLmU-LSWpb'];
		const server = await serve({
			script: (command, { phase, connection }) => {
				if (phase !== 'sasl') return undefined;
				const token = tokens[connection] ?? '';
				return command === ''
					? [`535-5.7.8 token ${token}`, `535 5.7.8 sent as ${base64(token)}`]
					: `334 ${base64(JSON.stringify({ status: 'invalid_token', token, echo: command }))}`;
			},
		});
		const report = await deliver(transportFor(accountAt(server), { tokens: tokensOf(...tokens) }));
		expect(failureOf(report).code).toBe('TOKEN_REJECTED');
		const shown = JSON.stringify(report);
		expect(shown).toContain('invalid_token');
		for (const token of tokens) {
			expect(shown).not.toContain(token);
			expect(shown).not.toContain(base64(token).slice(0, 30));
			// The middle of the whole response's base64.
			expect(shown).not.toContain(
				base64(`user=user@example.com\u0001auth=Bearer ${token}`).slice(60, 80),
			);
		}
	});
});
