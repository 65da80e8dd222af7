import { describe, expect, it } from 'vitest';
import { readAccount } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import { resolve } from '../../support/n8n/credential-dialog.js';

/** What n8n keeps of a connected account. */
const TOKENS = {
	access_token: 'kept-access-token',
	refresh_token: 'kept-refresh-token',
	n8n_expires_at: '1790000000000',
};

/** What version 0.1.0 stored for every provider: no way out, no cloud, no application. */
const CLIENT = {
	grantType: 'authorizationCode',
	clientId: 'an-id',
	clientSecret: 'a-secret',
	prompt: 'consent',
	user: 'alerts@contoso.com',
	maxConnections: '0',
	messagesPerMinute: '0',
};

const HOST = { now: () => Date.now(), signsWithCertificate: false };

async function read(stored: Readonly<Record<string, string>>) {
	const oauthTokenData = TOKENS as unknown as string;
	const fields = await resolve({ ...CLIENT, ...stored, oauthTokenData });
	return { fields, result: readAccount(fields, HOST) };
}

describe('a credential that was stored by version 0.1.0', () => {
	it.each([
		[
			'gmail',
			{ sslMode: 'implicit' },
			'https://accounts.google.com/o/oauth2/v2/auth',
			'https://oauth2.googleapis.com/token',
			'https://mail.google.com/',
			{ host: 'smtp.gmail.com', port: 465, sslMode: 'implicit' },
		],
		[
			'microsoft365',
			{ tenant: 'contoso.com' },
			'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize',
			'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token',
			'https://outlook.office.com/SMTP.Send offline_access',
			{ host: 'smtp.office365.com', port: 587, sslMode: 'explicit', tenant: 'contoso.com' },
		],
		[
			'custom',
			{
				customAuthUrl: 'https://login.example.com/auth',
				customAccessTokenUrl: 'https://login.example.com/token',
				customScope: 'openid offline_access',
				host: 'mail.example.com',
			},
			'https://login.example.com/auth',
			'https://login.example.com/token',
			'openid offline_access',
			{ host: 'mail.example.com', port: 587, sslMode: 'explicit' },
		],
	])(
		'%s signs in, connects and renews as before',
		async (provider, own, authUrl, accessTokenUrl, scope, account) => {
			const { fields, result } = await read({ provider, ...own });
			expect(fields).toMatchObject({ authUrl, accessTokenUrl, scope, oauthTokenData: TOKENS });
			expect(fields).toMatchObject({ grantType: 'authorizationCode', clientSecret: 'a-secret' });
			expect(result).toMatchObject({
				ok: true,
				value: { ...account, provider, signIn: 'user', deliverVia: 'smtp', user: CLIENT.user },
			});
		},
	);

	it('needs none of the fields that came later', async () => {
		const { ok } = readAccount({ ...CLIENT, provider: 'microsoft365' }, HOST);
		expect(ok).toBe(true);
	});
});
