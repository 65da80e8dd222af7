import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { verifyGraph } from '../../../nodes/SmtpOAuthSendEmail/transport/graph/verify-graph.js';
import type { MailboxReport } from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { graphError } from '../../../sandbox/graph/refusals.js';
import { graphSetting, graphToken, type GraphSetting } from '../../support/graph/graph-setting.js';
import { storedCredential } from '../../support/smtp/transport-setting.js';

async function verify(
	{ account, request }: GraphSetting,
	...tokens: string[]
): Promise<MailboxReport> {
	const given = new AccessTokens(storedCredential(tokens), account, Date.now);
	return await verifyGraph(
		{ account, tokens: given, request, memory: { refusedReplacements: new Set() } },
		{ timeoutMs: 5_000 },
	);
}

const kindsOf = ({ stages }: MailboxReport): Record<string, string> =>
	Object.fromEntries(Object.entries(stages).map(([name, { kind }]) => [name, kind]));

describe('a look at Microsoft Graph', () => {
	it('finds that the mailbox may send, and sends nothing', async () => {
		const setting = await graphSetting();
		const report = await verify(setting, graphToken());
		expect(kindsOf(report)).toEqual({
			token: 'ok',
			dns: 'skipped',
			connect: 'ok',
			tls: 'skipped',
			ehlo: 'skipped',
			auth: 'ok',
			mailFrom: 'skipped',
		});
		expect(report.stages.auth).toMatchObject({
			facts: { mechanism: 'Microsoft Graph', isReplaced: false, allowsLargeMessages: true },
		});
		expect(setting.server.messages).toEqual([]);
		expect(setting.server.items).toEqual([]);
		expect(setting.server.requests).toMatchObject([{ operation: 'sendMail', status: 400 }]);
	});

	it('says whether large messages may be sent', async () => {
		const report = await verify(await graphSetting(), graphToken({ roles: ['Mail.Send'] }));
		expect(report.stages.auth).toMatchObject({ facts: { allowsLargeMessages: false } });
	});

	it('replaces a refused token', async () => {
		const setting = await graphSetting();
		const report = await verify(setting, graphToken({ isExpired: true }), graphToken());
		expect(report.stages.auth).toMatchObject({ kind: 'ok', facts: { isReplaced: true } });
	});

	it.each([
		{
			what: 'audience',
			token: { aud: 'https://outlook.office.com' },
			mailbox: {},
			code: 'WRONG_AUDIENCE',
		},
		{ what: 'role', token: { roles: [] }, mailbox: {}, code: 'PERMISSION_MISSING' },
		{
			what: 'mailbox',
			token: {},
			mailbox: { hasMailbox: false },
			code: 'ACCOUNT_BLOCKED',
		},
	])('fails at the stage auth for a wrong $what', async ({ token, mailbox, code }) => {
		const given = graphToken(token);
		const report = await verify(await graphSetting(mailbox), given, given);
		expect(report.stages.connect.kind).toBe('ok');
		expect(report.stages.auth).toMatchObject({ kind: 'failed', failure: { code, stage: 'auth' } });
	});

	it.each([
		['ErrorInvalidUser', "The requested user 'x' is invalid.", 'INVALID_PARAMETER'],
		['OrganizationFromTenantGuidNotFound', 'The tenant does not exist.', 'ACCOUNT_BLOCKED'],
		['ErrorMessageSubmissionBlocked', 'Cannot submit message.', 'ACCOUNT_BLOCKED'],
	])('takes no 400 for a way in that is about something else: %s', async (name, text, code) => {
		const setting = await graphSetting();
		setting.server.faults.add({ on: 'sendMail', act: graphError(400, name, text) });
		const report = await verify(setting, graphToken());
		expect(report.stages.auth).toMatchObject({ kind: 'failed', failure: { code } });
	});

	it('fails at the stage connect where nobody listens', async () => {
		const setting = await graphSetting();
		await setting.server.close();
		const report = await verify(setting, graphToken());
		expect(report.stages.connect).toMatchObject({
			kind: 'failed',
			failure: { code: 'CONNECTION_REFUSED' },
		});
		expect(report.stages.auth).toMatchObject({ kind: 'skipped' });
	});

	it('fails at the stage tls where the certificate is not trusted', async () => {
		const setting = await graphSetting({}, { host: 'graph.microsoft.us' });
		const report = await verify(setting, graphToken());
		expect(report.stages.tls).toMatchObject({
			kind: 'failed',
			failure: { code: 'TLS_CERTIFICATE_INVALID' },
		});
	});

	it('says how long the token took', async () => {
		const { account, request } = await graphSetting();
		const access = storedCredential([graphToken()]);
		let readAtMs = 0;
		const slow = {
			...access,
			readTokenData: async () => {
				await new Promise((resolve) => setTimeout(resolve, 25));
				readAtMs = performance.now();
				return await access.readTokenData();
			},
		};
		const startedAtMs = performance.now();
		const tokens = new AccessTokens(slow, account, Date.now);
		const memory = { refusedReplacements: new Set<string>() };
		const { stages } = await verifyGraph(
			{ account, tokens, request, memory },
			{ timeoutMs: 5_000 },
		);
		expect(stages.token.kind).toBe('ok');
		const tokenMs = stages.token.kind === 'ok' ? stages.token.durationMs : 0;
		expect(tokenMs).toBeGreaterThanOrEqual(Math.floor(readAtMs - startedAtMs) - 5);
	});

	it('tells of a request too many, so that the mailbox has one less under way', async () => {
		const setting = await graphSetting();
		const refusal = graphError(
			429,
			'ApplicationThrottled',
			'Application is over its MailboxConcurrency limit.',
		);
		setting.server.faults.add({ on: 'sendMail', act: refusal });
		const report = await verify(setting, graphToken());
		expect(report.stages.auth).toMatchObject({ failure: { code: 'RATE_LIMITED' } });
		expect(report.exceedsConnections).toBe(true);
	});
});
