import { ClientOAuth2 } from '@n8n/client-oauth2';
import { describe, expect, it } from 'vitest';
import { resolve } from '../../support/n8n/credential-dialog.js';

/** Scopes that people bring along from other products, as those spell them (docs/migration.md). */
const LISTS = [
	['Gmail', 'https://mail.google.com/'],
	['Outlook, a person', 'https://outlook.office.com/SMTP.Send'],
	['Outlook, an application', 'https://outlook.office365.com/.default'],
	['Fastmail', 'urn:ietf:params:jmap:core urn:ietf:params:jmap:submission'],
	['a lasting connection', 'https://outlook.office.com/SMTP.Send offline_access'],
	['a lasting connection, as some write it', 'https://outlook.office.com/SMTP.Send Offline_access'],
	['one of Fastmail’s', 'urn:ietf:params:jmap:submission'],
	['nothing but a lasting connection', 'Offline_access'],
	['all of them', 'https://mail.google.com/ urn:ietf:params:jmap:core offline_access'],
] as const;

const CUSTOM = {
	provider: 'custom',
	clientId: 'client',
	customAuthUrl: 'https://login.example.com/authorize',
	customAccessTokenUrl: 'https://login.example.com/token',
};

describe('scopes entered for a server of one’s own', () => {
	it.each(LISTS)('stay as they are: %s', async (_what, customScope) => {
		expect(await resolve({ ...CUSTOM, customScope })).toMatchObject({ scope: customScope });
	});

	it.each(LISTS)('stand in the address of the sign-in page: %s', async (_what, customScope) => {
		const { scope, clientId, authUrl, accessTokenUrl } = await resolve({ ...CUSTOM, customScope });
		const entered = String(scope);
		// As n8n's own OAuth2 endpoint makes it (cli, oauth.service): separated by what is in it.
		const client = new ClientOAuth2({
			clientId: String(clientId),
			authorizationUri: String(authUrl),
			accessTokenUri: String(accessTokenUrl),
			redirectUri: 'https://n8n.example.com/rest/oauth2-credential/callback',
			scopes: entered.split(','),
			scopesSeparator: entered.includes(',') ? ',' : ' ',
		});
		expect(new URL(client.code.getUri()).searchParams.get('scope')).toBe(customScope);
	});
});
