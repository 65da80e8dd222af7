import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
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
} from '../../../support/smtp/transport-setting.js';
import {
	base64,
	dialogueOf,
	expectNothingSent,
	tokenOf,
} from '../../../support/smtp/sign-in-dialogue.js';

describe('a refused token', () => {
	const refuse = (isRefused: (token: string) => boolean) => ({
		ehlo: ['AUTH XOAUTH2'],
		script: (command: string, { phase }: { phase: string }) =>
			phase === 'sasl' && isRefused(tokenOf(command)) ? '535 5.7.3 Unsuccessful' : undefined,
	});

	it('is replaced once, and the message goes out', async () => {
		const server = await serve(refuse((token) => token === 'old-token'));
		const credential = storedCredential(['old-token', 'new-token', 'another-token']);
		const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
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
		const tokens = new AccessTokens(
			{
				...credential,
				readTokenData: async () => {
					const found = await credential.readTokenData();
					credential.tokenData = { access_token: 'token-of-another-process' };
					return found;
				},
			},
			{ provider: 'custom' },
			Date.now,
		);
		expect((await deliver(transportFor(accountAt(server), { tokens }))).kind).toBe('accepted');
		expect(tokenOf(dialogueOf(server, 1)[1])).toBe('token-of-another-process');
		expect(credential.refreshCount).toBe(0);
	});

	it('fails after the second refusal', async () => {
		const server = await serve(refuse(() => true));
		const credential = storedCredential(['first', 'second', 'third', 'fourth']);
		const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
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
		const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
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
		const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
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
			const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
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
		const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
		const report = await deliver(transportFor(accountAt(server), { tokens }));
		expect(failureOf(report)).toMatchObject({ code: 'PERMISSION_MISSING' });
		expect(credential.refreshCount).toBe(0);
	});
});
