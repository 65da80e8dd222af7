import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { useApplicationCompany } from '../../support/graph/application-company.js';
import { MAIL } from '../../support/n8n/mail-workflow.js';
import { createApplicationCertificate } from '../../support/tls/self-signed-rsa.js';

const CONTINUE = { onError: 'continueRegularOutput' } as const;

const company = useApplicationCompany();
const { connectionCount, messages, requests, workflow } = company;

describe('an application that may not sign in', () => {
	/** What its item says; nothing may reach the mail server unless told. */
	async function failing(changes: IDataObject = {}, connections = 0): Promise<IDataObject> {
		const flow = workflow(changes, {
			settings: CONTINUE,
			parameters: { options: { maxAttempts: 1 } },
		});
		const [item] = jsonOf(await flow.run(), MAIL);
		expect(messages()).toHaveLength(0);
		expect(connectionCount()).toBe(connections);
		return item?.['failure'] as IDataObject;
	}

	const tokenUrl = (name: string) => `https://login.microsoftonline.com/${name}/oauth2/v2.0/token`;

	it('with a wrong secret', async () => {
		expect(await failing({ clientSecret: 'wrong-secret' })).toMatchObject({
			code: 'CLIENT_REJECTED',
			stage: 'token',
			message: expect.stringContaining('AADSTS7000215'),
		});
	});

	it('with a secret that has ended', async () => {
		const clientSecret = company.app.addClientSecret(Date.now() - 1_000);
		expect(await failing({ clientSecret })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('has expired'),
		});
	});

	it.each([
		[
			'of an organization that there is not',
			() => tokenUrl('9'.repeat(8) + company.tenant.id.slice(8)),
		],
		['of no organization', () => tokenUrl('no_tenant')],
	])('with the tenant %s', async (_what, customAccessTokenUrl) => {
		expect(await failing({ customAccessTokenUrl: customAccessTokenUrl() })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('knows no organization'),
			remedy: expect.stringContaining('Directory (tenant) ID'),
		});
	});

	it('in an organization that does not know it', async () => {
		const other = company.clouds.entra.directory.addTenant('Fabrikam', 'fabrikam.example');
		expect(await failing({ customAccessTokenUrl: tokenUrl(other.id) })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('does not know the application'),
		});
	});

	it('with a certificate that was not uploaded', async () => {
		const pair = await createApplicationCertificate();
		expect(await failing({ clientCredentialType: 'certificate', ...pair })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('AADSTS700027'),
			remedy: expect.stringContaining('Certificates & secrets'),
		});
	});

	it('for a scope that does not end in .default', async () => {
		const customScope = 'https://outlook.office365.com/SMTP.SendAsApp';
		expect(await failing({ customScope })).toMatchObject({ code: 'PERMISSION_MISSING' });
	});

	it('without the admin’s consent, which only the mail server notices', async () => {
		company.app.grantedRoles.clear();
		expect(await failing({}, 2)).toMatchObject({ code: 'PERMISSION_MISSING', stage: 'auth' });
	});

	it('before the admin’s consent can soon after it', async () => {
		company.app.grantedRoles.clear();
		const flow = workflow({}, { settings: CONTINUE });
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'failed' }]);
		company.tenant.grantAdminConsent(company.app);
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('without Exchange’s leave, the cure of which names both IDs', async () => {
		const { mail } = company.clouds.sandbox;
		const stranger = company.tenant.registerApplication('stranger');
		stranger.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		company.tenant.grantAdminConsent(stranger);
		const changes = { clientId: stranger.appId, clientSecret: stranger.addClientSecret() };
		expect(await failing(changes, 2)).toMatchObject({
			code: 'TOKEN_REJECTED',
			stage: 'auth',
			remedy: expect.stringContaining('New-ServicePrincipal'),
		});
		expect(mail.authAttempts.slice(-2).map(({ accepted }) => accepted)).toEqual([false, false]);
		expect(requests()).toHaveLength(2);
	});
});

describe('what cannot work is refused before anybody is asked', () => {
	const certificate = async (changes: IDataObject) => ({
		clientCredentialType: 'certificate',
		...(await createApplicationCertificate()),
		...changes,
	});
	const DAY_MS = 86_400_000;

	it.each<[string, string, () => Promise<IDataObject>]>([
		['a private key that is no PEM', 'Private Key', () => certificate({ privateKey: 'MIIEvQ' })],
		[
			'a private key that is cut off',
			'Private Key',
			async () => {
				const { privateKey, ...rest } = await createApplicationCertificate();
				const cut = `${privateKey.slice(0, 300)}\n-----END PRIVATE KEY-----`;
				return { clientCredentialType: 'certificate', ...rest, privateKey: cut };
			},
		],
		['a certificate that is no PEM', 'Certificate', () => certificate({ certificate: 'MIIC' })],
		[
			'a certificate of another key',
			'Certificate',
			async () =>
				await certificate({ certificate: (await createApplicationCertificate()).certificate }),
		],
		[
			'a certificate that has ended',
			'Certificate',
			async () =>
				await certificate({
					...(await createApplicationCertificate(new Date(Date.now() - 1_000))),
				}),
		],
		[
			'a certificate that is not valid yet',
			'Certificate',
			async () =>
				await certificate({
					...(await createApplicationCertificate(
						new Date(Date.now() + 2 * DAY_MS),
						new Date(Date.now() + DAY_MS),
					)),
				}),
		],
		['the tenant common', 'Tenant', async () => ({ provider: 'microsoft365', tenant: 'common' })],
		['a provider without applications', 'Grant Type', async () => ({ provider: 'yahoo' })],
		[
			'SMTP in the cloud of China',
			'Deliver Via',
			async () => ({ provider: 'microsoft365', tenant: company.tenant.id, cloud: 'china' }),
		],
	])('%s', async (_what, field, changes) => {
		const flow = workflow(await changes(), { settings: CONTINUE });
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				failure: {
					code: 'INVALID_PARAMETER',
					stage: 'parameters',
					message: expect.stringContaining(`"${field}"`),
				},
			},
		]);
		expect(requests()).toEqual([]);
		expect(connectionCount()).toBe(0);
	});
});
