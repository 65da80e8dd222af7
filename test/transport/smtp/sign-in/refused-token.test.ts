import { describe, expect, it } from 'vitest';
import type { MailAccount } from '../../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import { GOOD_CLAIMS, holdsPieceOf, jwtOf } from '../../../support/tls/access-token.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	tokensOf,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

const REFUSAL = '535 5.7.3 Authentication unsuccessful [AM0PR06CA0126.eurprd06.prod.outlook.com]';

const tokenWith = (claims: object): string => jwtOf({ ...GOOD_CLAIMS, ...claims });

/** What becomes of a message whose credential holds, and is refreshed to, tokens that are all refused. */
async function refuse(
	tokens: readonly string[],
	changes: Partial<MailAccount> = {},
	refusal = REFUSAL,
) {
	const server = await serve({
		script: (_line, { phase }) => (phase === 'sasl' ? refusal : undefined),
	});
	const account = accountAt(server, {
		provider: 'microsoft365',
		user: 'anna@contoso.com',
		tenant: GOOD_CLAIMS.tid,
		...changes,
	});
	const report = await deliver(transportFor(account, { tokens: tokensOf(...tokens) }));
	for (const token of tokens) expect(holdsPieceOf(JSON.stringify(report), token)).toBe(false);
	return { failure: failureOf(report), signIns: commandsOf(server, 'AUTH').length };
}

describe('a refused access token', () => {
	it.each([
		{ what: 'for Microsoft Graph', claims: { aud: 'https://graph.microsoft.com' } },
		{ what: 'by its ID', claims: { aud: '00000003-0000-0000-c000-000000000000' } },
	])('$what is named after one refresh', async ({ claims }) => {
		const tokens = [tokenWith(claims), tokenWith({ ...claims, uti: 'renewed' })];
		const { failure, signIns } = await refuse(tokens);
		expect(failure).toMatchObject({
			code: 'WRONG_AUDIENCE',
			stage: 'auth',
			replyCode: 535,
			enhancedStatusCode: '5.7.3',
			retryable: false,
			message: expect.stringContaining(
				'This token is for Microsoft Graph; SMTP needs https://outlook.office.com/SMTP.Send.',
			),
		});
		expect(signIns).toBe(2);
	});

	it('for another service is the reason also where it cannot be renewed', async () => {
		const { failure } = await refuse([tokenWith({ aud: 'https://graph.microsoft.com' })]);
		expect(failure.code).toBe('WRONG_AUDIENCE');
	});

	it('of another user is not, where it cannot be renewed: the connection has ended', async () => {
		const { failure } = await refuse([tokenWith({ upn: 'bob@contoso.com' })]);
		expect(failure).toMatchObject({ code: 'RECONNECT_REQUIRED', stage: 'token' });
	});

	it('tells of the refreshed token, not of the first one', async () => {
		const graph = tokenWith({ aud: 'https://graph.microsoft.com' });
		const { failure } = await refuse([graph, tokenWith({ scp: 'IMAP.AccessAsUser.All' })]);
		expect(failure).toMatchObject({
			code: 'PERMISSION_MISSING',
			message: expect.stringContaining('(it has IMAP.AccessAsUser.All)'),
		});
	});

	it.each([
		{ what: 'has ended', claims: { exp: 1_700_000_000 }, words: 'ended on 2023-11-14 22:13 UTC' },
		{
			what: 'is of another organization',
			claims: { tid: '99999999-2222-3333-4444-555555555555' },
			words: 'of the organization 99999999-2222-3333-4444-555555555555',
		},
		{ what: 'is of another user', claims: { upn: 'bob@contoso.com' }, words: 'is of bob@contoso' },
	])('that $what is said to be so', async ({ claims, words }) => {
		const tokens = [tokenWith(claims), tokenWith({ ...claims, uti: 'renewed' })];
		const { failure } = await refuse(tokens);
		expect(failure.code).toBe('TOKEN_REJECTED');
		expect(failure.message).toContain(words);
	});

	it('that cannot be read is refused in the plain words', async () => {
		const { failure } = await refuse([
			'EwB4A8l6BAAU-opaque-token-1',
			'EwB4A8l6BAAU-opaque-token-2',
		]);
		expect(failure.message).toMatch(
			/^localhost refused the access token of anna@contoso\.com\. The server said: "535 5\.7\.3 /,
		);
	});
});
