import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	createAccessTokens,
	type CredentialAccess,
} from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { prepare, valueOf } from '../../support/message/prepared-message.js';
import type { ScriptedAnswer, ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	storedCredential,
	subjectsOf,
	tokensOf,
	transportFor,
} from '../../support/smtp/transport-setting.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const JSON_REFUSAL = '{"status":"invalid_token","scope":"https://mail.example.com/"}';

/** What a client said from AUTH to the end of the dialogue, on the only connection. */
function dialogueOf(server: ScriptedServer, connection = 0): string[] {
	const lines = server.connections[connection]?.tlsLines ?? [];
	const start = lines.findIndex((line) => line.startsWith('AUTH'));
	const end = lines.findIndex((line) => /^(?:MAIL|QUIT)/.test(line));
	return lines.slice(start, end === -1 ? undefined : end);
}

/** The access token of an XOAUTH2 response. */
function tokenOf(line: string | undefined): string {
	const response = Buffer.from(line ?? '', 'base64').toString();
	return /\u0001auth=Bearer (.*)\u0001\u0001$/.exec(response)?.[1] ?? '';
}

function expectNothingSent(server: ScriptedServer) {
	expect(commandsOf(server, 'MAIL')).toEqual([]);
	expect(server.completeMessages).toEqual([]);
}

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

describe('a refused token', () => {
	const refuse = (isRefused: (token: string) => boolean) => ({
		ehlo: ['AUTH XOAUTH2'],
		script: (command: string, { phase }: { phase: string }) =>
			phase === 'sasl' && isRefused(tokenOf(command)) ? '535 5.7.3 Unsuccessful' : undefined,
	});

	it('is replaced once, and the message goes out', async () => {
		const server = await serve(refuse((token) => token === 'old-token'));
		const credential = storedCredential(['old-token', 'new-token', 'another-token']);
		const tokens = createAccessTokens(credential, 'custom', Date.now);
		const transport = transportFor(accountAt(server), { tokens });
		expect((await deliver(transport, shortMessage('one'))).kind).toBe('accepted');
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
		expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
		expect(credential.refreshCount).toBe(1);
		expect(commandsOf(server, 'AUTH')).toHaveLength(2);
		expect(tokenOf(dialogueOf(server, 1)[1])).toBe('new-token');
		await server.connections[0]?.closed;
	});

	it('that was replaced meanwhile by somebody else is not refreshed', async () => {
		const server = await serve(refuse((token) => token === 'old-token'));
		const credential = storedCredential(['old-token', 'refreshed-token']);
		const tokens = createAccessTokens(
			{
				...credential,
				readTokenData: async () => {
					const found = await credential.readTokenData();
					credential.tokenData = { access_token: 'token-of-another-process' };
					return found;
				},
			},
			'custom',
			Date.now,
		);
		expect((await deliver(transportFor(accountAt(server), { tokens }))).kind).toBe('accepted');
		expect(tokenOf(dialogueOf(server, 1)[1])).toBe('token-of-another-process');
		expect(credential.refreshCount).toBe(0);
	});

	it('fails after the second refusal', async () => {
		const server = await serve(refuse(() => true));
		const credential = storedCredential(['first', 'second', 'third', 'fourth']);
		const tokens = createAccessTokens(credential, 'custom', Date.now);
		const report = await deliver(transportFor(accountAt(server), { tokens }));
		expect(failureOf(report)).toMatchObject({
			code: 'TOKEN_REJECTED',
			stage: 'auth',
			replyCode: 535,
			enhancedStatusCode: '5.7.3',
			cause: 'credential-invalid',
		});
		expect(commandsOf(server, 'AUTH')).toHaveLength(2);
		expect(credential.refreshCount).toBe(1);
		expectNothingSent(server);
	});

	it('is refreshed once for a whole batch, and three refusals in a row end the asking', async () => {
		// Postfix says this also when it cannot ask the OAuth server, so each message tries again.
		const server = await serve({
			script: (_command, { phase }) =>
				phase === 'sasl' ? '535 5.7.8 Error: authentication failed: ' : undefined,
		});
		const credential = storedCredential(['first', 'second', 'third', 'fourth']);
		const tokens = createAccessTokens(credential, 'custom', Date.now);
		const transport = transportFor(accountAt(server), { tokens });
		const failures = [];
		for (const name of ['one', 'two', 'three', 'four', 'five']) {
			failures.push(failureOf(await deliver(transport, shortMessage(name))));
		}
		expect(failures.map((failure) => failure?.code)).toEqual(
			Array.from({ length: 5 }, () => 'TOKEN_REJECTED'),
		);
		expect(failures.map((failure) => failure?.retryable)).toEqual([true, true, true, false, false]);
		expect(credential.refreshCount).toBe(1);
		expect(commandsOf(server, 'AUTH')).toHaveLength(4);
	});

	it('that should still be valid and cannot be refreshed keeps the server’s verdict', async () => {
		const server = await serve(refuse(() => true));
		const credential = storedCredential(['only']);
		credential.tokenData = {
			access_token: 'only',
			n8n_expires_at: String(Date.now() + 3_600_000),
		};
		const tokens = createAccessTokens(credential, 'custom', Date.now);
		const report = await deliver(transportFor(accountAt(server), { tokens }));
		expect(failureOf(report)).toMatchObject({ code: 'TOKEN_REJECTED', stage: 'auth' });
		expect(commandsOf(server, 'AUTH')).toHaveLength(1);
	});

	it('is not tried again when the provider hands out the same one', async () => {
		const server = await serve(refuse(() => true));
		const report = await deliver(
			transportFor(accountAt(server), { tokens: tokensOf('same-token', 'same-token') }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'TOKEN_REJECTED' });
		expect(commandsOf(server, 'AUTH')).toHaveLength(1);
	});

	it('that cannot be refreshed says so, and keeps the words of the mail server', async () => {
		const server = await serve(refuse(() => true));
		const report = await deliver(
			transportFor(accountAt(server), { tokens: tokensOf('only-token') }),
		);
		expect(failureOf(report)).toMatchObject({ code: 'RECONNECT_REQUIRED', stage: 'token' });
		expect(report).toMatchObject({ response: '535 5.7.3 Unsuccessful' });
		expect(commandsOf(server, 'AUTH')).toHaveLength(1);
	});

	it.each([
		{ reply: '535 5.7.139 SmtpClientAuthentication is disabled', code: 'SMTP_AUTH_DISABLED' },
		{ reply: '535 5.7.139 did not meet the criteria', code: 'SIGN_IN_BLOCKED' },
		{ reply: '421 4.7.0 Try again later', code: 'SERVER_BUSY' },
		{ reply: '432 4.3.2 Concurrent connections limit exceeded', code: 'RATE_LIMITED' },
		{ reply: '454 4.7.0 Temporary authentication failure', code: 'SERVER_BUSY' },
		{ reply: '501 5.5.2 Cannot decode', code: 'UNCLASSIFIED' },
		{ reply: '504 5.5.4 Unrecognized authentication type', code: 'MECHANISM_NOT_OFFERED' },
		{ reply: '530 5.7.0 Must be something else', code: 'MECHANISM_NOT_OFFERED' },
		{ reply: '534 5.7.9 Please log in with your web browser', code: 'SIGN_IN_BLOCKED' },
		{ reply: '538 5.7.11 Encryption required', code: 'TLS_MODE_MISMATCH' },
		{ reply: '555 5.5.2 Syntax error', code: 'UNCLASSIFIED' },
	])('is not refreshed for "$reply"', async ({ reply, code }) => {
		for (const at of ['command', 'sasl']) {
			const server = await serve({
				script: (command, { phase }) =>
					phase === at && (at === 'sasl' || command.startsWith('AUTH')) ? reply : undefined,
			});
			const credential = storedCredential(['first', 'second']);
			const tokens = createAccessTokens(credential, 'custom', Date.now);
			const report = await deliver(transportFor(accountAt(server), { tokens }));
			expect(failureOf(report)).toMatchObject({
				code,
				stage: 'auth',
				replyCode: Number(reply.slice(0, 3)),
			});
			expect(credential.refreshCount).toBe(0);
			// It may have wanted the response at once.
			const isTriedTwice = at === 'command' && reply.startsWith('501');
			expect(commandsOf(server, 'AUTH')).toHaveLength(isTriedTwice ? 2 : 1);
			expectNothingSent(server);
			await server.connections[0]?.closed;
		}
	});

	it('is not refreshed where the token lacks a permission', async () => {
		const server = await serve({
			script: (command, { phase }) => {
				if (phase !== 'sasl') return undefined;
				return command === ''
					? '535 5.7.8 No'
					: `334 ${base64('{"status":"insufficient_scope","scope":"smtp"}')}`;
			},
		});
		const credential = storedCredential(['first', 'second']);
		const tokens = createAccessTokens(credential, 'custom', Date.now);
		const report = await deliver(transportFor(accountAt(server), { tokens }));
		expect(failureOf(report)).toMatchObject({ code: 'PERMISSION_MISSING' });
		expect(credential.refreshCount).toBe(0);
	});
});

describe('against an authorization server that checks tokens', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	afterAll(() => sandbox.close({ removeData: true }));

	const ALICE = 'alice@sandbox.test';

	/** Alice's credential, refreshed at the real token endpoint. */
	async function aliceCredential(): Promise<CredentialAccess> {
		let tokenData: Record<string, unknown> = { ...(await sandbox.oauth.issueTokens(ALICE)) };
		const { clientId, clientSecret } = sandbox.oauth.clients.confidential;
		return {
			id: randomUUID(),
			readTokenData: () => Promise.resolve(tokenData),
			async refreshTokenData() {
				const response = await fetch(sandbox.oauth.tokenUrl, {
					method: 'POST',
					headers: { authorization: `Basic ${base64(`${clientId}:${clientSecret}`)}` },
					body: new URLSearchParams({
						grant_type: 'refresh_token',
						refresh_token: String(tokenData['refresh_token']),
					}),
				});
				tokenData = (await response.json()) as Record<string, unknown>;
				return tokenData;
			},
		};
	}

	it.each([
		{ sslMode: 'implicit', saslMechanism: 'XOAUTH2' },
		{ sslMode: 'implicit', saslMechanism: 'OAUTHBEARER' },
		{ sslMode: 'explicit', saslMechanism: 'XOAUTH2' },
		{ sslMode: 'explicit', saslMechanism: 'OAUTHBEARER' },
	] as const)(
		'signs in ($sslMode, $saslMechanism), also when the token ends in between',
		async ({ sslMode, saslMechanism }) => {
			const { mail, oauth } = sandbox;
			const account = accountAt(
				{
					port: sslMode === 'implicit' ? mail.implicitPort : mail.starttlsPort,
					caCertificate: mail.caCertificate,
				},
				{ user: ALICE, sslMode, saslMechanism },
			);
			const tokens = createAccessTokens(await aliceCredential(), 'custom', Date.now);
			const before = mail.messages.length;
			for (const subject of ['fresh', 'expired']) {
				const message = valueOf(await prepare({ fromEmail: ALICE, user: ALICE, subject }));
				const transport = transportFor(account, { tokens });
				expect(await deliver(transport, message)).toMatchObject({
					kind: 'accepted',
					accepted: ['recipient@example.net'],
					rejected: [],
				});
				await oauth.expireAccessTokens(ALICE);
			}
			expect(mail.messages.slice(before).map(({ parsed }) => parsed.subject)).toEqual([
				'fresh',
				'expired',
			]);
		},
	);
});
