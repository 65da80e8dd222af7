import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	AccessTokens,
	type CredentialAccess,
} from '../../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { startSandbox, type Sandbox } from '../../../../sandbox/start-sandbox.js';
import { prepare, valueOf } from '../../../support/message/prepared-message.js';
import { accountAt, deliver, transportFor } from '../../../support/smtp/transport-setting.js';
import { base64 } from '../../../support/smtp/sign-in-dialogue.js';

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
			const tokens = new AccessTokens(await aliceCredential(), { provider: 'custom' }, Date.now);
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
