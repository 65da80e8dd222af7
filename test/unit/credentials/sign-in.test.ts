import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../../../credentials/checks/endpoint.js';
import {
	MICROSOFT_CLOUD_IDS,
	MICROSOFT_CLOUDS,
} from '../../../credentials/providers/microsoft-clouds.js';
import { hasTransport, providerIds } from '../../../credentials/providers/providers.js';
import { property, resolve, visible } from '../../support/n8n/credential-dialog.js';
import { TENANT, application, problemOf } from '../../support/n8n/sign-in-fields.js';

const clouds = [
	['global', 'login.microsoftonline.com', 'graph.microsoft.com'],
	['usGovernment', 'login.microsoftonline.us', 'graph.microsoft.us'],
	['usGovernmentDoD', 'login.microsoftonline.us', 'dod-graph.microsoft.us'],
	['china', 'login.partner.microsoftonline.cn', 'microsoftgraph.chinacloudapi.cn'],
] as const;

describe('an application’s sign-in at Microsoft 365', () => {
	it('asks for all permissions of Exchange Online', async () => {
		expect(await resolve(application)).toMatchObject({
			accessTokenUrl: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
			scope: 'https://outlook.office365.com/.default',
			authentication: 'body',
		});
	});

	it.each(clouds)(
		'by Graph in the cloud %s asks %s for those of %s',
		async (cloud, login, graph) => {
			expect(await resolve({ ...application, deliverVia: 'graph', cloud })).toMatchObject({
				accessTokenUrl: `https://${login}/${TENANT}/oauth2/v2.0/token`,
				scope: `https://${graph}/.default`,
			});
		},
	);

	it('is hidden nothing that it needs, and shown nothing of connecting', () => {
		expect(visible(application)).toEqual([
			'useDynamicClientRegistration',
			'grantType',
			'clientId',
			'clientCredentialType',
			'clientSecret',
			'provider',
			'deliverVia',
			'smtpApplicationNotice',
			'cloud',
			'tenant',
			'user',
			'ehloName',
			'maxConnections',
			'messagesPerMinute',
		]);
	});

	it('with a certificate shows its fields instead of the secret', () => {
		const shown = visible({ ...application, clientCredentialType: 'certificate' });
		expect(shown).toEqual(expect.arrayContaining(['privateKey', 'certificate']));
		expect(shown).not.toContain('clientSecret');
	});

	it('has an empty text for token data, so that n8n fetches the first token', async () => {
		expect(property('oauthTokenData')).toMatchObject({ type: 'hidden', default: '' });
		expect(await resolve(application)).toMatchObject({ oauthTokenData: '' });
	});

	it.each(['common', 'Organizations', ' consumers ', '', undefined])(
		'is refused for the tenant %j, with the cure',
		(tenant) => {
			const problem = problemOf({ ...application, tenant });
			expect(problem.field).toBe('tenant');
			expect(problem.remedy).toContain('Directory (tenant) ID');
		},
	);

	it.each(['common', 'organizations', 'consumers', ''])(
		'is told in the dialog that the tenant %j will not do',
		(tenant) => {
			expect(visible({ ...application, tenant })).toContain('tenantNotice');
			expect(visible({ ...application, tenant, grantType: 'pkce' })).not.toContain('tenantNotice');
			expect(visible(application)).not.toContain('tenantNotice');
		},
	);

	it.each([
		['smtp', 'SMTP.SendAsApp', 'by-smtp'],
		['graph', 'Mail.Send', 'by-microsoft-graph'],
	])('by %s is told of the permission %s and where the steps are', (deliverVia, name, anchor) => {
		const notices = visible({ ...application, deliverVia })
			.filter((field) => field.endsWith('Notice'))
			.map((field) => property(field).displayName);
		expect(notices).toHaveLength(1);
		expect(notices[0]).toContain(name);
		expect(notices[0]).toContain(`/microsoft-365-application.md#${anchor}"`);
	});
});

describe('a user’s sign-in for Graph', () => {
	const user = { provider: 'microsoft365', deliverVia: 'graph' };

	it.each(clouds)('in the cloud %s asks %s for Mail.Send of %s', async (cloud, login, graph) => {
		expect(await resolve({ ...user, cloud })).toMatchObject({
			authUrl: `https://${login}/common/oauth2/v2.0/authorize`,
			accessTokenUrl: `https://${login}/common/oauth2/v2.0/token`,
			scope: `https://${graph}/Mail.Send offline_access`,
		});
	});

	it.each([
		[true, false, 'Mail.Send Mail.ReadWrite'],
		[false, true, 'Mail.Send Mail.Send.Shared'],
		[true, true, 'Mail.Send Mail.ReadWrite Mail.Send.Shared Mail.ReadWrite.Shared'],
	])('large messages %j and a shared mailbox %j need %s', async (large, shared, names) => {
		const { scope } = await resolve({
			...user,
			graphLargeMessages: large,
			graphSharedMailbox: shared,
		});
		expect(scope).toBe(
			`${names
				.split(' ')
				.map((name) => `https://graph.microsoft.com/${name}`)
				.join(' ')} offline_access`,
		);
	});

	it('is offered both permissions, an application neither', () => {
		const both = ['graphLargeMessages', 'graphSharedMailbox'];
		expect(visible(user)).toEqual(expect.arrayContaining(both));
		expect(visible({ ...application, deliverVia: 'graph' })).not.toEqual(
			expect.arrayContaining([both[0]]),
		);
	});
});

describe('what was chosen for Microsoft 365 before', () => {
	it.each(providerIds((provider) => !hasTransport(provider, 'graph')))(
		'is nothing to %s',
		async (provider) => {
			const left = {
				deliverVia: 'graph',
				cloud: 'china',
				graphLargeMessages: true,
				clientCredentialType: 'certificate',
			};
			const { authUrl, accessTokenUrl, scope } = await resolve({ provider });
			expect(await resolve({ provider, ...left })).toMatchObject({
				authUrl,
				accessTokenUrl,
				scope,
			});
			expect(resolveEndpoint({ provider, ...left })).toEqual(resolveEndpoint({ provider }));
		},
	);

	it('explains where Client Secret has gone in the dialog', () => {
		const left = { grantType: 'authorizationCode', clientCredentialType: 'certificate' };
		expect(visible({ provider: 'gmail', ...left })).toContain('hiddenSecretNotice');
		expect(visible({ ...application, clientCredentialType: 'certificate' })).not.toContain(
			'hiddenSecretNotice',
		);
	});
});

describe('the clouds', () => {
	it.each(MICROSOFT_CLOUD_IDS)('%s has dated sources', (id) => {
		const { sources, checkedOn } = MICROSOFT_CLOUDS[id];
		for (const source of sources) expect(new URL(source).hostname).toBe('learn.microsoft.com');
		expect(checkedOn).toMatch(/^20\d\d-\d\d-\d\d$/);
	});

	it.each(clouds)('%s is reached by Graph at its own host', (cloud, _login, host) => {
		expect(resolveEndpoint({ ...application, deliverVia: 'graph', cloud })).toMatchObject({
			value: { host, port: 443, sslMode: 'implicit', maxConnections: 4 },
		});
	});

	it.each(['usGovernment', 'usGovernmentDoD', 'china'])(
		'%s is refused by SMTP, for which Microsoft documents no OAuth there',
		(cloud) => {
			const problem = problemOf({ ...application, cloud });
			expect(problem.field).toBe('deliverVia');
			expect(problem.remedy).toContain('Microsoft Graph');
			expect(visible({ ...application, cloud })).toContain('cloudNotice');
		},
	);

	it.each([
		['cloud', 'germany'],
		['deliverVia', 'jmap'],
		['grantType', 'password'],
	])('%s %j is refused', (field, value) => {
		expect(problemOf({ ...application, [field]: value }).field).toBe(field);
	});
});

describe('an application’s sign-in at a custom server', () => {
	it('asks for the scopes as typed', async () => {
		const fields = {
			provider: 'custom',
			grantType: 'clientCredentials',
			customAccessTokenUrl: 'https://login.example.com/token',
			customScope: 'https://outlook.office365.com/.default',
		};
		expect(await resolve(fields)).toMatchObject({
			accessTokenUrl: 'https://login.example.com/token',
			scope: 'https://outlook.office365.com/.default',
		});
		// Without it n8n puts the secret into the header.
		expect(await resolve(fields)).not.toHaveProperty('authentication');
		expect(visible(fields)).not.toEqual(expect.arrayContaining(['customAuthUrl']));
		expect(visible(fields)).not.toEqual(expect.arrayContaining(['prompt']));
	});
});
