import { describe, expect, it } from 'vitest';
import { providerIds } from '../../../credentials/providers/providers.js';
import { resolve } from '../../support/n8n/credential-dialog.js';

/** The settings as n8n's OAuth2 flow reads them: the secret goes into the header unless told otherwise. */
async function oauthSettings(stored: Parameters<typeof resolve>[0]) {
	const { authentication = 'header', usePkce, ...settings } = await resolve(stored);
	return { ...settings, authentication, usePkce: usePkce === true };
}

describe('the preset’s OAuth2 settings', () => {
	it.each([
		[
			'gmail',
			'https://accounts.google.com/o/oauth2/v2/auth',
			'https://oauth2.googleapis.com/token',
			'https://mail.google.com/',
			'access_type=offline&prompt=consent',
			false,
		],
		[
			'microsoft365',
			'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
			'https://login.microsoftonline.com/common/oauth2/v2.0/token',
			'https://outlook.office.com/SMTP.Send offline_access',
			'prompt=consent',
			false,
		],
		[
			'outlook',
			'https://login.microsoftonline.com/consumers/oauth2/v2.0/authorize',
			'https://login.microsoftonline.com/consumers/oauth2/v2.0/token',
			'https://outlook.office.com/SMTP.Send offline_access',
			'prompt=consent',
			false,
		],
		[
			'fastmail',
			'https://api.fastmail.com/oauth/authorize',
			'https://api.fastmail.com/oauth/refresh',
			'https://www.fastmail.com/dev/protocol-smtp',
			'prompt=consent',
			true,
		],
		[
			'yahoo',
			'https://api.login.yahoo.com/oauth2/request_auth',
			'https://api.login.yahoo.com/oauth2/get_token',
			'mail-w',
			'prompt=consent',
			true,
		],
		[
			'aol',
			'https://api.login.aol.com/oauth2/request_auth',
			'https://api.login.aol.com/oauth2/get_token',
			'mail-w',
			'prompt=consent',
			true,
		],
		[
			'yandex',
			'https://oauth.yandex.com/authorize',
			'https://oauth.yandex.com/token',
			'mail:smtp',
			'prompt=consent',
			false,
		],
		[
			'mailRu',
			'https://o2.mail.ru/login',
			'https://o2.mail.ru/token',
			'userinfo mail.imap',
			'prompt=consent',
			false,
		],
		[
			'comcast',
			'https://oauth.xfinity.com/oauth/authorize',
			'https://oauth.xfinity.com/oauth/token',
			'https://email.comcast.net/ profile openid',
			'prompt=consent',
			true,
		],
	])('%s', async (provider, authUrl, accessTokenUrl, scope, authQueryParameters, usePkce) => {
		const stored = { provider, clientId: 'id', user: 'me@example.com' };
		expect(await oauthSettings(stored)).toMatchObject({
			authUrl,
			accessTokenUrl,
			scope,
			authQueryParameters,
			authentication: 'body',
			usePkce,
		});
	});

	it('is Gmail’s when nothing is stored', async () => {
		expect(await resolve({})).toMatchObject({
			provider: 'gmail',
			grantType: 'authorizationCode',
			authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
		});
	});

	it.each(['select_account', 'login'])('asks for %s if told', async (prompt) => {
		const { authQueryParameters } = await resolve({ provider: 'gmail', prompt });
		expect(authQueryParameters).toBe(`access_type=offline&prompt=${prompt}`);
	});

	it('sends no prompt if told so', async () => {
		expect(await resolve({ provider: 'gmail', prompt: 'none' })).toMatchObject({
			authQueryParameters: 'access_type=offline',
		});
		expect(await resolve({ provider: 'outlook', prompt: 'none' })).toMatchObject({
			authQueryParameters: '',
		});
	});

	it('is not changed by what was typed for a custom server', async () => {
		const typed = {
			customAuthUrl: 'https://evil.example/',
			customAccessTokenUrl: 'https://evil.example/',
			customScope: 'everything',
			customAuthQueryParameters: 'prompt=login',
		};
		for (const provider of providerIds()) {
			const { authUrl, accessTokenUrl, scope, authQueryParameters } = await resolve({ provider });
			expect(await resolve({ provider, ...typed })).toMatchObject({
				authUrl,
				accessTokenUrl,
				scope,
				authQueryParameters,
			});
		}
	});
});

describe('the tenant', () => {
	it.each([
		[' contoso.onmicrosoft.com ', 'contoso.onmicrosoft.com'],
		['', 'common'],
		['  ', 'common'],
		['a/b?c#d', 'a%2Fb%3Fc%23d'],
	])('%j becomes the part %s of both addresses', async (tenant, part) => {
		expect(await resolve({ provider: 'microsoft365', tenant })).toMatchObject({
			authUrl: `https://login.microsoftonline.com/${part}/oauth2/v2.0/authorize`,
			accessTokenUrl: `https://login.microsoftonline.com/${part}/oauth2/v2.0/token`,
		});
	});
});

describe('a custom provider', () => {
	const stored = {
		provider: 'custom',
		customAuthUrl: ' https://login.example.com/authorize ',
		customAccessTokenUrl: 'https://login.example.com/token\n',
	};

	it('takes the addresses as typed, without the blanks around them', async () => {
		expect(await oauthSettings(stored)).toMatchObject({
			authUrl: 'https://login.example.com/authorize',
			accessTokenUrl: 'https://login.example.com/token',
			scope: '',
			authQueryParameters: 'prompt=consent',
			authentication: 'header',
			usePkce: false,
		});
	});

	it.each([
		[' openid  email\noffline_access ', 'openid email offline_access'],
		['openid,email, offline_access,', 'openid email offline_access'],
	])('separates the scopes %j by single spaces', async (customScope, scope) => {
		expect(await resolve({ ...stored, customScope })).toMatchObject({ scope });
	});

	it.each([
		['audience=mail', 'consent', 'audience=mail&prompt=consent'],
		['?audience=mail&', 'consent', 'audience=mail&prompt=consent'],
		['audience=mail', 'none', 'audience=mail'],
		['prompt=create&audience=mail', 'consent', 'prompt=create&audience=mail'],
		['audience=mail&prompt=create', 'login', 'audience=mail&prompt=create'],
		['myprompt=1', 'login', 'myprompt=1&prompt=login'],
		['?prompt=create', 'login', 'prompt=create'],
		['', 'none', ''],
	])('%j with prompt %s becomes %j', async (customAuthQueryParameters, prompt, expected) => {
		const { authQueryParameters } = await resolve({ ...stored, customAuthQueryParameters, prompt });
		expect(authQueryParameters).toBe(expected);
	});
});
