import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { GOOD_CLAIMS, holdsPieceOf, jwtOf } from '../../../support/tls/access-token.js';
import {
	accountAt,
	commandsOf,
	serve,
	storedCredential,
	tokensOf,
} from '../../../support/smtp/transport-setting.js';
import {
	TOKEN,
	expectNothingSent,
	failureAt,
	outline,
	verify,
} from '../../../support/smtp/verify-mailbox.js';

describe('a token for another service', () => {
	const GRAPH = jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com' });
	const MICROSOFT = { provider: 'microsoft365', user: GOOD_CLAIMS.upn } as const;

	it('is told where the server cannot be reached, beside that', async () => {
		const nowhere = { ...MICROSOFT, host: 'smtp.does-not-exist.invalid' };
		const report = await verify(accountAt({ port: 587 }, nowhere), { tokens: tokensOf(GRAPH) });
		expect(outline(report)).toMatchObject({ failed: ['token', 'dns'] });
		expect(failureAt(report, 'token')).toMatchObject({
			code: 'WRONG_AUDIENCE',
			stage: 'token',
			message:
				'This token is for Microsoft Graph; SMTP needs https://outlook.office.com/SMTP.Send.',
		});
		expect(report.stages.token).toMatchObject({
			facts: { audiences: ['https://graph.microsoft.com'] },
		});
		expect(holdsPieceOf(JSON.stringify(report), GRAPH)).toBe(false);
	});

	it('is told beside a refusal for another reason', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl'
					? '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.'
					: undefined,
		});
		const report = await verify(accountAt(server, MICROSOFT), { tokens: tokensOf(GRAPH) });
		expect(failureAt(report, 'token')).toMatchObject({ code: 'WRONG_AUDIENCE' });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'SMTP_AUTH_DISABLED' });
	});

	it('is told once where the server has refused it', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
		});
		const tokens = tokensOf(
			GRAPH,
			jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com', n: 2 }),
		);
		const report = await verify(accountAt(server, MICROSOFT), { tokens });
		expect(outline(report)).toMatchObject({ failed: ['auth'] });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'WRONG_AUDIENCE', replyCode: 535 });
	});

	it('is none where the server takes it, whatever it says', async () => {
		const server = await serve();
		const report = await verify(accountAt(server, MICROSOFT), { tokens: tokensOf(GRAPH) });
		expect(outline(report).failed).toEqual([]);
	});

	it.each([
		{ what: 'of an audience that nobody knows', aud: 'api://mail', provider: 'microsoft365' },
		{ what: 'for SMTP', aud: GOOD_CLAIMS.aud, provider: 'microsoft365' },
		{ what: 'at a server of one’s own', aud: 'https://graph.microsoft.com', provider: 'custom' },
	])('is not suspected $what', async ({ aud, provider }) => {
		const nowhere = { ...MICROSOFT, provider, host: 'smtp.does-not-exist.invalid' };
		const tokens = tokensOf(jwtOf({ ...GOOD_CLAIMS, aud }));
		const report = await verify(accountAt({ port: 587 }, nowhere), { tokens });
		expect(outline(report).failed).toEqual(['dns']);
	});
});

describe('the sign-in', () => {
	it('is not tried where no mechanism of ours is offered', async () => {
		const server = await serve({ ehlo: ['SIZE 1000', 'AUTH PLAIN LOGIN'] });
		const report = await verify(accountAt(server));
		expect(outline(report)).toMatchObject({ failed: ['auth'], skipped: ['mailFrom'] });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'MECHANISM_NOT_OFFERED' });
		expect(failureAt(report, 'auth').message).toContain('PLAIN, LOGIN');
		expect(commandsOf(server, 'AUTH')).toEqual([]);
	});

	it('is refused: the token is replaced once, and the refusal told', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
		});
		const credential = storedCredential([TOKEN, 'access-token-2', 'access-token-3']);
		const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
		const report = await verify(accountAt(server), { tokens });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'TOKEN_REJECTED', replyCode: 535 });
		expect(outline(report)).toMatchObject({ failed: ['auth'], skipped: ['mailFrom'] });
		expect(credential.refreshCount).toBe(1);
		expect(commandsOf(server, 'AUTH')).toHaveLength(2);
		await expectNothingSent(server);
	});

	it('passes with a renewed token where the stored one is refused', async () => {
		const server = await serve({
			script: (line, { phase }) => {
				const isOld = Buffer.from(line, 'base64').toString().includes(TOKEN);
				return phase === 'sasl' && isOld ? '535 5.7.3 Authentication unsuccessful' : undefined;
			},
		});
		const report = await verify(accountAt(server), { tokens: tokensOf(TOKEN, 'access-token-2') });
		expect(outline(report)).toMatchObject({ failed: [], skipped: [] });
		expect(report.stages.auth).toMatchObject({ facts: { isReplaced: true } });
		await expectNothingSent(server);
	});

	it('is refused and the token cannot be replaced: both are told', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
		});
		const report = await verify(accountAt(server), { tokens: tokensOf(TOKEN) });
		expect(outline(report)).toMatchObject({ failed: ['token', 'auth'] });
		expect(failureAt(report, 'token')).toMatchObject({ code: 'RECONNECT_REQUIRED' });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'TOKEN_REJECTED' });
	});

	it('says when the mailbox has too many connections', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '432 4.3.2 Concurrent connections limit exceeded' : undefined,
		});
		const report = await verify(accountAt(server));
		expect(report.exceedsConnections).toBe(true);
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
	});
});

describe('without a token', () => {
	it('looks at the server up to its EHLO reply', async () => {
		const server = await serve();
		const report = await verify(accountAt(server), { tokens: tokensOf() });
		expect(outline(report)).toEqual({
			ok: ['dns', 'connect', 'tls', 'ehlo'],
			failed: ['token'],
			skipped: ['auth', 'mailFrom'],
		});
		expect(failureAt(report, 'token')).toMatchObject({ code: 'RECONNECT_REQUIRED' });
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		await expectNothingSent(server);
	});

	it('leaves time for the server where the sign-in server is silent', async () => {
		const server = await serve({ ehlo: ['AUTH PLAIN'] });
		const tokens = new AccessTokens(
			{ ...storedCredential([TOKEN]), readTokenData: () => new Promise(() => undefined) },
			{ provider: 'custom' },
			Date.now,
		);
		const report = await verify(accountAt(server), { tokens, timeoutMs: 3_000 });
		expect(outline(report)).toEqual({
			ok: ['dns', 'connect', 'tls', 'ehlo'],
			failed: ['token', 'auth'],
			skipped: ['mailFrom'],
		});
		expect(failureAt(report, 'token')).toMatchObject({ code: 'TOKEN_REQUEST_FAILED' });
	});
});
